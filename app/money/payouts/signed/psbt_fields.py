"""The form of a PSBT: BIP 174 (version 0) with the fields of BIP 371. Pure; knows nothing of payouts.

A field of a kind that these documents know must have the key and the value that they ask for, or the whole is refused,
also where nobody here reads it: who signs or sends what another program would read otherwise has agreed to something
else. Unknown fields are let through. What is read comes from outside, so every length is checked.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from .pasted import MAGIC

Map = Mapping[bytes, bytes]

UNSIGNED_TX, GLOBAL_XPUB, PSBT_VERSION = 0x00, 0x01, 0xFB
NON_WITNESS_UTXO, WITNESS_UTXO, SIGHASH = 0x00, 0x01, 0x03
FINAL_SCRIPT_SIG, FINAL_WITNESS, TAP_KEY_SIG = 0x07, 0x08, 0x13
IN_DERIVATION, IN_INTERNAL_KEY, MERKLE_ROOT = 0x16, 0x17, 0x18
OUT_INTERNAL_KEY, OUT_TREE, OUT_DERIVATION = 0x05, 0x06, 0x07
PROPRIETARY: Final = 0xFC

_POINT: Final = (33, 65)  # bytes of a public key, compressed or not
# By field: how many bytes of key it may have beside its type. Those of version 2 have no place in version 0.
_GLOBAL_KEYS: Final[Mapping[int, tuple[int, ...]]] = {
    UNSIGNED_TX: (0,),
    GLOBAL_XPUB: (78,),
    PSBT_VERSION: (0,),
    **dict.fromkeys(range(0x02, 0x07), ()),
}
_CONTROL_BLOCKS: Final = tuple(33 + 32 * depth for depth in range(129))
_INPUT_KEYS: Final[Mapping[int, tuple[int, ...]]] = {
    NON_WITNESS_UTXO: (0,),
    WITNESS_UTXO: (0,),
    0x02: _POINT,
    SIGHASH: (0,),
    0x04: (0,),
    0x05: (0,),
    0x06: _POINT,
    FINAL_SCRIPT_SIG: (0,),
    FINAL_WITNESS: (0,),
    0x09: (0,),
    0x0A: (20,),
    0x0B: (32,),
    0x0C: (20,),
    0x0D: (32,),
    **dict.fromkeys(range(0x0E, 0x13), ()),
    TAP_KEY_SIG: (0,),
    0x14: (64,),
    0x15: _CONTROL_BLOCKS,
    IN_DERIVATION: (32,),
    IN_INTERNAL_KEY: (0,),
    MERKLE_ROOT: (0,),
}
_OUTPUT_KEYS: Final[Mapping[int, tuple[int, ...]]] = {
    0x00: (0,),
    0x01: (0,),
    0x02: _POINT,
    0x03: (),
    0x04: (),
    OUT_INTERNAL_KEY: (0,),
    OUT_TREE: (0,),
    OUT_DERIVATION: (32,),
}
_VALUE_BYTES: Final[Mapping[int, tuple[int, ...]]] = {
    SIGHASH: (4,),
    TAP_KEY_SIG: (64, 65),
    0x14: (64, 65),
    IN_INTERNAL_KEY: (32,),
    MERKLE_ROOT: (32,),
}
_DEEPEST: Final = 128


class PsbtRefused(ValueError):
    """The bytes are no transaction of the kind we make."""


class SecretGiven(PsbtRefused):
    """What was given would spend somebody's coins."""


@dataclass(frozen=True, slots=True)
class RawIn:
    """What an input of an unsigned transaction says; `txid` in internal byte order."""

    txid: bytes
    vout: int
    sequence: int


@dataclass(frozen=True, slots=True)
class RawOut:
    """An output: its amount and its script."""

    sats: int
    script: bytes


@dataclass(frozen=True, slots=True)
class Psbt:
    """A PSBT as it stands: the transaction, and the fields of the whole, of each input and of each output."""

    version: int
    locktime: int
    puts: tuple[RawIn, ...]
    outs: tuple[RawOut, ...]
    globals: Map
    inputs: tuple[Map, ...]
    outputs: tuple[Map, ...]


