"""What a player asks for becomes single bets: groups are expanded, and the total is known before anything is bought.

Pure. Amounts are centimes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from math import comb
from typing import Final, NamedTuple

from app.selling.bets.rules import MOST_LINES

from .kinds import FORM_OF, LENGTH, Kind, Refused, kind_of, marriage, number

_LEAST_NUMBERS: Final = 2
MOST_NUMBERS: Final = max(count for count in range(_LEAST_NUMBERS, MOST_LINES) if comb(count, 2) <= MOST_LINES)
"""Of one combination: with one more its pairs would be more than a ticket has lines."""


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
            found += [Bet(place, kind, selection, stake) for selection in _selections(kind, line)]
        except Refused as refused:
            raise Refused(refused.reason, refused.field, place) from None
    return found


def total(bets: Sequence[Bet]) -> int:
    """What they cost together."""
    return sum(bet.stake for bet in bets)


def _stake(kind: Kind, line: Asked) -> int:
    is_combo = kind == "maryaj_combo"
    field = "maryaj_amount" if is_combo else "bet_amount"
    wanted, other = (line.maryaj_amount, line.bet_amount) if is_combo else (line.bet_amount, line.maryaj_amount)
    if wanted is None:
        raise Refused("stake_missing", field)
    if wanted <= 0:
        raise Refused("stake_too_small", field)
    if other is not None:
        raise Refused("not_of_this_game", "bet_amount" if is_combo else "maryaj_amount")
    return wanted


def _selections(kind: Kind, line: Asked) -> Iterator[str]:
    _nothing_else(kind, line)
    length = LENGTH[FORM_OF[kind]]
    if kind == "maryaj_combo":
        yield from (marriage(*pair) for pair in combinations(_numbers(line.numbers or ()), 2))
    elif kind == "marriage":
        primary = number(line.number_primary, 2)
        yield marriage(primary, number(line.number_secondary, 2, "number_secondary"))
    elif kind in ("grap", "grap_pe_l3"):
        yield from (digit * length for digit in "0123456789")
    else:
        yield number(line.number_primary, length)


def _nothing_else(kind: Kind, line: Asked) -> None:
    """Who wrote a number that a kind does not read meant to bet on it."""
    read = {
        "number_primary": kind not in ("grap", "grap_pe_l3", "maryaj_combo"),
        "number_secondary": kind == "marriage",
        "numbers": kind == "maryaj_combo",
    }
    written = {
        "number_primary": line.number_primary,
        "number_secondary": line.number_secondary,
        "numbers": line.numbers,
    }
    for field, value in written.items():
        if value and not read[field]:
            raise Refused("not_of_this_game", field)


def _numbers(numbers: Sequence[str]) -> list[str]:
    if len(numbers) < _LEAST_NUMBERS:
        raise Refused("numbers_too_few", "numbers")
    if len(numbers) > MOST_NUMBERS:
        raise Refused("numbers_too_many", "numbers")
    found = [number(one, 2, "numbers") for one in numbers]
    if len(set(found)) < len(found):
        raise Refused("numbers_repeated", "numbers")
    return found
