"""Transactions and blocks as bytes: parsing, serialising, identifiers.

Hashes are kept in internal byte order (as they stand in the bytes on the wire) and reversed only when shown.
"""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

NULL_OUTPOINT = b"\x00" * 32 + b"\xff" * 4
HEADER_SIZE = 80


class DecodeError(ValueError):
    """The bytes are no transaction or block."""


def sha256d(data: bytes) -> bytes:
    return hashlib.sha256(hashlib.sha256(data).digest()).digest()


def shown(internal: bytes) -> str:
    """The hash as people and the RPC write it."""
    return internal[::-1].hex()


def outpoint(txid: bytes, vout: int) -> bytes:
    """The 36 bytes by which an input names the output it spends."""
    return txid + vout.to_bytes(4, "little")


class TxIn(NamedTuple):
    prevout: bytes
    script: bytes
    sequence: int


class TxOut(NamedTuple):
    value: int
    script: bytes


def compact_size(number: int) -> bytes:
    if number < 0xFD:
        return bytes((number,))
    if number <= 0xFFFF:
        return b"\xfd" + number.to_bytes(2, "little")
    if number <= 0xFFFFFFFF:
        return b"\xfe" + number.to_bytes(4, "little")
    return b"\xff" + number.to_bytes(8, "little")


def var_bytes(data: bytes) -> bytes:
    return compact_size(len(data)) + data


class Reader:
    """A cursor over bytes which raises DecodeError at the end of them."""

    def __init__(self, data: bytes, position: int = 0) -> None:
        self.data = data
        self.position = position

    def take(self, count: int) -> bytes:
        end = self.position + count
        piece = self.data[self.position : end]
        if len(piece) != count:
            raise DecodeError("end of data")
        self.position = end
        return piece

    def number(self, size: int) -> int:
        return int.from_bytes(self.take(size), "little")

    def size(self) -> int:
        first = self.number(1)
        if first < 0xFD:
            return first
        width = {0xFD: 2, 0xFE: 4, 0xFF: 8}[first]
        value = self.number(width)
        if value > 0x02000000 or value < (0xFD if width == 2 else 1 << (4 * width)):
            raise DecodeError("bad size")
        return value

    def bytes(self) -> bytes:
        return self.take(self.size())


@dataclass(frozen=True, eq=False)
class Transaction:
    version: int
    vin: tuple[TxIn, ...]
    vout: tuple[TxOut, ...]
    locktime: int = 0
    witness: tuple[tuple[bytes, ...], ...] = field(default=())

    @property
    def has_witness(self) -> bool:
        return any(self.witness)

    @property
    def is_coinbase(self) -> bool:
        return len(self.vin) == 1 and self.vin[0].prevout == NULL_OUTPOINT

    @cached_property
    def _body(self) -> bytes:
        parts = [compact_size(len(self.vin))]
        for prevout, script, sequence in self.vin:
            parts += (prevout, var_bytes(script), sequence.to_bytes(4, "little"))
        parts.append(compact_size(len(self.vout)))
        for value, script in self.vout:
            parts += (struct.pack("<q", value), var_bytes(script))
        return b"".join(parts)

    @cached_property
    def stripped(self) -> bytes:
        return struct.pack("<I", self.version) + self._body + struct.pack("<I", self.locktime)

    @cached_property
    def raw(self) -> bytes:
        if not self.has_witness:
            return self.stripped
        stacks = [compact_size(len(stack)) + b"".join(map(var_bytes, stack)) for stack in self.witness]
        head = struct.pack("<I", self.version) + b"\x00\x01"
        return head + self._body + b"".join(stacks) + struct.pack("<I", self.locktime)

    @cached_property
    def txid(self) -> bytes:
        return sha256d(self.stripped)

    @cached_property
    def wtxid(self) -> bytes:
        return sha256d(self.raw)

    @property
    def weight(self) -> int:
        return len(self.stripped) * 3 + len(self.raw)

    @property
    def vsize(self) -> int:
        return (self.weight + 3) // 4


def read_transaction(reader: Reader) -> Transaction:
    start = reader.position
    version = reader.number(4)
    segwit = reader.data[reader.position : reader.position + 2] == b"\x00\x01"
    if segwit:
        reader.position += 2
    vin = tuple(TxIn(reader.take(36), reader.bytes(), reader.number(4)) for _ in range(reader.size()))
    vout = tuple(TxOut(struct.unpack("<q", reader.take(8))[0], reader.bytes()) for _ in range(reader.size()))
    witness: tuple[tuple[bytes, ...], ...] = ()
    if segwit:
        witness = tuple(tuple(reader.bytes() for _ in range(reader.size())) for _ in vin)
        if not any(witness):
            raise DecodeError("superfluous witness record")
    transaction = Transaction(version, vin, vout, reader.number(4), witness)
    # the bytes are at hand: serialising again would double the cost of a block
    transaction.__dict__["raw" if segwit else "stripped"] = reader.data[start : reader.position]
    return transaction


def parse_transaction(raw: bytes) -> Transaction:
    reader = Reader(raw)
    transaction = read_transaction(reader)
    if reader.position != len(raw):
        raise DecodeError("trailing bytes")
    if not transaction.vin:
        raise DecodeError("no inputs")
    return transaction


@dataclass(frozen=True)
class Header:
    """The 80 bytes that are hashed."""

    version: int
    previous: bytes
    merkle_root: bytes
    time: int
    bits: int
    nonce: int

    @cached_property
    def raw(self) -> bytes:
        return struct.pack(
            "<I32s32sIII", self.version, self.previous, self.merkle_root, self.time, self.bits, self.nonce
        )

    @cached_property
    def hash(self) -> bytes:
        return sha256d(self.raw)


def parse_header(raw: bytes) -> Header:
    if len(raw) < HEADER_SIZE:
        raise DecodeError("short header")
    return Header(*struct.unpack("<I32s32sIII", raw[:HEADER_SIZE]))


@dataclass(frozen=True)
class PlacedTransaction:
    """A transaction and where its bytes lie in its block."""

    transaction: Transaction
    offset: int
    length: int


def parse_block(raw: bytes) -> tuple[Header, list[PlacedTransaction]]:
    header = parse_header(raw)
    reader = Reader(raw, HEADER_SIZE)
    placed = []
    for _ in range(reader.size()):
        start = reader.position
        transaction = read_transaction(reader)
        placed.append(PlacedTransaction(transaction, start, reader.position - start))
    if reader.position != len(raw) or not placed:
        raise DecodeError("not one block")
    return header, placed


def serialise_block(header: Header, transactions: list[Transaction]) -> bytes:
    return header.raw + compact_size(len(transactions)) + b"".join(tx.raw for tx in transactions)