def read(raw: bytes) -> Psbt:
    """Read a PSBT of version 0, checking every field that BIP 174 and BIP 371 know.

    Raises:
        PsbtRefused: it is none, is of another version, or is malformed anywhere.
    """
    if not raw.startswith(MAGIC):
        raise PsbtRefused("this is no PSBT")
    reader = Reader(raw[len(MAGIC) :])
    globals_ = reader.map()
    version = globals_.get(bytes([PSBT_VERSION]), bytes(4))
    if version != bytes(4):
        raise PsbtRefused(f"this is a PSBT of version {int.from_bytes(version, 'little')}, and 0 is wanted")
    _checked(globals_, _GLOBAL_KEYS)
    if bytes([UNSIGNED_TX]) not in globals_:
        raise PsbtRefused("the PSBT has no transaction in it")
    version_, puts, outs, locktime = _transaction(Reader(globals_[bytes([UNSIGNED_TX])]))
    inputs = tuple(_input(reader.map(), put) for put in puts)
    outputs = tuple(_output(reader.map()) for _ in outs)
    reader.end()
    return Psbt(version_, locktime, puts, outs, globals_, inputs, outputs)


def _checked(fields: Map, keys: Mapping[int, tuple[int, ...]]) -> Map:
    """Keys as long as they must be, global ones' values too."""
    for key in fields:
        reader = Reader(key)
        kind = reader.size()
        if kind in keys and reader.left not in keys[kind]:
            raise PsbtRefused(f"field {kind:#04x} has a key of the wrong length, or no place in version 0")
        if kind == PROPRIETARY:
            reader.sized()
            reader.size()
        if keys is _GLOBAL_KEYS and kind == GLOBAL_XPUB and (not fields[key] or len(fields[key]) % 4):
            raise PsbtRefused("an account key's derivation is cut off")
    return fields


def _input(fields: Map, put: RawIn) -> Map:
    for key, value in _checked(fields, _INPUT_KEYS).items():
        kind = key[0]
        if kind in _VALUE_BYTES and len(value) not in _VALUE_BYTES[kind]:
            raise PsbtRefused(f"field {kind:#04x} has the wrong length")
        if kind in (0x02, 0x06):
            _check_point(key[1:])
        if kind == 0x06:
            _check_path(value)
        if kind == 0x15 and not value:
            raise PsbtRefused("a leaf has no version")
        if kind == IN_DERIVATION:
            _check_leaves(value)
    _check_coin(fields, put)
    return fields


def _output(fields: Map) -> Map:
    for key, value in _checked(fields, _OUTPUT_KEYS).items():
        kind = key[0]
        if kind == 0x02:
            _check_point(key[1:])
            _check_path(value)
        if kind == OUT_INTERNAL_KEY and len(value) != 32:
            raise PsbtRefused("an internal key has 32 bytes")
        if kind == OUT_DERIVATION:
            _check_leaves(value)
        if kind == OUT_TREE:
            _check_tree(Reader(value))
    return fields


def _check_point(key: bytes) -> None:
    if key[0] not in ((2, 3) if len(key) == 33 else (4,)):
        raise PsbtRefused("a public key is none")


def _check_path(value: bytes) -> None:
    if not value or len(value) % 4:
        raise PsbtRefused("a derivation path is cut off")


def _check_leaves(value: bytes) -> None:
    """Hashes of leaves, counted, before the fingerprint and the path."""
    reader = Reader(value)
    reader.take(32 * reader.size())
    _check_path(reader.take(reader.left))


def _check_tree(reader: Reader) -> None:
    """Leaves in the order of a walk, each with its depth: every branch must have both sides."""
    open_: list[int] = []
    while reader.left:
        depth, version = reader.number(1), reader.number(1)
        reader.sized()
        if depth > _DEEPEST or version % 2:
            raise PsbtRefused("a leaf of the tree is none")
        open_.append(depth)
        while len(open_) > 1 and open_[-1] == open_[-2]:
            open_[-2:] = [open_[-1] - 1]
    if open_ != [0]:
        raise PsbtRefused("the tree of scripts is not whole")


