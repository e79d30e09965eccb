"""Blocks made by hand, byte for byte, that follow one another. Nobody checks their work: that is the node's part."""

from __future__ import annotations

import hashlib
import random
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_OUTPUTS_A_TRANSACTION = 3
_BITS = 0x207FFFFF


@dataclass(frozen=True, slots=True)
class RawBlock:
    """A block's bytes, with its hash in internal byte order."""

    raw: bytes
    hash: bytes


@dataclass(frozen=True, slots=True)
class Payout:
    """An output to make."""

    sats: int
    script: bytes


def make_block(previous: bytes, outputs: Sequence[Payout], seed: int) -> RawBlock:
    """A block whose transactions carry `outputs` in order, three each, most with a witness."""
    rng = random.Random(seed)
    coinbase_input = bytes(32) + b"\xff\xff\xff\xff" + b"\x04" + struct.pack("<I", seed) + b"\xff\xff\xff\xff"
    transactions = [_transaction([coinbase_input], [Payout(5_000_000_000, b"\x51")], [bytes(32)])]
    for at in range(0, len(outputs), _OUTPUTS_A_TRANSACTION):
        inputs = [rng.randbytes(36) + b"\x00" + b"\xff\xff\xff\xff" for _ in range(rng.choice((1, 1, 2)))]
        witness = [rng.randbytes(64) for _ in inputs] if at % 5 else None
        transactions.append(_transaction(inputs, outputs[at : at + _OUTPUTS_A_TRANSACTION], witness))
    root = _root([txid for _, txid in transactions])
    header = struct.pack("<i", 0x20000000) + previous + root + struct.pack("<III", 1_800_000_000 + seed, _BITS, 0)
    body = _compact(len(transactions)) + b"".join(raw for raw, _ in transactions)
    return RawBlock(header + body, _double(header))


def strangers(count: int, seed: int) -> Iterator[Payout]:
    """Outputs to taproot scripts that nobody here watches."""
    rng = random.Random(seed)
    return (Payout(rng.randrange(330, 10**9), b"\x51\x20" + rng.randbytes(32)) for _ in range(count))


def _transaction(
    inputs: Sequence[bytes], outputs: Sequence[Payout], witness: Sequence[bytes] | None
) -> tuple[bytes, bytes]:
    ins = _compact(len(inputs)) + b"".join(inputs)
    outs = _compact(len(outputs)) + b"".join(
        struct.pack("<Q", output.sats) + _compact(len(output.script)) + output.script for output in outputs
    )
    version, locktime = struct.pack("<i", 2), bytes(4)
    txid = _double(version + ins + outs + locktime)
    if witness is None:
        return version + ins + outs + locktime, txid
    stacks = b"".join(b"\x01" + _compact(len(item)) + item for item in witness)
    return version + b"\x00\x01" + ins + outs + stacks + locktime, txid


def _root(txids: Sequence[bytes]) -> bytes:
    level = list(txids)
    while len(level) > 1:
        if len(level) % 2:
            level.append(level[-1])
        level = [_double(level[at] + level[at + 1]) for at in range(0, len(level), 2)]
    return level[0]


def _compact(number: int) -> bytes:
    if number < 0xFD:
        return bytes([number])
    return b"\xfd" + struct.pack("<H", number) if number <= 0xFFFF else b"\xfe" + struct.pack("<I", number)


def _double(data: bytes) -> bytes:
    return hashlib.sha256(hashlib.sha256(data).digest()).digest()
