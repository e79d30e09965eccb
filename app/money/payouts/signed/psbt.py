"""Partially signed transactions of taproot key-path spends, on their way to the signer and back. Pure.

Only what a payout needs: one writer, and one reader that takes nothing it does not understand for granted. The form
itself is read and checked in `psbt_fields`, and the wrapping around it in `pasted`.
"""

from __future__ import annotations

import base64
import hashlib
import struct
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from app.chain.deposits.commitment import tagged_hash
from app.core.money import MAX_SATS, Sats

from . import pasted, psbt_fields
from .pasted import MAGIC
from .psbt_fields import PsbtRefused, Reader, SecretGiven

__all__ = [
    "MAGIC",
    "KeySource",
    "PsbtRefused",
    "SecretGiven",
    "Transaction",
    "TxIn",
    "TxOut",
    "decode",
    "encode",
    "hash_type_of",
    "write",
]

VERSION: Final = 2
MAX_BYTES: Final = 1_000_000

FEE_CAP_KEY: Final = b"\xfc\x05tiraj\x00"
"""A field of our own: the most that this payout may give to miners, in eight bytes, little end first."""
NETWORK_KEY: Final = b"\xfc\x05tiraj\x01"
"""Another one: the network whose addresses the signer is shown, by name."""
_SIGHASHES: Final = (0, 1)  # DEFAULT and ALL: everything is signed


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
    fee_cap: Sats | None = None  # for the signer to see
    network: str | None = None  # whose addresses he sees

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
    globals_ = _entry(psbt_fields.UNSIGNED_TX, transaction.unsigned)
    if transaction.fee_cap is not None:
        globals_ += _sized(FEE_CAP_KEY) + _sized(transaction.fee_cap.to_bytes(8, "little"))
    if transaction.network is not None:
        globals_ += _sized(NETWORK_KEY) + _sized(transaction.network.encode())
    maps = [globals_ + b"\x00"]
    for put in transaction.inputs:
        entries = _entry(psbt_fields.WITNESS_UTXO, TxOut(put.sats, put.script).raw)
        if put.signature:
            entries += _entry(psbt_fields.TAP_KEY_SIG, put.signature)
        if put.key:
            entries += _entry(psbt_fields.IN_DERIVATION, put.key.derivation, put.key.internal_key)
            entries += _entry(psbt_fields.IN_INTERNAL_KEY, put.key.internal_key)
        if put.merkle_root:
            entries += _entry(psbt_fields.MERKLE_ROOT, put.merkle_root)
        maps.append(entries + b"\x00")
    for out in transaction.outputs:
        entries = b""
        if out.key:
            entries += _entry(psbt_fields.OUT_INTERNAL_KEY, out.key.internal_key)
            entries += _entry(psbt_fields.OUT_DERIVATION, out.key.derivation, out.key.internal_key)
        maps.append(entries + b"\x00")
    return MAGIC + b"".join(maps)


def encode(transaction: Transaction) -> str:
    """As base64, the form in which PSBTs are pasted."""
    return base64.b64encode(write(transaction)).decode()


def decode(given: str | bytes) -> Transaction:
    """Read a PSBT, or a whole signed transaction, in whatever wrapping a wallet or a person hands it over.

    Raises:
        PsbtRefused: it is neither, or too large, or malformed anywhere; the message says what it looks like.
    """
    if len(given) > 4 * MAX_BYTES:
        raise PsbtRefused("it is too large")
    try:
        raw = pasted.unwrapped(given)
    except pasted.Secret as error:
        raise SecretGiven(str(error)) from None
    except pasted.NothingOfOurs as error:
        raise PsbtRefused(str(error)) from None
    return _of_psbt(psbt_fields.read(raw)) if raw.startswith(MAGIC) else _signed_transaction(Reader(raw))


def _of_psbt(read: psbt_fields.Psbt) -> Transaction:
    if not read.puts or not read.outs:
        raise PsbtRefused("the transaction has no inputs or no outputs")
    inputs = tuple(_with_fields(put, fields) for put, fields in zip(read.puts, read.inputs, strict=True))
    outputs = tuple(TxOut(_amount(out.sats), out.script) for out in read.outs)
    cap = read.globals.get(FEE_CAP_KEY)
    fee_cap = None if cap is None else _amount(int.from_bytes(cap, "little"))
    return Transaction(inputs, outputs, read.version, read.locktime, fee_cap)


def _with_fields(put: psbt_fields.RawIn, fields: psbt_fields.Map) -> TxIn:
    """The coin, and what a signer added: a key-path signature as such, or as the final witness."""
    made = TxIn(put.txid, put.vout, put.sequence)
    if fields.get(bytes([psbt_fields.FINAL_SCRIPT_SIG])):
        raise PsbtRefused("a taproot input has no script signature")
    spent = psbt_fields.spent(fields)
    if spent is None and bytes([psbt_fields.NON_WITNESS_UTXO]) in fields:
        raise PsbtRefused("a coin is not told as a taproot output")
    if spent is not None:
        if len(spent.script) != 34 or spent.script[:2] != b"\x51\x20":
            raise PsbtRefused("a coin is not a taproot output")
        made = replace(made, sats=_amount(spent.sats), script=spent.script)
    final = fields.get(bytes([psbt_fields.FINAL_WITNESS]))
    signature = fields.get(bytes([psbt_fields.TAP_KEY_SIG]), b"") if final is None else _only_item(Reader(final))
    return replace(made, signature=signature)


def _only_item(reader: Reader) -> bytes:
    signature = _witness(reader)
    reader.end()
    return signature


def _signed_transaction(reader: Reader) -> Transaction:
    version = struct.unpack("<i", reader.take(4))[0]
    if reader.peek(2) != b"\x00\x01":
        raise PsbtRefused("this looks like a transaction without signatures")
    reader.take(2)
    inputs = []
    for _ in range(reader.count(41)):
        txid, vout, script = reader.take(32), reader.number(4), reader.sized()
        if script:
            raise PsbtRefused("a taproot input has no script signature")
        inputs.append(TxIn(txid, vout, reader.number(4)))
    outputs = tuple(TxOut(_amount(reader.number(8)), reader.sized()) for _ in range(reader.count(9)))
    inputs = [replace(put, signature=_witness(reader)) for put in inputs]
    locktime = reader.number(4)
    reader.end()
    if not inputs or not outputs:
        raise PsbtRefused("the transaction has no inputs or no outputs")
    return Transaction(tuple(inputs), outputs, version, locktime)


def _witness(reader: Reader) -> bytes:
    signature = reader.sized() if reader.size() == 1 else b""
    if len(signature) not in (64, 65):
        raise PsbtRefused("the witness of a key path is one signature of 64 or 65 bytes")
    return signature


def _amount(sats: int) -> Sats:
    if sats > MAX_SATS:
        raise PsbtRefused("there is no such amount")
    return sats


def hash_type_of(signature: bytes) -> int | None:
    """0 or 1, or None for a signature that does not commit to everything."""
    kind = signature[64] if len(signature) == 65 else 0
    return kind if kind in _SIGHASHES and not (len(signature) == 65 and kind == 0) else None


def _size(number: int) -> bytes:
    if number < 0xFD:
        return bytes([number])
    return b"\xfd" + number.to_bytes(2, "little") if number <= 0xFFFF else b"\xfe" + number.to_bytes(4, "little")


def _sized(value: bytes) -> bytes:
    return _size(len(value)) + value


def _entry(kind: int, value: bytes, key: Sequence[int] | bytes = b"") -> bytes:
    return _sized(bytes([kind]) + bytes(key)) + _sized(value)