def _check_coin(fields: Map, put: RawIn) -> None:
    """What is said of the coin: an output, and the transaction that made it; both say the same."""
    said = spent(fields)
    whole = fields.get(bytes([NON_WITNESS_UTXO]))
    if whole is None:
        return
    txid, outs = _made(Reader(whole))
    if txid != put.txid or put.vout >= len(outs):
        raise PsbtRefused("the transaction of a coin is another one")
    if said is not None and said != outs[put.vout]:
        raise PsbtRefused("a coin is not what its transaction says")


def spent(fields: Map) -> RawOut | None:
    """The output that an input spends, as its witness UTXO says."""
    value = fields.get(bytes([WITNESS_UTXO]))
    if value is None:
        return None
    reader = Reader(value)
    found = RawOut(reader.number(8), reader.sized())
    reader.end()
    return found


def _transaction(reader: Reader) -> tuple[int, tuple[RawIn, ...], tuple[RawOut, ...], int]:
    """An unsigned transaction, which never has a place for witnesses."""
    version = struct.unpack("<i", reader.take(4))[0]
    puts = []
    for _ in range(reader.count(41)):
        txid, vout = reader.take(32), reader.number(4)
        if reader.sized():
            raise PsbtRefused("the unsigned transaction has a script signature")
        puts.append(RawIn(txid, vout, reader.number(4)))
    outs = tuple(RawOut(reader.number(8), reader.sized()) for _ in range(reader.count(9)))
    locktime = reader.number(4)
    reader.end()
    return version, tuple(puts), outs, locktime


def _made(reader: Reader) -> tuple[bytes, list[RawOut]]:
    """The id and the outputs of a whole transaction, with witnesses or without."""
    begin, witnessed = reader.take(4), reader.peek(2) == b"\x00\x01"
    if witnessed:
        reader.take(2)
    start = reader.at
    puts = reader.count(41)
    for _ in range(puts):
        reader.take(36)
        reader.sized()
        reader.take(4)
    outs = [RawOut(reader.number(8), reader.sized()) for _ in range(reader.count(9))]
    body = reader.since(start)
    for _ in range(puts if witnessed else 0):
        for _ in range(reader.count(1)):
            reader.sized()
    end = reader.take(4)
    reader.end()
    return hashlib.sha256(hashlib.sha256(begin + body + end).digest()).digest(), outs


class Reader:
    """Takes bytes in order and never more than there are."""

    def __init__(self, raw: bytes) -> None:
        self._raw, self.at = raw, 0

    @property
    def left(self) -> int:
        return len(self._raw) - self.at

    def peek(self, count: int) -> bytes:
        return self._raw[self.at : self.at + count]

    def since(self, start: int) -> bytes:
        return self._raw[start : self.at]

    def take(self, count: int) -> bytes:
        found = self.peek(count)
        if len(found) != count:
            raise PsbtRefused("it is cut off")
        self.at += count
        return found

    def number(self, count: int) -> int:
        return int.from_bytes(self.take(count), "little")

    def size(self) -> int:
        """A compact size, written as short as it can be."""
        first = self.number(1)
        if first < 0xFD:
            return first
        width = {0xFD: 2, 0xFE: 4, 0xFF: 8}[first]
        found = self.number(width)
        if found < (0xFD if width == 2 else 1 << (width * 4)):
            raise PsbtRefused("a length is written too long")
        return found

    def count(self, least_bytes: int) -> int:
        """A number of things that take at least so many bytes each: no more than can follow."""
        found = self.size()
        if found * least_bytes > self.left:
            raise PsbtRefused("a count is wrong")
        return found

    def sized(self) -> bytes:
        return self.take(self.size())

    def map(self) -> dict[bytes, bytes]:
        """The entries up to the separator; a key that comes twice is refused, as BIP 174 asks."""
        entries: dict[bytes, bytes] = {}
        while key := self.sized():
            if key in entries:
                raise PsbtRefused("a field comes twice")
            entries[key] = self.sized()
        return entries

    def end(self) -> None:
        if self.left:
            raise PsbtRefused("there is more than there should be")
