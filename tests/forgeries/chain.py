"""Blocks that anybody can make: transactions put together, trees of hashes, headers with as much work as one likes."""

from __future__ import annotations

from functools import cache
from typing import Any

from app.chain.node.blocks import display, double_sha256, merkle_branch, merkle_root

from .script import SCRIPT

Record = dict[str, Any]

HARD, EASY = 0x2000FFFF, 0x207FFFFF  # one of 256 hashes will do, and every other
BEFORE = bytes(32)


def alone(height: int) -> bytes:
    """The hash of the block before one that follows no block which is shown."""
    return height.to_bytes(4, "big") * 8


def target(bits: int) -> int:
    return (bits & 0x7FFFFF) << 8 * ((bits >> 24) - 3)


@cache
def mined(before: bytes, root: bytes, bits: int, time: int = 1_700_000_000) -> bytes:
    """A header whose hash is below its target; stories that have a block in common look for it once."""
    start = (0x20000000).to_bytes(4, "little") + before + root + time.to_bytes(4, "little") + bits.to_bytes(4, "little")
    nonce = 0
    while int.from_bytes(double_sha256(start + nonce.to_bytes(4, "little")), "little") > target(bits):
        nonce += 1
    return start + nonce.to_bytes(4, "little")


def transaction(script_in: bytes, outputs: list[tuple[int, bytes]], spent: bytes = bytes(32) + b"\xff" * 4) -> bytes:
    """A transaction of one input, as raw bytes without witnesses."""
    paid = b"".join(sats.to_bytes(8, "little") + bytes([len(script)]) + script for sats, script in outputs)
    inside = b"\x01" + spent + bytes([len(script_in)]) + script_in + b"\xff" * 4
    return b"\x02\0\0\0" + inside + bytes([len(outputs)]) + paid + bytes(4)


def coinbase(height: int) -> bytes:
    """A block's first transaction, which names the block's height."""
    number = height.to_bytes((height.bit_length() + 8) // 8, "little")
    return transaction(bytes([len(number)]) + number + b"tiraj", [(5_000_000_000, b"\x51")])


def txid(raw: bytes) -> bytes:
    found: bytes = SCRIPT["read_transaction"](raw)[0]
    return found


class Block:
    """A block on top of another, with the coinbase of its height and the transactions given."""

    def __init__(self, height: int, before: bytes, transactions: list[bytes], bits: int) -> None:
        self.height = height
        self.transactions = [coinbase(height), *transactions]
        self.txids = [txid(raw) for raw in self.transactions]
        self.header = mined(before, merkle_root(self.txids), bits)
        self.hash = double_sha256(self.header)

    def proof(self, index: int) -> Record:
        return {
            "txid": display(self.txids[index]),
            "blockHeight": self.height,
            "blockHash": display(self.hash),
            "header": self.header.hex(),
            "index": index,
            "branch": [node.hex() for node in merkle_branch(self.txids, index)],
            "rawTransaction": self.transactions[index].hex(),
        }
