"""Blocks, read from their bytes in one walk.

Ids stay 32 bytes in the order they are hashed; `display` turns them into what explorers print. Outputs and inputs come
as parallel columns, ready to be handed to the database as arrays.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

HEADER_BYTES = 80
_SMALLEST_TRANSACTION = 10
_read_u16 = struct.Struct("<H").unpack_from
_read_u32 = struct.Struct("<I").unpack_from
_read_u64 = struct.Struct("<Q").unpack_from
# An outpoint or a value, together with the first byte of the script's length that follows it.
_read_outpoint = struct.Struct("<32sIB").unpack_from
_read_value = struct.Struct("<QB").unpack_from
_sha256 = hashlib.sha256


class MalformedBlock(ValueError):
    """The bytes are no block."""


@dataclass(slots=True)
class Outputs:
    """One entry per output of the block, in block order. `values` are satoshis."""

    tx_indexes: list[int] = field(default_factory=list)
    txids: list[bytes] = field(default_factory=list)
    vouts: list[int] = field(default_factory=list)
    values: list[int] = field(default_factory=list)
    scripts: list[bytes] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.txids)


@dataclass(slots=True)
class Inputs:
    """One entry per input of the block, the coinbase's left out, in block order: what is spent, and by whom."""

    tx_indexes: list[int] = field(default_factory=list)
    prev_txids: list[bytes] = field(default_factory=list)
    prev_vouts: list[int] = field(default_factory=list)
    spending_txids: list[bytes] = field(default_factory=list)
    spending_vins: list[int] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.prev_txids)


@dataclass(slots=True)
class Block:
    """A block's header and columns. `time` is in seconds since 1970, as its miner wrote it."""

    header: bytes
    hash: bytes
    prev_hash: bytes
    merkle_root: bytes
    time: int
    bits: int
    txids: list[bytes]
    outputs: Outputs
    inputs: Inputs

    @property
    def hash_hex(self) -> str:
        """The block hash as explorers print it."""
        return display(self.hash)

    @property
    def prev_hash_hex(self) -> str:
        """The parent's hash as explorers print it."""
        return display(self.prev_hash)


def double_sha256(data: bytes) -> bytes:
    """Bitcoin's hash for ids and Merkle nodes."""
    return _sha256(_sha256(data).digest()).digest()


def display(txid: bytes) -> str:
    """An id as explorers print it: reversed, in hexadecimal."""
    return txid[::-1].hex()


def time_of(header: bytes) -> int:
    """When a block was made, as its header says, in seconds of unix time."""
    return int.from_bytes(header[68:72], "little")


def from_display(text: str) -> bytes:
    """The bytes of an id that explorers print. Raises ValueError."""
    raw = bytes.fromhex(text)
    if len(raw) != 32 or len(text) != 64:
        raise ValueError("an id has 64 hexadecimal digits")
    return raw[::-1]


def parse_block(raw: bytes) -> Block:
    """Read a block and check that its transactions are those its header names. Raises MalformedBlock.

    Proof of work, signatures and witnesses are the node's to check.
    """
    outputs, inputs, txids = Outputs(), Inputs(), []
    try:
        count, pos = _compact(raw, HEADER_BYTES)
        if not 0 < count <= len(raw) // _SMALLEST_TRANSACTION:
            raise MalformedBlock("impossible number of transactions")
        for index in range(count):
            txid, pos = _transaction(raw, pos, index, outputs, inputs)
            txids.append(txid)
    except (IndexError, struct.error, OverflowError):
        raise MalformedBlock("the block ends too early") from None
    # Every slice above ended at a position that was then read from or became the end, so this also proves
    # that none of them was cut short.
    if pos != len(raw):
        raise MalformedBlock("the block's length does not fit its contents")
    header = raw[:HEADER_BYTES]
    root = header[36:68]
    # A list that repeats its tail has the same root as the list without it, hence the second condition.
    if merkle_root(txids) != root or len(set(txids)) != len(txids):
        raise MalformedBlock("the transactions are not those of the header")
    time, bits = struct.unpack_from("<II", header, 68)
    return Block(header, double_sha256(header), header[4:36], root, time, bits, txids, outputs, inputs)


def raw_transactions(raw: bytes) -> list[tuple[bytes, bytes]]:
    """(id, bytes with witnesses) of each transaction of a block, in block order. Raises MalformedBlock."""
    parse_block(raw)  # the bytes are a block, and its header's
    count, pos = _compact(raw, HEADER_BYTES)
    found = []
    for _ in range(count):
        txid, end = _transaction(raw, pos, 1, Outputs(), Inputs())
        found.append((txid, raw[pos:end]))
        pos = end
    return found


def read_transaction(raw: bytes, txid: bytes, outputs: Outputs, inputs: Inputs) -> None:
    """Add one free-standing transaction to the columns. Raises MalformedBlock if it is not the one of that id."""
    try:
        found, pos = _transaction(raw, 0, 1, outputs, inputs)
    except (IndexError, struct.error, OverflowError):
        raise MalformedBlock("the transaction ends too early") from None
    if pos != len(raw) or found != txid:
        raise MalformedBlock("not the transaction asked for")


