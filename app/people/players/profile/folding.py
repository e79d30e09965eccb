"""Names folded to what is hard to change about them, so that an excluded person is known by another spelling. Pure.

What counts is which letters a name has and how often: accents, capitals, spaces, hyphens, full stops, apostrophes and
the order of words are nothing. Two names of the same letters are taken for one, which together with the same day of
birth hardly ever is wrong. docs/decisions/0048 says what this cannot catch.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Final

import regex

_LIKE: Final[Mapping[int, str]] = str.maketrans(
    {
        **dict.fromkeys("øɵ", "o"),
        **dict.fromkeys("ıɩ", "i"),
        **dict.fromkeys("đðɗ", "d"),
        **dict.fromkeys("łɫ", "l"),
        **dict.fromkeys("ħɦ", "h"),
        **dict.fromkeys("ŧʈ", "t"),
        **dict.fromkeys("ɑɒ", "a"),
        "ŋ": "n",
        "ɡ": "g",
        "ƙ": "k",
        "ʀ": "r",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        "ĸ": "k",
    }
)
"""Letters that Unicode takes apart no further, and that people write as these."""
_NO_LETTER: Final = regex.compile(r"\P{L}+")
_LATIN: Final = regex.compile(r"\p{Latin}")
_UNKNOWN: Final = regex.compile(r"[\p{Latin}--[a-z]]", regex.V1)
_NOT_LATIN: Final = regex.compile(r"[\p{L}--\p{Latin}]", regex.V1)


def letters(name: str) -> str:
    """The letters of a name as they count, sorted."""
    return "".join(sorted(_NO_LETTER.sub("", _plain(name))))


def is_of_known_letters(name: str) -> bool:
    """Whether each Latin letter counts as one of the alphabet's: of those that do not, most look like one that does."""
    return not _UNKNOWN.search(_plain(name))


def _plain(name: str) -> str:
    return unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name).casefold()).translate(_LIKE)


def is_of_one_script(name: str) -> bool:
    """Whether no other script's letters stand among Latin ones, where they would look the same and count otherwise."""
    return not (_LATIN.search(name) and _NOT_LATIN.search(unicodedata.normalize("NFC", name)))


def mark_of_birth(name: str, born: date) -> str:
    """What a name and a day of birth are found by, which says neither."""
    return _mark("birth", f"{letters(name)}\0{born.isoformat()}")


def mark_of_contact(kind: str, address: str) -> str:
    """What a normalised mail address or phone number is found by, which is not the address."""
    return _mark(kind, address)


def _mark(kind: str, text: str) -> str:
    return hashlib.sha256(f"{kind}\0{text}".encode()).hexdigest()
