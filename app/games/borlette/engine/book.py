"""All that was bet on a draw, as far as the house's risk goes: what it costs at worst, with and without more.

Pure. Amounts are in minor units. Nothing here is ever below the truth.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple, Self

import numpy as np

from app.selling.bets import rules
from app.selling.bets.rules import Odds

from . import grid
from .grid import Numbers
from .kinds import FORM_OF, Form, Kind, canonical, digits_in
from .lines import Bet
from .odds import Table, price
from .profiles import Profile

_MOST: Final = 10**17
"""More than there is money; and sums of less overflow nowhere in the grid."""


class Weight(NamedTuple):
    """A line as a book sees it: a selection in its one spelling, and what it wins in each tier, the best first."""

    kind: Kind
    selection: str
    wins: tuple[int, ...]


def weights(table: Table, bets: Iterable[Bet]) -> list[Weight]:
    """Bets as they weigh by a table. Raises Refused for a selection that is none, ValueError for a stake that is."""
    return [
        Weight(
            bet.kind, bet.selection, tuple(odds.pays(bet.stake) for odds in price(table, bet.kind, bet.selection).tiers)
        )
        for bet in bets
    ]


class Book:
    """The lines of one draw. What it costs at worst is counted when somebody asks, and kept until lines come."""

    def __init__(self, profile: Profile, lines: Iterable[Weight] = ()) -> None:
        """Raises ValueError as `add` does."""
        self.profile = profile
        self._payouts = grid.nothing(profile)
        self._at_most = 0
        self._dearest: grid.Worst | None = None
        self.add(list(lines))

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

    def add(self, lines: Sequence[Weight]) -> None:
        """Raises ValueError, and adds nothing: a line is none, or all together could win more than there is money."""
        most = self._at_most_with(lines)
        for amounts, cells, wins in self._cells(lines):
            np.add.at(amounts, cells, wins)
        self._at_most, self._dearest = most, None

    def remove(self, lines: Sequence[Weight]) -> None:
        """Take lines out that were added. Raises ValueError, and takes none out: less is there."""
        changed = list(self._cells(lines))
        for amounts, cells, wins in changed:
            np.subtract.at(amounts, cells, wins)
        if any(amounts.min() < 0 for amounts, _, _ in changed):
            for amounts, cells, wins in changed:
                np.add.at(amounts, cells, wins)
            raise ValueError("these lines are not in the book")
        self._dearest = None

    def dearest(self) -> grid.Worst:
        """The dearest draw, and what it costs."""
        if self._dearest is None:
            self._dearest = grid.worst(self.profile, self._payouts)
            self._at_most = min(self._at_most, self._dearest.cost)
        return self._dearest

    def worst(self) -> int:
        """What the dearest draw costs."""
        return self.dearest().cost

    def cost(self, outcome: int) -> int:
        """What one draw costs."""
        return int(grid.costs(self.profile, self._payouts, np.array([outcome]))[0])

    def worst_with(self, lines: Sequence[Weight]) -> int:
        """What the dearest draw would cost with these lines too. Raises ValueError as `add` does."""
        return self.copy(lines).worst()

    def admit(self, tickets: Sequence[Sequence[Weight]], capacity: int) -> list[bool]:
        """Add those tickets, in their order and each whole, with which no draw costs more than the capacity. They are
        judged together, and by halves where they do not fit together; nothing is counted while their sum is small."""
        if not tickets:
            return []
        if self._take([line for ticket in tickets for line in ticket], capacity):
            return [True] * len(tickets)
        if len(tickets) == 1:
            return [False]
        half = len(tickets) // 2
        return [*self.admit(tickets[:half], capacity), *self.admit(tickets[half:], capacity)]

    def room(self, kind: Kind, selection: str, odds: Sequence[Odds], capacity: int) -> int:
        """The largest stake on a selection with which no draw costs more than the capacity; `odds` are its tiers."""
        costs = grid.where(self.profile, self._payouts, FORM_OF[kind], digits_in(selection))
        stakes = [rules.room(cost, 0, capacity, one) for cost, one in zip(costs, odds, strict=True) if cost >= 0]
        return min(stakes)

    def _take(self, lines: Sequence[Weight], capacity: int) -> bool:
        """Add lines if they fit."""
        try:
            if self._at_most_with(lines) <= capacity:
                self.add(lines)
                return True
            other = self.copy(lines)
        except ValueError:
            return False
        if other.worst() > capacity:
            return False
        self._payouts, self._at_most, self._dearest = other._payouts, other._at_most, other._dearest
        return True

    def _cells(self, lines: Sequence[Weight]) -> Iterator[tuple[Numbers, tuple[Numbers, Numbers], Numbers]]:
        """Form by form its payouts, at which tiers and numbers, and how much. Raises ValueError before the first."""
        by_form: dict[Form, list[tuple[int, int, int]]] = {}
        for kind, selection, wins in lines:
            if len(wins) != len(self._payouts[FORM_OF[kind]]) or min(wins) < 0:
                raise ValueError(f"{kind} {selection} wins {wins}")
            number = int(digits_in(canonical(kind, selection)))
            by_form.setdefault(FORM_OF[kind], []).extend((tier, number, won) for tier, won in enumerate(wins))
        for form, rows in by_form.items():
            tiers, numbers, wins = np.array(rows, dtype=np.int64).T
            yield self._payouts[form], (tiers, numbers), wins

    def _at_most_with(self, lines: Iterable[Weight]) -> int:
        most = self._at_most + sum(max(line.wins) for line in lines)
        if most > _MOST:
            raise ValueError(f"a draw that could cost {most}")
        return most
