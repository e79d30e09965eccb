"""How much is staked on one number of a draw, for a game that takes no more than so much on it from all together. Pure.

What a number's best mark would cost says that, by the odds of the bet: all who bet on it in one way have the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from app.selling.bets import rules
from app.selling.bets.sale.ticket import Bet

from .standing import Lacking, Placed


@dataclass(slots=True)
class Numbers:
    """Of one draw and one batch. `most` may be staked on a number; `costs`: what marks would cost so far."""

    most: int
    costs: Counter[int]

    def lacking(self, own: Sequence[Placed]) -> list[Lacking]:
        """What is not taken of a ticket's lines on this draw, each beside those before it."""
        mine: Counter[int] = Counter()
        found = []
        for place, bet in own:
            room = self._room(bet, mine)
            if bet.line.stake > room:
                found.append((place, room))
            else:
                mine[bet.marks[0]] += bet.wins
        return found

    def weigh(self, own: Sequence[Placed]) -> None:
        """A ticket whose lines were all taken weighs from now on."""
        for _, bet in own:
            self.costs[bet.marks[0]] += bet.wins

    def _room(self, bet: Bet, mine: Counter[int]) -> int:
        mark = bet.marks[0]
        return rules.room(self.costs[mark] + mine[mark], 0, bet.odds.pays(self.most), bet.odds)
