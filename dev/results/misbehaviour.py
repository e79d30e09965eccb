"""What can go wrong at a source: ordered by name, or at random by a seed; at most one thing at a time."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from .drawn import Refused, Row

ALL: Final[Mapping[str, str]] = {
    "late": "shows numbers as if they were not drawn yet",
    "wrong_number": "shows other numbers, each digit one too high",
    "other_slot": "shows the numbers at another time",
    "other_day": "shows yesterday’s page",
    "sister": "shows the numbers under a game that is called alike",
    "partial": "shows one digit too few",
    "half": "shows the first of two games alone; nothing, where there is one",
    "zeros": "has lost zeros in front, as a spreadsheet does",
    "stale": "shows the numbers of the draw before once more",
    "two_numbers": "shows the draw twice, with two numbers",
    "hang": "says nothing for a long time",
    "error": "answers 500",
    "wrong_type": "answers with a page that wants to see a person",
    "truncated": "breaks off in the middle of the page",
    "endless": "sends two megabytes of nothing",
    "markup": "has been built anew, and has other names for everything",
    "redirect": "sends whoever asks to another host",
}
_OF_ROWS: Final[Mapping[str, Callable[[Sequence[Row]], list[Row]]]] = {
    "late": lambda rows: [one.without() for one in rows],
    "wrong_number": lambda rows: [one.wrong() for one in rows],
    "other_slot": lambda rows: [one.earlier() for one in rows],
    "two_numbers": lambda rows: [two for one in rows for two in (one, one.wrong())],
    "half": lambda rows: [one.without() if one.digits == _ONE_GAME else one for one in rows],
    "zeros": lambda rows: [replace(one, numbers=_short(one)) for one in rows],
    "stale": lambda rows: _stale(rows),
}
_MOST_TIMES: Final = 1_000
_ONE_GAME: Final = 3
"""So many digits have draws of one game."""


def _short(one: Row) -> str:
    """American pages leave the zeros out themselves, of each game."""
    return one.numbers.lstrip("0") if one.digits == _ONE_GAME else one.numbers


def _stale(rows: Sequence[Row]) -> list[Row]:
    """The newest that is drawn shows what the one before it does."""
    drawn = [one for one in rows if one.numbers]
    return [replace(one, numbers=drawn[1].numbers) if drawn[1:] and one is drawn[0] else one for one in rows]


class Misbehaviours:
    """Those that are still to come, of every source."""

    def __init__(self, seed: str = "", rate: float = 0.0) -> None:
        self._coming: list[tuple[str, str]] = []
        self._lock = threading.Lock()
        self.set_random(seed, rate)

    def set_random(self, seed: str, rate: float) -> None:
        """The same seed and the same questions misbehave alike. `rate`: how many of the answers. Raises Refused."""
        if not 0 <= rate <= 1:
            raise Refused("rate is between 0 and 1")
        self.seed, self.rate, self._random = seed, rate, random.Random(seed)

    def ask_for(self, given: Mapping[str, Any], sources: Sequence[str]) -> None:
        """`next`, the `source` that is meant, `times`. Raises Refused."""
        name, source = str(given.get("next", "")), str(given.get("source", ""))
        times = given.get("times", 1)
        if name not in ALL:
            raise Refused(f"next is one of {', '.join(ALL)}")
        if source not in sources:
            raise Refused(f"source is one of {', '.join(sources)}")
        if type(times) is not int or not 1 <= times <= _MOST_TIMES:
            raise Refused(f"times is 1 to {_MOST_TIMES}")
        with self._lock:
            self._coming = [*self._coming, *[(source, name)] * times][-_MOST_TIMES:]

    def clear(self) -> None:
        with self._lock:
            self._coming.clear()

    def coming(self) -> list[dict[str, str]]:
        with self._lock:
            return [{"source": source, "name": name} for source, name in self._coming]

    def strike(self, source: str) -> str:
        """The name of what goes wrong at this question, which is then over; "" where nothing does."""
        with self._lock:
            for at, (whose, name) in enumerate(self._coming):
                if whose == source:
                    del self._coming[at]
                    return name
            if self.rate and self._random.random() < self.rate:
                return self._random.choice(list(ALL))
        return ""


def bent(struck: str, rows: Sequence[Row]) -> list[Row]:
    """The draws as a source shows them that misbehaves so."""
    return _OF_ROWS[struck](rows) if struck in _OF_ROWS else list(rows)
