"""Pure: what an API key looks like. A prefix that a scanner for leaked secrets finds, randomness, and a checksum."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from typing import Final, Literal

Mode = Literal["live", "test"]

RANDOM_LENGTH: Final = 32  # 62^32: 190 bits
CHECKSUM_LENGTH: Final = 6  # 62^6 holds every CRC-32
SHOWN_LENGTH: Final = 4

_ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_KEY = re.compile(rf"(tiraj_(live|test)_)([0-9A-Za-z]{{{RANDOM_LENGTH}}})([0-9A-Za-z]{{{CHECKSUM_LENGTH}}})")
_TRACE = re.compile(r"tiraj_(?:live|test)_", re.IGNORECASE)


def make(mode: Mode, choose: Callable[[str], str]) -> str:
    """A new key. `choose` picks one letter of an alphabet, and has to be unpredictable (`secrets.choice`)."""
    body = f"tiraj_{mode}_" + "".join(choose(_ALPHABET) for _ in range(RANDOM_LENGTH))
    return body + checksum(body)


def mode_of(text: str) -> Mode | None:
    """The mode of a well-formed key; None for anything else, a key with one wrong letter among it."""
    match = _KEY.fullmatch(text)
    if match is None or checksum(match[1] + match[3]) != match[4]:
        return None
    return "live" if match[2] == "live" else "test"


def hint(text: str) -> str:
    """What may be shown of a key, so that its owner knows it again."""
    match = _KEY.fullmatch(text)
    if match is None:
        raise ValueError("not a key")
    return f"{match[1]}…{text[-SHOWN_LENGTH:]}"


def is_in(text: str) -> bool:
    """Whether something that begins like a key stands anywhere in the text."""
    return _TRACE.search(text) is not None


def checksum(body: str) -> str:
    """CRC-32 of all before it, in base 62, the most significant digit first. It finds typos and guards nothing."""
    rest, digits = zlib.crc32(body.encode()), ""
    for _ in range(CHECKSUM_LENGTH):
        rest, digit = divmod(rest, len(_ALPHABET))
        digits = _ALPHABET[digit] + digits
    return digits
