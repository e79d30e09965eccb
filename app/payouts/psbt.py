"""Partially signed transactions of taproot key-path spends: BIP 174 (version 0) with the fields of BIP 371. Pure.

Only what a payout needs: one writer, and one reader that takes nothing it does not understand for granted. What is
read comes from outside, so every length is checked.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import struct
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from app.chain.commitment import tagged_hash
from app.core.money import MAX_SATS

MAGIC: Final = b"psbt\xff"
VERSION: Final = 2
MAX_BYTES: Final = 1_000_000

_UNSIGNED_TX, _PSBT_VERSION = 0x00, 0xFB
_WITNESS_UTXO, _FINAL_SCRIPT_SIG, _FINAL_WITNESS, _TAP_KEY_SIG = 0x01, 0x07, 0x08, 0x13
_IN_DERIVATION, _IN_INTERNAL_KEY, _MERKLE_ROOT = 0x16, 0x17, 0x18
_OUT_INTERNAL_KEY, _OUT_DERIVATION = 0x05, 0x07
_SIGHASHES: Final = (0, 1)  # DEFAULT and ALL: everything is signed


class PsbtRefused(ValueError):
    """The bytes are no transaction of the kind we make."""


@dataclass(frozen=True, slots=True)
class KeySource:
    """An internal key and where a signer finds it."""

    internal_key: bytes
    fingerprint: bytes
    path: tuple[int, ...]

    @property
    def derivation(self) -> bytes:
        return b"\x00" + self.fingerprint + b"".join(step.to_bytes(4, "little") for step in self.path)


@dataclass(frozen=True, slots=True)
class TxIn:
    """An input: `txid` in internal byte order. `merkle_root` is empty where the key commits to nothing."""

    txid: bytes
    vout: int
    sequence: int
    sats: int = 0
    script: bytes = b""
    key: KeySource | None = None
    merkle_root: bytes = b""
    signature: bytes = b""

    @property
    def outpoint(self) -> bytes:
        return self.txid + self.vout.to_bytes(4, "little")


@dataclass(frozen=True, slots=True)
class TxOut:
    """An output; `key` for those that come back to us, so that the signer can tell."""

    sats: int
    script: bytes
    key: KeySource | None = None

    @property
    def raw(self) -> bytes:
        return struct.pack("<q", self.sats) + _sized(self.script)


@dataclass(frozen=True, slots=True)
class Transaction:
    """A transaction with what its signer needs, or with its signatures."""

    inputs: tuple[TxIn, ...]
    outputs: tuple[TxOut, ...]
    version: int = VERSION
    locktime: int = 0

    @property
    def unsigned(self) -> bytes:
        """Without witness: what the txid is the hash of."""
        inputs = b"".join(put.outpoint + b"\x00" + put.sequence.to_bytes(4, "little") for put in self.inputs)
        outputs = b"".join(out.raw for out in self.outputs)
        counted = _size(len(self.inputs)) + inputs + _size(len(self.outputs)) + outputs
        return struct.pack("<i", self.version) + counted + struct.pack("<I", self.locktime)

    @property
    def txid(self) -> bytes:
        """In internal byte order."""
        return hashlib.sha256(hashlib.sha256(self.unsigned).digest()).digest()

    @property
    def signed(self) -> bytes:
        """Ready for the network; every input must have its signature."""
        witness = b"".join(b"\x01" + _sized(put.signature) for put in self.inputs)
        body = self.unsigned
        return body[:4] + b"\x00\x01" + body[4:-4] + witness + body[-4:]

    def digest(self, index: int, hash_type: int = 0) -> bytes:
        """What the input's key signs (BIP 341, key path, no annex)."""
        parts = (
            b"".join(put.outpoint for put in self.inputs),
            b"".join(struct.pack("<q", put.sats) for put in self.inputs),
            b"".join(_sized(put.script) for put in self.inputs),
            b"".join(put.sequence.to_bytes(4, "little") for put in self.inputs),
            b"".join(out.raw for out in self.outputs),
        )
        hashes = b"".join(hashlib.sha256(part).digest() for part in parts)
        fixed = struct.pack("<BBiI", 0, hash_type, self.version, self.locktime)
        return tagged_hash("TapSighash", fixed + hashes + b"\x00" + struct.pack("<I", index))


def write(transaction: Transaction) -> bytes:
    """The PSBT that a signer gets, or (with signatures) gives back."""
    maps = [_entry(_UNSIGNED_TX, transaction.unsigned) + b"\x00"]
    for put in transaction.inputs:
        entries = _entry(_WITNESS_UTXO, TxOut(put.sats, put.script).raw)
        if put.signature:
            entries += _entry(_TAP_KEY_SIG, put.signature)
        if put.key:
            entries += _entry(_IN_DERIVATION, put.key.derivation, put.key.internal_key)
            entries += _entry(_IN_INTERNAL_KEY, put.key.internal_key)
        if put.merkle_root:
            entries += _entry(_MERKLE_ROOT, put.merkle_root)
        maps.append(entries + b"\x00")
    for out in transaction.outputs:
        entries = b""
        if out.key:
            entries += _entry(_OUT_INTERNAL_KEY, out.key.internal_key)
            entries += _entry(_OUT_DERIVATION, out.key.derivation, out.key.internal_key)
        maps.append(entries + b"\x00")
    return MAGIC + b"".join(maps)


def encode(transaction: Transaction) -> str:
    """As base64, the form in which PSBTs are pasted."""
    return base64.b64encode(write(transaction)).decode()


