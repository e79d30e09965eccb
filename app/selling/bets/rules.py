"""What a bet can win, and what a draw can cost at worst. Pure; amounts are in the currency's minor unit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import repeat
from typing import Final, NamedTuple

from app.core.money import MOST_MINOR

MOST_LINES: Final = 100
"""Of one ticket, whatever a game's own limit is."""


class Odds(NamedTuple):
    """So much is paid for one unit: a fraction, since what is paid is multiplied before it is divided."""

    numerator: int
    denominator: int = 1

    def pays(self, stake: int) -> int:
        """What a stake wins, rounded down to the minor unit.

        Raises ValueError for a stake or odds that are none, or a sum that no ledger could write.
        """
        if stake <= 0 or self.numerator <= 0 or self.denominator <= 0:
            raise ValueError(f"{stake} at {self.numerator}/{self.denominator}")
        won = stake * self.numerator // self.denominator
        if won > MOST_MINOR:
            raise ValueError(f"{won} is too much")
        return won


@dataclass(frozen=True, slots=True)
class Priced:
    """A selection by a draw's terms: the marks that it wins by, the best first; how much for one unit by that one, and
    by each of them where that differs."""

    marks: tuple[int, ...]
    odds: Odds
    odds_by_mark: tuple[Odds, ...] = ()


class Weight(NamedTuple):
    """A line as the exposure sees it: the marks that it wins by, the best first, what it wins by that one, and what by
    each of them where that differs. It wins once, by the best of its marks that the draw shows."""

    marks: tuple[int, ...]
    wins: int
    wins_by_mark: tuple[int, ...] = ()

    def each(self) -> Iterator[tuple[int, int]]:
        """Its marks, each with what it wins by it."""
        return zip(self.marks, self.wins_by_mark or repeat(self.wins, len(self.marks)), strict=True)


def added(weights: Iterable[Weight]) -> dict[int, int]:
    """What lines together weigh on each mark that any of them wins by."""
    total: dict[int, int] = {}
    for weight in weights:
        for mark, wins in weight.each():
            total[mark] = total.get(mark, 0) + wins
    return total


def worst(exposure: Mapping[int, int]) -> int:
    """What a draw that shows one mark costs at worst: its dearest."""
    return max(exposure.values(), default=0)


def room(exposure: int, worst_so_far: int, capacity: int, odds: Odds) -> int:
    """The largest stake that a mark still takes: `exposure` what it costs so far, `capacity` what the draw may cost
    at worst with all that the bankroll has left."""
    left = max(0, max(worst_so_far, capacity) - exposure)
    return ((left + 1) * odds.denominator - 1) // odds.numerator


def step(wanted: int, allotted: int, slice_minor: int) -> int:
    """How much more a draw takes from the bankroll to be able to cost `wanted`: whole slices, so that not every sale
    asks; 0 if it has enough."""
    missing = wanted - allotted
    return max(0, -(-missing // slice_minor)) * slice_minor