def _compact(raw: bytes, pos: int) -> tuple[int, int]:
    first = raw[pos]
    if first < 0xFD:
        return first, pos + 1
    if first == 0xFD:
        value, size, least = _read_u16(raw, pos + 1)[0], 3, 0xFD
    elif first == 0xFE:
        value, size, least = _read_u32(raw, pos + 1)[0], 5, 0x10000
    else:
        value, size, least = _read_u64(raw, pos + 1)[0], 9, 0x100000000
    if value < least:
        raise MalformedBlock("a length is written longer than needed")
    return value, pos + size


def _transaction(raw: bytes, start: int, index: int, outputs: Outputs, inputs: Inputs) -> tuple[bytes, int]:
    """Read one transaction into the columns; its id and the position after it."""
    segwit = raw[start + 4] == 0
    if segwit and raw[start + 5] != 1:
        raise MalformedBlock("unknown transaction format")
    body = start + 6 if segwit else start + 4
    spends, pos = _inputs(raw, body, inputs.prev_txids.append, inputs.prev_vouts.append)
    made, pos = _outputs(raw, pos, outputs.values.append, outputs.scripts.append)
    if segwit:
        body_end = pos
        pos = _skip_witnesses(raw, pos, spends) + 4
        serialized = raw[start : start + 4] + raw[body:body_end] + raw[pos - 4 : pos]
    else:
        pos += 4
        serialized = raw[start:pos]
    txid = _sha256(_sha256(serialized).digest()).digest()
    outputs.tx_indexes += [index] * made
    outputs.txids += [txid] * made
    outputs.vouts += range(made)
    if index:
        inputs.tx_indexes += [index] * spends
        inputs.spending_txids += [txid] * spends
        inputs.spending_vins += range(spends)
    else:  # the coinbase spends nothing
        inputs.prev_txids.clear()
        inputs.prev_vouts.clear()
    return txid, pos


def _inputs(
    raw: bytes, pos: int, add_txid: Callable[[bytes], None], add_vout: Callable[[int], None]
) -> tuple[int, int]:
    count, pos = _compact(raw, pos)
    if count == 0:
        raise MalformedBlock("a transaction without inputs")
    for _ in range(count):
        txid, vout, length = _read_outpoint(raw, pos)
        add_txid(txid)
        add_vout(vout)
        if length < 0xFD:
            pos += length + 41
        else:
            length, pos = _compact(raw, pos + 36)
            pos += length + 4
    return count, pos


def _outputs(
    raw: bytes, pos: int, add_value: Callable[[int], None], add_script: Callable[[bytes], None]
) -> tuple[int, int]:
    count, pos = _compact(raw, pos)
    for _ in range(count):
        value, length = _read_value(raw, pos)
        if length < 0xFD:
            pos += 9
        else:
            length, pos = _compact(raw, pos + 8)
        add_value(value)
        add_script(raw[pos : pos + length])
        pos += length
    return count, pos


def _skip_witnesses(raw: bytes, pos: int, count: int) -> int:
    for _ in range(count):
        items = raw[pos]
        if items < 0xFD:
            pos += 1
        else:
            items, pos = _compact(raw, pos)
        for _ in range(items):
            length = raw[pos]
            if length < 0xFD:
                pos += length + 1
            else:
                length, pos = _compact(raw, pos)
                pos += length
    return pos


def merkle_root(txids: Sequence[bytes]) -> bytes:
    """The root over a block's transaction ids; an odd level repeats its last node."""
    level = list(txids)
    while len(level) > 1:
        level = _next_level(level)
    return level[0]


def merkle_branch(txids: Sequence[bytes], index: int) -> list[bytes]:
    """The nodes that lead from the transaction at `index` to the root, nearest first."""
    if not 0 <= index < len(txids):
        raise ValueError("no such transaction in the block")
    level, branch = list(txids), []
    while len(level) > 1:
        branch.append(level[min(index ^ 1, len(level) - 1)])
        level = _next_level(level)
        index >>= 1
    return branch


def merkle_root_from_branch(txid: bytes, index: int, branch: Sequence[bytes]) -> bytes:
    """The root that a branch proves `txid` to be under at position `index`. Raises ValueError if it cannot be one."""
    if index < 0 or index >> len(branch):
        raise ValueError("the position does not fit the branch")
    node = txid
    for sibling in branch:
        if index & 1 and sibling == node:
            raise ValueError("a repeated node stands only on the right")
        node = double_sha256(sibling + node) if index & 1 else double_sha256(node + sibling)
        index >>= 1
    return node


def _next_level(level: list[bytes]) -> list[bytes]:
    if len(level) % 2:
        level = [*level, level[-1]]
    pairs = zip(level[::2], level[1::2], strict=True)
    return [_sha256(_sha256(left + right).digest()).digest() for left, right in pairs]
