"""What a player asks for becomes single bets: groups are expanded, and the total is known before anything is bought.

Pure. Amounts are centimes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from math import comb
from typing import Final, NamedTuple

from app.selling.bets.rules import MOST_LINES

from .kinds import FORM_OF, LENGTH, OF_ONE_DIGIT, Kind, Refused, kind_of, marriage, number

_LEAST_NUMBERS: Final = 2
MOST_NUMBERS: Final = max(count for count in range(_LEAST_NUMBERS, MOST_LINES) if comb(count, 2) <= MOST_LINES)
"""Of one combination: with one more its pairs would be more than a ticket has lines."""


_ONE_NUMBER: Final = ("number_primary", "bet_amount")
_READ: Final[Mapping[Kind, tuple[str, ...]]] = {
    "borlette": _ONE_NUMBER,
    "marriage": ("number_primary", "number_secondary", "bet_amount"),
    "loto3": _ONE_NUMBER,
    "loto4": _ONE_NUMBER,
    "loto5": _ONE_NUMBER,
    "grap": ("bet_amount",),
    "grap_pe_l3": ("bet_amount",),
    "maryaj_combo": ("numbers", "maryaj_amount"),
}
"""What is read of a line, its stake last."""


class Asked(NamedTuple):
    """A line as its buyer writes it, under the names of the game's JSON. `numbers` and `maryaj_amount`, which is for
    each pair, belong to a combination."""

    game_type: str
    number_primary: str | None = None
    number_secondary: str | None = None
    bet_amount: int | None = None
    numbers: Sequence[str] | None = None
    maryaj_amount: int | None = None


class Bet(NamedTuple):
    """One bet as it is sold: a selection in its one spelling, and its stake. `line` is its place among what was
    asked for."""

    line: int
    kind: Kind
    selection: str
    stake: int


def expanded(lines: Sequence[Asked]) -> list[Bet]:
    """All that is bet, in the order in which it was asked for.

    Raises Refused: a line that is none, with its place.
    """
    found = []
    for place, line in enumerate(lines):
        try:
            kind = kind_of(line.game_type)
            stake = _stake(kind, line)
            _nothing_else(kind, line)
            found += [Bet(place, kind, selection, stake) for selection in _selections(kind, line)]
        except Refused as refused:
            raise Refused(refused.reason, refused.field, place) from None
    return found


def total(bets: Sequence[Bet]) -> int:
    """What they cost together."""
    return sum(bet.stake for bet in bets)


def _stake(kind: Kind, line: Asked) -> int:
    field = _READ[kind][-1]
    stake = line.maryaj_amount if field == "maryaj_amount" else line.bet_amount
    if stake is None:
        raise Refused("stake_missing", field)
    if stake <= 0:
        raise Refused("stake_too_small", field)
    return stake


def _nothing_else(kind: Kind, line: Asked) -> None:
    """Who wrote a number that a kind does not read meant to bet on it."""
    for field, value in line._asdict().items():
        if value and field not in ("game_type", *_READ[kind]):
            raise Refused("not_of_this_game", field)


def _selections(kind: Kind, line: Asked) -> Iterator[str]:
    length = LENGTH[FORM_OF[kind]]
    if kind == "maryaj_combo":
        yield from (marriage(*pair) for pair in combinations(_numbers(line.numbers or ()), 2))
    elif kind == "marriage":
        primary = number(line.number_primary, 2)
        yield marriage(primary, number(line.number_secondary, 2, "number_secondary"))
    elif kind in OF_ONE_DIGIT:
        yield from (digit * length for digit in "0123456789")
    else:
        yield number(line.number_primary, length)


def _numbers(numbers: Sequence[str]) -> list[str]:
    if len(numbers) < _LEAST_NUMBERS:
        raise Refused("numbers_too_few", "numbers")
    if len(numbers) > MOST_NUMBERS:
        raise Refused("numbers_too_many", "numbers")
    found = [number(one, 2, "numbers") for one in numbers]
    if len(set(found)) < len(found):
        raise Refused("numbers_repeated", "numbers")
    return found