def decode(given: str | bytes) -> Transaction:
    """Read a PSBT from a paste (base64) or a file (base64 or binary), or a whole signed transaction in hexadecimal.

    Raises:
        PsbtRefused: it is none of these, or too large, or malformed anywhere.
    """
    raw = given.encode("ascii", "replace") if isinstance(given, str) else given
    if len(raw) > 2 * MAX_BYTES:
        raise PsbtRefused("too large")
    if not raw.startswith(MAGIC):
        text = b"".join(raw.split())
        try:
            raw = bytes.fromhex(text.decode()) if _is_hex(text) else base64.b64decode(text, validate=True)
        except (ValueError, binascii.Error):
            raise PsbtRefused("neither base64 nor a transaction") from None
    if not raw.startswith(MAGIC):
        return _read_transaction(_Reader(raw), signed=True)
    return _read_psbt(_Reader(raw[len(MAGIC) :]))


def _read_psbt(reader: _Reader) -> Transaction:
    globals_ = reader.map()
    if globals_.get(bytes([_PSBT_VERSION]), bytes(4)) != bytes(4) or bytes([_UNSIGNED_TX]) not in globals_:
        raise PsbtRefused("not a PSBT of version 0")
    transaction = _read_transaction(_Reader(globals_[bytes([_UNSIGNED_TX])]), signed=False)
    inputs = tuple(_with_fields(put, reader.map()) for put in transaction.inputs)
    for _ in transaction.outputs:
        reader.map()
    reader.end()
    return replace(transaction, inputs=inputs)


def _with_fields(put: TxIn, fields: dict[bytes, bytes]) -> TxIn:
    """What a signer added: a key-path signature as such, or as the final witness."""
    if fields.get(bytes([_FINAL_SCRIPT_SIG])):
        raise PsbtRefused("a taproot input has no script signature")
    signature = fields.get(bytes([_TAP_KEY_SIG]), b"")
    final = fields.get(bytes([_FINAL_WITNESS]))
    if final is not None:
        signature = _only_item(_Reader(final))
    if len(signature) not in (0, 64, 65):
        raise PsbtRefused("a signature has 64 or 65 bytes")
    utxo = fields.get(bytes([_WITNESS_UTXO]))
    if utxo is not None:
        reader = _Reader(utxo)
        put = replace(put, sats=reader.sats(), script=reader.sized())
        reader.end()
    return replace(put, signature=signature)


def _only_item(reader: _Reader) -> bytes:
    if reader.size() != 1:
        raise PsbtRefused("the witness of a key path is one signature")
    item = reader.sized()
    reader.end()
    return item


def _read_transaction(reader: _Reader, *, signed: bool) -> Transaction:
    version = struct.unpack("<i", reader.take(4))[0]
    has_witness = reader.peek(2) == b"\x00\x01"
    if has_witness != signed:
        raise PsbtRefused("signatures are not where they belong")
    if signed:
        reader.take(2)
    inputs = []
    for _ in range(reader.count(41)):
        txid, vout, script = reader.take(32), reader.number(4), reader.sized()
        if script:
            raise PsbtRefused("a taproot input has no script signature")
        inputs.append(TxIn(txid, vout, reader.number(4)))
    outputs = tuple(TxOut(reader.sats(), reader.sized()) for _ in range(reader.count(9)))
    if signed:
        inputs = [replace(put, signature=_witness(reader)) for put in inputs]
    locktime = reader.number(4)
    reader.end()
    return Transaction(tuple(inputs), outputs, version, locktime)


def _witness(reader: _Reader) -> bytes:
    if reader.size() != 1:
        raise PsbtRefused("the witness of a key path is one signature")
    return reader.sized()


class _Reader:
    """Takes bytes in order and never more than there are."""

    def __init__(self, raw: bytes) -> None:
        self._raw, self._at = raw, 0

    def peek(self, count: int) -> bytes:
        return self._raw[self._at : self._at + count]

    def take(self, count: int) -> bytes:
        found = self.peek(count)
        if len(found) != count:
            raise PsbtRefused("cut off")
        self._at += count
        return found

    def number(self, count: int) -> int:
        return int.from_bytes(self.take(count), "little")

    def sats(self) -> int:
        found = self.number(8)
        if found > MAX_SATS:
            raise PsbtRefused("there is no such amount")
        return found

    def size(self) -> int:
        first = self.number(1)
        return first if first < 0xFD else self.number({0xFD: 2, 0xFE: 4, 0xFF: 8}[first])

    def count(self, least_bytes: int) -> int:
        """A number of things that take at least so many bytes each: no more than can follow."""
        found = self.size()
        if not 0 < found * least_bytes <= len(self._raw) - self._at:
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
        if self._at != len(self._raw):
            raise PsbtRefused("there is more than there should be")


def hash_type_of(signature: bytes) -> int | None:
    """0 or 1, or None for a signature that does not commit to everything."""
    kind = signature[64] if len(signature) == 65 else 0
    return kind if kind in _SIGHASHES and not (len(signature) == 65 and kind == 0) else None


def _is_hex(text: bytes) -> bool:
    return len(text) % 2 == 0 and all(byte in b"0123456789abcdefABCDEF" for byte in text)


def _size(number: int) -> bytes:
    if number < 0xFD:
        return bytes([number])
    return b"\xfd" + number.to_bytes(2, "little") if number <= 0xFFFF else b"\xfe" + number.to_bytes(4, "little")


def _sized(value: bytes) -> bytes:
    return _size(len(value)) + value


def _entry(kind: int, value: bytes, key: Sequence[int] | bytes = b"") -> bytes:
    return _sized(bytes([kind]) + bytes(key)) + _sized(value)
