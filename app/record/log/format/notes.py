"""Signed notes and their keys (C2SP signed-note), checkpoints as texts (C2SP tlog-checkpoint), and what witnesses sign
of them (C2SP tlog-cosignature). Pure.

A note is lines of text, an empty line, and a line for each signature. A key has a name, and four bytes by which a
reader sees which signature may be its.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from .tree import HASH

ED25519: Final = b"\x01"
COSIGNER: Final = b"\x04"
"""The type of a witness's key: it signs the time beside the text."""
_COSIGNATURE: Final = 8 + 64
_NAME: Final = re.compile(r"[^\s+\x00-\x1f]{1,200}")
_SIGNATURE: Final = re.compile(r"— ([^\s+]{1,200}) ([A-Za-z0-9+/]+={0,2})")
_PRIVATE: Final = "PRIVATE+KEY+"
_MOST_NOTE: Final = 1_000_000
_MOST_SIGNATURES: Final = 64
# The eight points for which a signature says nothing of who made it, without the bit of their sign (RFC 8032, 8.4).
_SMALL: Final = frozenset(
    bytes.fromhex(point)
    for point in (
        "00" * 32,
        "01" + "00" * 31,
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "ec" + "ff" * 30 + "7f",
        "ed" + "ff" * 30 + "7f",
        "ee" + "ff" * 30 + "7f",
    )
)


class NoteRefused(ValueError):
    """A note, or a key, is not written as it should be, or its signature does not hold."""


def _key_id(name: str, key: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + key).digest()[:4]


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """Whose signatures are believed. Its text is `name+id+key`, which a doubter keeps."""

    name: str
    public: bytes
    kind: bytes = ED25519

    @classmethod
    def parse(cls, text: str, kind: bytes = ED25519) -> VerifierKey:
        """A log's key, or a witness's. Raises NoteRefused."""
        name, identifier, key = _three(text)
        if key[:1] != kind or len(key) != 1 + HASH or identifier != _key_id(name, key).hex():
            raise NoteRefused(f"not a verifier key of type {kind.hex()} for Ed25519")
        if key[1:-1] + bytes([key[-1] & 0x7F]) in _SMALL:
            raise NoteRefused("nobody has this key alone")
        found = cls(name, key[1:], kind)
        if str(found) != text:
            raise NoteRefused("a verifier key is written in one way")
        return found

    @property
    def identifier(self) -> bytes:
        return _key_id(self.name, self.kind + self.public)

    def __str__(self) -> str:
        return f"{self.name}+{self.identifier.hex()}+{base64.b64encode(self.kind + self.public).decode()}"

    def holds(self, text: str, signature: bytes) -> bool:
        """Whether this key made this signature of a note's text."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text.encode())
        except (InvalidSignature, ValueError):
            return False
        return True

    def cosigned_at(self, text: str, signature: bytes) -> int | None:
        """When a witness with this key signed a checkpoint's text, in unix seconds; None if it did not."""
        time = int.from_bytes(signature[:8], "big")
        if self.kind != COSIGNER or len(signature) != _COSIGNATURE or time >= 2**63:
            return None
        return time if self.holds(f"cosignature/v1\ntime {time}\n{text}", signature[8:]) else None


