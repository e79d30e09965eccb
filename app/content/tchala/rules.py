"""Pure decisions about dreams: what a word and its numbers are, and how near what was typed is to a word.

Accents, case and spelling are forgiven by what is computed here, not by Postgres' `unaccent` and `pg_trgm`: these are
extensions that a database may lack, as that of the demo and the tests does. Trigrams are kept with each dream, so that
an index finds them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from app.core.errors import DomainError
from app.core.text import names

LONGEST_WORD: Final = 80
MOST_NUMBERS: Final = 6
OWN: Final = "own"
"""The source of the list that comes with the product."""
LONGEST_SOURCE: Final = 120

_NUMBER: Final = re.compile(r"[0-9]{2}")
_BETWEEN: Final = re.compile(r"[\s,;/|-]+")
_NO_LETTER: Final = re.compile(r"[^\w]+|_")
_JOINED: Final = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss"})
_NEAR: Final = 0.3
"""From which likeness on a word is offered: that of pg_trgm."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A dream as somebody wrote it, checked."""

    ht: str
    fr: str
    en: str
    numbers: tuple[str, ...]

    @property
    def folded(self) -> str:
        return fold(self.ht)

    @property
    def trigrams(self) -> list[str]:
        """Of all its words, each once."""
        return sorted(set().union(*(trigrams(fold(word)) for word in (self.ht, self.fr, self.en))))


def entry(ht: str, fr: str, en: str, numbers: str) -> Entry:
    """A dream out of what somebody wrote.

    Raises DomainError with the field's name: `dream_word_missing`, `dream_word_invalid`, `dream_numbers_invalid`.
    """
    words = {name: _word(name, text) for name, text in (("ht", ht), ("fr", fr), ("en", en))}
    if not words["ht"]:
        raise DomainError("dream_word_missing", field="ht")
    return Entry(**words, numbers=_numbers(numbers))


def fold(text: str) -> str:
    """Without accents, case and signs, one space between words: `Mèt kay-la` is `met kay la`."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_JOINED))
    bare = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(_NO_LETTER.sub(" ", bare).split())


def trigrams(folded: str) -> frozenset[str]:
    """Three letters each, with two spaces before a word and one behind it, as pg_trgm has them."""
    return frozenset(
        padded[at : at + 3] for word in folded.split() for padded in [f"  {word} "] for at in range(len(padded) - 2)
    )


def nearness(asked: str, words: Iterable[str]) -> float:
    """How near folded text is to the nearest of a dream's words: 1 is the word itself, 0 too far to be offered.

    A word that begins with it counts as near however much follows, for people are still typing.
    """
    return max((_nearness(asked, fold(word)) for word in words if word), default=0.0)


def source(text: str) -> str:
    """Where a list is from. Raises DomainError `source_invalid`."""
    found = names.title(text, LONGEST_SOURCE)
    if found is None:
        raise DomainError("source_invalid", field="source", most=LONGEST_SOURCE)
    return found


def _nearness(asked: str, word: str) -> float:
    if asked == word:
        return 1.0
    if any(word.startswith(asked, at) for at in _beginnings(word)):
        return 0.9
    own, its = trigrams(asked), trigrams(word)
    alike = len(own & its) / len(own | its) if own and its else 0.0
    return alike * 0.9 if alike >= _NEAR else 0.0


def _beginnings(word: str) -> list[int]:
    return [0, *(found.end() for found in re.finditer(" ", word))]


def _word(field: str, text: str) -> str:
    if not text.strip():
        return ""
    found = names.title(text, LONGEST_WORD)
    if found is None or not fold(found):
        raise DomainError("dream_word_invalid", field=field, most=LONGEST_WORD)
    return found


def _numbers(text: str) -> tuple[str, ...]:
    found = [one for one in _BETWEEN.split(text) if one]
    is_good = 1 <= len(found) <= MOST_NUMBERS and len(set(found)) == len(found)
    if not is_good or not all(_NUMBER.fullmatch(one) for one in found):
        raise DomainError("dream_numbers_invalid", field="numbers", most=MOST_NUMBERS)
    return tuple(found)
