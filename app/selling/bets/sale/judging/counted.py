"""A draw that shows several marks: what it could cost is counted by its game, and only where it has to be.

What all lines could win together is never less than what a draw costs: while that sum fits into what the draw has of
the bankroll, nothing is read and nothing counted. Pure, but for what `costs` reads.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from app.selling.bets.games import Costs, Priced
from app.selling.bets.rules import Weight

from .standing import Lacking, Placed, Standing


@dataclass(slots=True)
class Counted(Standing):
    """`costs` reads what the draw's marks would cost before this batch."""

    costs: Callable[[], Costs]
    _read: Costs | None = field(default=None, init=False)
    _through: list[Weight] = field(default_factory=list, init=False)
    _then: int = field(default=0, init=False)

    def lacking(self, own: Sequence[Placed]) -> list[Lacking]:
        """None, or the first line with which it is too much."""
        self._then = self.worst + sum(bet.wins for _, bet in own)
        if self._then <= self.allotted:
            return []
        counted = self._with(own)
        if counted is not None:
            self._then = min(self._then, counted)
            if self.may_cost(self._then):
                return []
        return [self._first(own)]

    def weigh(self, own: Sequence[Placed]) -> None:
        weights = [bet.weight for _, bet in own]
        self.worst = self._then
        self._through += weights
        if self._read is not None:
            self._read.add(weights)

    def _first(self, own: Sequence[Placed]) -> Lacking:
        """Each line more costs no less, so that it is looked for by halves."""
        left = self.left()
        at = bisect_left(range(1, len(own) + 1), True, key=lambda lines: not self._fits(own[:lines], left))
        at = min(at, len(own) - 1)
        place, bet = own[at]
        costs = self._so_far()
        before = [bet.weight for _, bet in own[:at]]
        if before:
            costs = costs.copy(before)
        return place, costs.room(Priced(bet.marks, bet.odds, bet.odds_by_mark), left)

    def _fits(self, own: Sequence[Placed], left: int) -> bool:
        counted = self._with(own)
        return counted is not None and counted <= left

    def _with(self, own: Sequence[Placed]) -> int | None:
        """What the draw could cost with these lines; None: more than there is money."""
        try:
            return self._so_far().worst_with([bet.weight for _, bet in own])
        except ValueError:
            return None

    def _so_far(self) -> Costs:
        if self._read is None:
            self._read = self.costs()
            self._read.add(self._through)
        return self._read
