"""What a parser is: the bytes of a page and the draw that is looked for go in; its numbers come out, or a named reason
why there are none. Pure, and never a guess."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Final, Literal, TypeAlias

Reason: TypeAlias = Literal[
    "not_yet",
    "not_listed",
    "other_day",
    "partial",
    "half",
    "zeros_lost",
    "too_many_numbers",
    "two_numbers",
    "as_another",
    "not_a_number",
    "cut_off",
    "markup_changed",
    "no_json",
]
REASONS: Final[tuple[Reason, ...]] = (
    *("not_yet", "not_listed", "other_day", "partial", "half", "zeros_lost", "too_many_numbers"),
    *("two_numbers", "as_another", "not_a_number", "cut_off", "markup_changed", "no_json"),
)


@dataclass(frozen=True, slots=True)
class Draw:
    """The draw that is looked for; `slot_name` is what its lottery calls the slot, "" for none."""

    lottery: str
    day: date
    slot: time
    slot_name: str
    digits: int


@dataclass(frozen=True, slots=True)
class Found:
    """The numbers of that draw, as text of so many digits."""

    numbers: str


@dataclass(frozen=True, slots=True)
class Nothing:
    """No result, and why."""

    reason: Reason


Reading: TypeAlias = Found | Nothing
Parser: TypeAlias = Callable[[bytes, Draw], Reading]


def one_of(readings: Sequence[Reading]) -> Reading:
    """What several rows for one draw say together: rows that do not agree, or of which one has no number yet, say
    nothing."""
    if not readings:
        return Nothing("not_listed")
    found = {one.numbers for one in readings if isinstance(one, Found)}
    if len(found) > 1 or (found and any(isinstance(one, Nothing) for one in readings)):
        return Nothing("two_numbers")
    return readings[0]


def of_digits(given: Sequence[object], digits: int) -> Reading:
    """A list of single digits, each as text or as a whole number; true is none."""
    texts = [f"{one}" if type(one) in (int, str) else "" for one in given]
    if any(len(one) != 1 or one not in "0123456789" for one in texts):
        return Nothing("not_a_number")
    if len(texts) != digits:
        return Nothing("partial" if len(texts) < digits else "too_many_numbers")
    return Found("".join(texts))


def of_text(given: object, digits: int) -> Reading:
    """All digits in one text, such as `0471`. A shorter one may have lost zeros in front: whether and how many, nobody
    knows, and so it is none. An empty one is no number yet."""
    if given is None or given == "":
        return Nothing("not_yet")
    text = f"{given}" if type(given) in (int, str) else ""
    if not (text.isascii() and text.isdigit()):
        return Nothing("not_a_number")
    if len(text) > digits:
        return Nothing("too_many_numbers")
    return Found(text) if len(text) == digits else Nothing("zeros_lost")
