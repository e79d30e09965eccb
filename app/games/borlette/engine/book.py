"""All that was bet on a draw, as far as the house's risk goes: what it costs at worst, with and without more.

Pure. Amounts are in minor units. Nothing here is ever below the truth, but for what `seen` says.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, Self

import numpy as np

from app.selling.bets import rules
from app.selling.bets.rules import Priced, Weight

from . import grid, marks
from .grid import Numbers
from .kinds import kind_of
from .lines import Bet
from .odds import Table, price
from .profiles import Profile

_MOST: Final = 10**17
"""More than there is money; and sums of less overflow nowhere in the grid."""


def priced(table: Table, kind: str, selection: str) -> Priced:
    """A selection as the rail of bets sells it. Raises Refused for what is none."""
    found = price(table, kind, selection)
    own = marks.marks_of(table.profile, kind_of(kind), selection)
    return Priced(own, found.tiers[0], found.tiers if len(own) > 1 else ())


def weights(table: Table, bets: Iterable[Bet]) -> list[Weight]:
    """Bets as they weigh by a table. Raises Refused for a selection that is none, ValueError for a stake that is."""
    return [_weight(priced(table, bet.kind, bet.selection), bet.stake) for bet in bets]


def _weight(one: Priced, stake: int) -> Weight:
    return Weight(one.marks, one.odds.pays(stake), tuple(odds.pays(stake) for odds in one.odds_by_mark))


class Book:
    """The lines of one draw. What it costs at worst is counted when somebody asks, and kept until lines come."""

    def __init__(self, profile: Profile, lines: Iterable[Weight] = ()) -> None:
        """Raises ValueError as `add` does."""
        self.profile = profile
        self._payouts = grid.nothing(profile)
        self._at_most = 0
        self._dearest: grid.Worst | None = None
        self.add(lines)

    @classmethod
    def of(cls, profile: Profile, found: Sequence[int], amounts: Sequence[int]) -> Self:
        """One of whose marks these would cost so much. Raises ValueError as `add` does."""
        book = cls(profile)
        book._take(book._with(sum(amounts)), np.array(found, dtype=np.int64), np.array(amounts, dtype=np.int64))
        return book

    @property
    def at_most(self) -> int:
        """What no draw costs more than, as far as is known without counting: what lines could win is only summed."""
        return self._at_most

    @property
    def payouts(self) -> grid.Payouts:
        """What is won, by form, tier and number."""
        return self._payouts

    def copy(self, more: Sequence[Weight] = ()) -> Self:
        """The same, with more lines, of which this one knows nothing. Raises ValueError as `add` does."""
        other = type(self)(self.profile)
        other._payouts = {form: amounts.copy() for form, amounts in self._payouts.items()}
        other._at_most = self._at_most
        other.add(more)
        return other

    def add(self, weights: Iterable[Weight]) -> None:
        """More lines. Raises ValueError, and adds nothing: a line is none, or all together could win more than there is
        money."""
        lines = list(weights)
        if lines:
            most = self._with(sum(line.wins for line in lines))
            found, wins = np.array([one for line in lines for one in line.each()], dtype=np.int64).T
            self._take(most, found, wins)

    def dearest(self) -> grid.Worst:
        """The dearest draw, and what it costs."""
        if self._dearest is None:
            self._dearest = grid.worst(self.profile, self._payouts)
            self._at_most = min(self._at_most, self._dearest.cost)
        return self._dearest

    def worst(self) -> int:
        """What the dearest draw costs."""
        self.dearest()
        return self._at_most

    def seen(self) -> int:
        """What the dearest draw costs of those that were looked at: never above the truth."""
        outcome = self.dearest().outcome
        return 0 if outcome is None else self.cost(outcome)

    def cost(self, outcome: int) -> int:
        """What one draw costs."""
        return int(grid.costs(self.profile, self._payouts, np.array([outcome]))[0])

    def worst_with(self, weights: Sequence[Weight]) -> int:
        """What the dearest draw would cost with these lines too. Raises ValueError as `add` does."""
        return self.copy(weights).worst()

    def room(self, priced: Priced, capacity: int) -> int:
        """The largest stake on a selection with which no draw costs more than the capacity."""
        form, _, digits = marks.told(priced.marks[0])
        costs = grid.where(self.profile, self._payouts, form, digits)
        by_tier = priced.odds_by_mark or (priced.odds,)
        return min(rules.room(cost, 0, capacity, one) for cost, one in zip(costs, by_tier, strict=True) if cost >= 0)

    def _with(self, more: int) -> int:
        if self._at_most + more > _MOST:
            raise ValueError(f"a draw that could cost {self._at_most + more}")
        return self._at_most + more

    def _take(self, most: int, found: Numbers, wins: Numbers) -> None:
        if (wins < 0).any():
            raise ValueError("a line that wins less than nothing")
        for form, tiers, numbers, chosen in marks.by_form(self.profile, found):
            np.add.at(self._payouts[form], (tiers, numbers), wins[chosen])
        self._at_most, self._dearest = most, None
