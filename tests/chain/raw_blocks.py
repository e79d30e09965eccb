"""Blocks made by hand, byte for byte, for the parser's tests and benchmarks."""

from __future__ import annotations

import hashlib
import random
import struct


def compact(number: int) -> bytes:
    if number < 0xFD:
        return bytes([number])
    if number <= 0xFFFF:
        return b"\xfd" + struct.pack("<H", number)
    if number <= 0xFFFFFFFF:
        return b"\xfe" + struct.pack("<I", number)
    return b"\xff" + struct.pack("<Q", number)


def transaction(inputs, outputs, witnesses=None, locktime=0):
    """inputs: (txid, vout, scriptSig); outputs: (sats, script); witnesses: a list of items for each input."""
    ins = compact(len(inputs)) + b"".join(
        txid + struct.pack("<I", vout) + compact(len(script)) + script + b"\xff\xff\xff\xff"
        for txid, vout, script in inputs
    )
    outs = compact(len(outputs)) + b"".join(
        struct.pack("<Q", value) + compact(len(script)) + script for value, script in outputs
    )
    marker, stacks = b"", b""
    if witnesses is not None:
        marker = b"\x00\x01"
        for items in witnesses:
            stacks += compact(len(items)) + b"".join(compact(len(item)) + item for item in items)
    return struct.pack("<i", 2) + marker + ins + outs + stacks + struct.pack("<I", locktime)


def stripped_id(inputs, outputs, locktime=0):
    return double(transaction(inputs, outputs, None, locktime))


def double(data: bytes) -> bytes:
    return hashlib.sha256(hashlib.sha256(data).digest()).digest()


def root_of(txids):
    level = list(txids)
    while len(level) > 1:
        if len(level) % 2:
            level.append(level[-1])
        level = [double(level[i] + level[i + 1]) for i in range(0, len(level), 2)]
    return level[0]


def block(specifications, *, prev=b"\x11" * 32, time=1_700_000_000):
    """(raw block, txids) from a list of (inputs, outputs, witnesses)."""
    txids = [stripped_id(ins, outs) for ins, outs, _ in specifications]
    header = struct.pack("<i", 0x20000000) + prev + root_of(txids) + struct.pack("<III", time, 0x207FFFFF, 7)
    body = compact(len(specifications)) + b"".join(transaction(*s) for s in specifications)
    return header + body, txids


def random_block(count: int, seed: int = 1, per_transaction: int = 3):
    """A block of `count` transactions, most of them with witnesses, like those of a busy day."""
    rng = random.Random(seed)
    coinbase = ([(bytes(32), 0xFFFFFFFF, b"\x03\x01\x02\x03")], [(5_000_000_000, b"\x51")], [[bytes(32)]])
    specifications = [coinbase]
    for number in range(count - 1):
        inputs = [(rng.randbytes(32), rng.randrange(5), b"") for _ in range(rng.choice((1, 1, 2)))]
        outputs = [
            (rng.randrange(330, 10**9), rng.choice((b"\x51\x20", b"\x00\x20")) + rng.randbytes(32))
            for _ in range(per_transaction)
        ]
        witnesses = None if number % 5 == 0 else [[rng.randbytes(64)] for _ in inputs]
        specifications.append((inputs, outputs, witnesses))
    return block(specifications)
