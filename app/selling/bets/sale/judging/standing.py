"""A draw as it stands while a batch of tickets is judged: what it could cost, and which lines it does not take.

Pure, but for the question for more capacity.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from app.selling.bets import rules, states
from app.selling.bets.sale.ticket import Bet

Placed: TypeAlias = tuple[int, Bet]
"""A line, and its place on its ticket."""
Lacking: TypeAlias = tuple[int, int]
"""The place of a line that is not taken, and the largest stake that would be."""


@dataclass(slots=True)
class Standing(ABC):
    """`allotted` is what a draw has of the bankroll, `worst` what it could cost at worst. `widen` sees that it may cost
    so much if that can be, and says what it may cost then; `left` is what it may cost at most."""

    state: states.State
    opens_at: datetime
    closes_at: datetime
    allotted: int
    worst: int
    widen: Callable[[int], int]
    left: Callable[[], int]

    @abstractmethod
    def lacking(self, own: Sequence[Placed]) -> list[Lacking]:
        """What is not taken of a ticket's lines on this draw, each beside those before it."""

    @abstractmethod
    def weigh(self, own: Sequence[Placed]) -> None:
        """A ticket whose lines were all taken weighs from now on."""

    def may_cost(self, worst: int) -> bool:
        """Whether the bankroll pays so much, with more of it if it has that."""
        if worst > self.allotted:
            self.allotted = self.widen(worst)
        return worst <= self.allotted


@dataclass(slots=True)
class OfOneMark(Standing):
    """A draw that shows one mark: it costs what that does. `exposure`: what each of those that are bet on would."""

    exposure: Counter[int] = field(default_factory=Counter)

    def lacking(self, own: Sequence[Placed]) -> list[Lacking]:
        mine: Counter[int] = Counter()
        found = []
        for place, bet in own:
            if self.may_cost(max(self.exposure[mark] + mine[mark] + wins for mark, wins in bet.weight.each())):
                mine.update(dict(bet.weight.each()))
            else:
                found.append((place, self._room(bet, mine)))
        return found

    def weigh(self, own: Sequence[Placed]) -> None:
        amounts = rules.added(bet.weight for _, bet in own)
        self.exposure.update(amounts)
        self.worst = max(self.worst, *(self.exposure[mark] for mark in amounts))

    def _room(self, bet: Bet, mine: Counter[int]) -> int:
        left, odds = self.left(), bet.odds_by_mark or (bet.odds,) * len(bet.marks)
        return min(
            rules.room(self.exposure[mark] + mine[mark], self.worst, left, one)
            for mark, one in zip(bet.marks, odds, strict=True)
        )