@dataclass(frozen=True, slots=True, repr=False)
class SigningKey:
    """A key that moves no money: it only says that the log said something."""

    name: str
    seed: bytes

    @classmethod
    def parse(cls, text: str) -> SigningKey:
        """`PRIVATE+KEY+name+id+key`, as `keygen` makes one. Raises NoteRefused, which repeats nothing of it."""
        if not text.startswith(_PRIVATE):
            raise NoteRefused("not a signing key")
        name, identifier, key = _three(text.removeprefix(_PRIVATE))
        made = cls(name, key[1:])
        if key[:1] != ED25519 or len(key) != 1 + HASH or identifier != made.verifier.identifier.hex():
            raise NoteRefused("not a signing key for Ed25519")
        return made

    @property
    def verifier(self) -> VerifierKey:
        return VerifierKey(self.name, self._private.public_key().public_bytes_raw())

    @property
    def _private(self) -> Ed25519PrivateKey:
        return _private_key(self.seed)

    @property
    def text(self) -> str:
        """As settings hold it: a secret."""
        key = base64.b64encode(ED25519 + self.seed).decode()
        return f"{_PRIVATE}{self.name}+{self.verifier.identifier.hex()}+{key}"

    def signature_line(self, text: str) -> str:
        """This key's signature of a note's text, as the note has it."""
        signature = base64.b64encode(self.verifier.identifier + self._private.sign(text.encode())).decode()
        return f"— {self.name} {signature}\n"


@lru_cache(maxsize=4)
def _private_key(seed: bytes) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(seed)


def _three(text: str) -> tuple[str, str, bytes]:
    name, _, rest = text.partition("+")
    identifier, _, key = rest.partition("+")
    try:
        decoded = base64.b64decode(key, validate=True)
    except binascii.Error:
        raise NoteRefused("a key is written name+id+key") from None
    if not _NAME.fullmatch(name):
        raise NoteRefused("a key's name has neither spaces nor plus signs")
    return name, identifier, decoded


def sign(text: str, keys: Sequence[SigningKey]) -> str:
    """A note: the text, which ends with a new line, and a signature of each key."""
    return text + "\n" + "".join(key.signature_line(text) for key in keys)


def opened(note: str, key: VerifierKey) -> str:
    """The text of a note that `key` signed.

    Raises:
        NoteRefused: it is no note, or has no signature of this key that holds.
    """
    text, lines = parted(note)
    for line in lines:
        signature = signature_of(line, key)
        if signature is None:
            continue
        if key.holds(text, signature):
            return text
        raise NoteRefused("the signature does not hold")
    raise NoteRefused(f"not signed by {key.name}")


def parted(note: str) -> tuple[str, list[str]]:
    """A note's text, and the lines of its signatures without their ends.

    Raises NoteRefused: it is no note.
    """
    text, between, signatures = note.rpartition("\n\n")
    if not between or len(note) > _MOST_NOTE or not signatures.endswith("\n"):
        raise NoteRefused("not a signed note")
    lines = signatures[:-1].split("\n")
    if len(lines) > _MOST_SIGNATURES:
        raise NoteRefused("more signatures than anybody reads")
    return text + "\n", lines


def signature_of(line: str, key: VerifierKey) -> bytes | None:
    """What a line says that `key` signed; None if it is another's line.

    Raises NoteRefused: it is no line of a signature.
    """
    found = _SIGNATURE.fullmatch(line)
    if found is None:
        raise NoteRefused("not a signature")
    try:
        raw = base64.b64decode(found[2], validate=True)
    except binascii.Error:
        raise NoteRefused("not a signature") from None
    return raw[4:] if found[1] == key.name and raw[:4] == key.identifier else None


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log says of itself: so many entries, this root, at this time (unix seconds)."""

    origin: str
    size: int
    root: bytes
    time: int

    @property
    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\ntime {self.time}\n"

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """Raises NoteRefused."""
        found = re.fullmatch(r"([^\n]+)\n(0|[1-9][0-9]{0,18})\n([A-Za-z0-9+/]{43}=)\ntime ([1-9][0-9]{0,11})\n", text)
        if found is None:
            raise NoteRefused("not a checkpoint of ours")
        return cls(found[1], int(found[2]), base64.b64decode(found[3]), int(found[4]))


def proof_text(number: int, hashes: Sequence[bytes], checkpoint: str) -> str:
    """That an entry is in the tree of a signed checkpoint, in a text that needs nothing else (C2SP tlog-proof)."""
    lines = [base64.b64encode(one).decode() for one in hashes]
    return "\n".join(["c2sp.org/tlog-proof@v1", f"index {number}", *lines, "", checkpoint])
