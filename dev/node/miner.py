"""Block templates and their proof of work, which on regtest takes two tries."""

from __future__ import annotations

import os
import struct
import time
from collections.abc import Iterable

from dev.node.chainstate import BlockIndex, Chainstate, target_of
from dev.node.mempool import Entry, Mempool
from dev.node.merkle import merkle_root
from dev.node.transactions import NULL_OUTPOINT, Header, Transaction, TxIn, TxOut, serialise_block, sha256d

SUBSIDY_INTERVAL = 150
MAX_BLOCK_WEIGHT = 3_996_000
COMMITMENT = b"\x6a\x24\xaa\x21\xa9\xed"


def subsidy(height: int) -> int:
    halvings = height // SUBSIDY_INTERVAL
    return 5_000_000_000 >> halvings if halvings < 64 else 0


def height_script(height: int) -> bytes:
    """The height as BIP 34 wants it at the start of a coinbase."""
    if 1 <= height <= 16:
        return bytes([0x50 + height])
    number = height.to_bytes(height.bit_length() // 8 + 1, "little")
    return bytes([len(number)]) + number


def coinbase(height: int, script: bytes, value: int, transactions: Iterable[Transaction]) -> Transaction:
    # random bytes: the same height mined again must be another block
    unlocking = height_script(height) + b"\x08" + os.urandom(8)
    leaves = [b"\x00" * 32, *(tx.wtxid for tx in transactions)]
    commitment = sha256d(merkle_root(leaves) + b"\x00" * 32)
    return Transaction(
        version=2,
        vin=(TxIn(NULL_OUTPOINT, unlocking, 0xFFFFFFFF),),
        vout=(TxOut(value, script), TxOut(0, COMMITMENT + commitment)),
        witness=((b"\x00" * 32,),),
    )


def select(mempool: Mempool) -> list[Entry]:
    """What the next block takes: all there is, or the best paying with their ancestors when it does not fit."""
    entries = mempool.entries
    if sum(entry.tx.weight for entry in entries.values()) <= MAX_BLOCK_WEIGHT:
        return list(entries.values())
    chosen: dict[bytes, None] = {}
    room = MAX_BLOCK_WEIGHT
    for txid in sorted(entries, key=lambda t: -entries[t].fee / entries[t].tx.vsize):
        package = mempool.ancestors([txid]) - chosen.keys()
        weight = sum(entries[t].tx.weight for t in package)
        if weight <= room:
            chosen.update(dict.fromkeys(package))
            room -= weight
    return [entry for txid, entry in entries.items() if txid in chosen]


def assemble(previous: BlockIndex, script: bytes, transactions: list[Transaction], fees: int) -> bytes:
    """A solved block on `previous` whose reward goes to `script`."""
    height = previous.height + 1
    first = coinbase(height, script, subsidy(height) + fees, transactions)
    everything = [first, *transactions]
    root = merkle_root([tx.txid for tx in everything])
    stamp = max(int(time.time()), previous.median_time + 1)
    header = solve(Header(0x20000000, previous.hash, root, stamp, previous.header.bits, 0))
    return serialise_block(header, everything)


def solve(header: Header) -> Header:
    target = target_of(header.bits)
    body = header.raw[:76]
    for nonce in range(1 << 32):
        if int.from_bytes(sha256d(body + struct.pack("<I", nonce)), "little") <= target:
            return Header(header.version, header.previous, header.merkle_root, header.time, header.bits, nonce)
    raise RuntimeError("no nonce solves this header")


def mine(chain: Chainstate, mempool: Mempool, script: bytes, blocks: int) -> list[str]:
    """Mines `blocks` blocks on the tip; their hashes. On disk when it returns."""
    names = []
    for _ in range(blocks):
        entries = select(mempool)
        fees = sum(entry.fee for entry in entries)
        raw = assemble(chain.tip, script, [entry.tx for entry in entries], fees)
        names.append(chain.submit(raw, durable=False).name)
    chain.sync()
    return names
