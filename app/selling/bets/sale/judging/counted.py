"""A draw that shows several marks: what it could cost is counted by its game, and only where it has to be.

What all lines could win together is never less than what a draw costs: while that sum fits into what the draw has of
the bankroll, nothing is read and nothing counted. Where it does not, the tickets that are still to be judged are
counted together, or half of them, and so on: one count tells of all that fit. Pure, but for what `costs` reads.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from app.selling.bets.games import Costs
from app.selling.bets.rules import Priced, Weight
from app.selling.bets.sale.ticket import Bet

from .standing import Lacking, Placed, Standing


@dataclass(slots=True)
class Counted(Standing):
    """`costs` reads what the draw's marks would cost before this batch, `coming` are the batch's bets on it, ticket by
    ticket."""

    costs: Callable[[], Costs]
    coming: deque[Sequence[Bet]]
    _read: Costs | None = field(default=None, init=False)
    _through: list[Weight] = field(default_factory=list, init=False)
    _then: int = field(default=0, init=False)
    _granted: int = field(default=0, init=False)
    _together: int | None = field(default=None, init=False)

    def lacking(self, own: Sequence[Placed]) -> list[Lacking]:
        """None, or the first line with which it is too much."""
        self._begin(own)
        if self._granted:
            self._granted -= 1
            self._then = self.worst
            return []
        self._then = self.worst + sum(bet.wins for _, bet in own)
        if self._then <= self.allotted or self._fit_together([bet for _, bet in own]):
            return []
        return [self._first(own)]

    def weigh(self, own: Sequence[Placed]) -> None:
        weights = [bet.weight for _, bet in own]
        self.worst = self._then
        self._through += weights
        if self._read is not None:
            self._read.add(weights)

    def _begin(self, own: Sequence[Placed]) -> None:
        """This ticket comes no more, nor do those before it that were not asked about."""
        first = own[0][1]
        while self.coming and self.coming.popleft()[0] is not first:
            self._granted = max(0, self._granted - 1)

    def _fit_together(self, own: Sequence[Bet]) -> bool:
        """Whether a ticket fits; then so many of those that come after it do, too, and weigh already."""
        after = list(self.coming)
        size = len(after) if self._together is None else min(self._together, len(after))
        while True:
            counted = self._with([*own, *(bet for ticket in after[:size] for bet in ticket)])
            if counted is not None and self.may_cost(counted):
                self.worst = self._then = counted
                self._granted, self._together = size, 2 * size + 1
                return True
            if not size:
                self._together = 0
                return False
            size //= 2

    def _first(self, own: Sequence[Placed]) -> Lacking:
        """Each line more costs no less, so that it is looked for by halves."""
        left, bets = self.left(), [bet for _, bet in own]
        at = bisect_left(range(1, len(bets)), True, key=lambda lines: not self._fits(bets[:lines], left))
        costs = self._so_far()
        if at:
            costs = costs.copy([bet.weight for bet in bets[:at]])
        place, bet = own[at]
        return place, costs.room(Priced(bet.marks, bet.odds, bet.odds_by_mark), left)

    def _fits(self, bets: Sequence[Bet], left: int) -> bool:
        counted = self._with(bets)
        return counted is not None and counted <= left

    def _with(self, bets: Iterable[Bet]) -> int | None:
        """What the draw could cost with these bets; None: more than there is money."""
        try:
            return self._so_far().worst_with([bet.weight for bet in bets])
        except ValueError:
            return None

    def _so_far(self) -> Costs:
        if self._read is None:
            self._read = self.costs()
            self._read.add(self._through)
        return self._read
