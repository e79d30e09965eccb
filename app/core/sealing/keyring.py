"""Sealing: AES-256-GCM under a key that is named in the value, and the keyed hash by which sealed texts are found.

A sealed value is the key's name (one byte of length, then ASCII), a nonce of twelve random bytes, and the ciphertext
with its tag. It is bound to its place, a column and a row: what is carried into another row or column does not open.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_TAG_BYTES: Final = 16
_NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,15}")


class KeyRefused(ValueError):
    """A text that is no key. It never says what the text was."""


class NotOpened(Exception):
    """A sealed value that these keys do not open, in words that say which and by whose key."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key and what it is called; as text `name:base64`."""

    name: str
    secret: bytes = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> Key:
        """Raises KeyRefused."""
        name, colon, encoded = text.strip().partition(":")
        if not colon or not _NAME.fullmatch(name):
            raise KeyRefused("each is a name (a letter, then letters, digits or hyphens), a colon and a key in base64")
        try:
            secret = base64.b64decode(encoded, validate=True)
        except binascii.Error:
            raise KeyRefused(f"the key {name} is not base64") from None
        if len(secret) != KEY_BYTES:
            raise KeyRefused(f"the key {name} has {len(secret)} bytes, not {KEY_BYTES}")
        return cls(name, secret)

    @classmethod
    def make(cls, name: str) -> Key:
        """A new one."""
        return cls(name, secrets.token_bytes(KEY_BYTES))

    @property
    def text(self) -> str:
        return f"{self.name}:{base64.b64encode(self.secret).decode()}"

    @property
    def is_drawn(self) -> bool:
        """Whether its bytes may have come from a random source: not one letter over and over, nor counted up."""
        steps = {(after - before) % 256 for before, after in zip(self.secret, self.secret[1:], strict=False)}
        return len(set(self.secret)) >= KEY_BYTES // 2 and len(steps) > 1

    @property
    def mark(self) -> bytes:
        """How everything begins that it has sealed."""
        return bytes([len(self.name)]) + self.name.encode()


def parse_keys(text: str) -> tuple[Key, ...]:
    """Keys with commas between. Raises KeyRefused, also where two have one name or are one key."""
    keys = tuple(Key.parse(part) for part in text.split(","))
    if len({key.name for key in keys}) < len(keys):
        raise KeyRefused("two keys have one name")
    if len({key.secret for key in keys}) < len(keys):
        raise KeyRefused("two names have one key")
    return keys


def key_name(sealed: bytes) -> str:
    """Whose key sealed it. Raises NotOpened: this was never sealed."""
    length = sealed[0] if sealed else 0
    name = sealed[1 : 1 + length].decode("ascii", "replace")
    if len(sealed) < 1 + length + _NONCE_BYTES + _TAG_BYTES or not _NAME.fullmatch(name):
        raise NotOpened("what is kept there was never sealed")
    return name


class Keyring:
    """The first key seals, all of them open; another one makes the hashes by which a text is found."""

    def __init__(self, keys: Sequence[Key], lookup_key: Key) -> None:
        self.current = keys[0]
        self.names = tuple(key.name for key in keys)
        self._ciphers = {key.name: AESGCM(key.secret) for key in keys}
        self._lookup_key = lookup_key

    def seal(self, plain: bytes, place: bytes) -> bytes:
        """`plain` for this place alone. The same text is never sealed to the same bytes twice."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return self.current.mark + nonce + self._ciphers[self.current.name].encrypt(nonce, plain, place)

    def open(self, sealed: bytes, place: bytes) -> bytes:
        """Raises NotOpened: unknown key, another place, or changed bytes."""
        name = key_name(sealed)
        cipher = self._ciphers.get(name)
        if cipher is None:
            raise NotOpened(f"it is sealed with the key {name}, which DATA_KEYS does not have")
        start = 1 + len(name)
        nonce, ciphertext = sealed[start : start + _NONCE_BYTES], sealed[start + _NONCE_BYTES :]
        try:
            return cipher.decrypt(nonce, ciphertext, place)
        except InvalidTag:
            raise NotOpened(
                f"the key {name} does not open it: it was changed, carried there from elsewhere, "
                f"or sealed with another key of that name"
            ) from None

    def lookup(self, kind: str, text: str) -> bytes:
        """By which a normalised text is found. Nobody tries texts against it without our key."""
        return hmac.digest(self._lookup_key.secret, kind.encode() + b"\0" + text.encode(), hashlib.sha256)
