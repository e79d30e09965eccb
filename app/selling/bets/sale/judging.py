"""Whether a ticket is sold, by how its draws stand at this moment. Pure, but for the question for more capacity.

A judge is of one batch: what it has let through weighs on what comes after it, in the order of acceptance.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from app.selling.bets import rules, states

from .ticket import Bet, Refusal


@dataclass(slots=True)
class Standing:
    """A draw as it stands, and what its outcomes would cost so far."""

    state: states.State
    opens_at: datetime
    closes_at: datetime
    allotted: int
    worst: int
    exposure: Counter[int] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Judge:
    """`draws` are locked by whoever sells. `widen` sees that a draw may cost so much if that can be, and says what it
    may cost then; `left` is what it may cost at most."""

    now: datetime
    draws: dict[UUID, Standing]
    widen: Callable[[UUID, int], int]
    left: Callable[[UUID], int]

    def judge(self, bets: Sequence[Bet]) -> list[Refusal]:
        """Why a ticket is not sold; if nothing is in the way, it weighs from now on."""
        refusals = [
            Refusal(reason, place)
            for place, bet in enumerate(bets)
            if (reason := self._shut(self.draws[bet.line.draw_id])) is not None
        ]
        if refusals:
            return refusals
        added: dict[UUID, Counter[int]] = {bet.line.draw_id: Counter() for bet in bets}
        for place, bet in enumerate(bets):
            mine = added[bet.line.draw_id]
            if self._fits(bet, mine):
                mine.update(dict.fromkeys(bet.outcomes, bet.wins))
            else:
                refusals.append(Refusal("exposure_full", place, self._room(bet, mine)))
        if not refusals:
            for draw_id, amounts in added.items():
                self._weigh(self.draws[draw_id], amounts)
        return refusals

    def _shut(self, draw: Standing) -> str | None:
        told = states.told(draw.state, draw.opens_at, draw.closes_at, self.now)
        return {"open": None, "scheduled": "too_far_ahead", "cancelled": "game_skipped"}.get(told, "betting_closed")

    def _fits(self, bet: Bet, mine: Counter[int]) -> bool:
        draw = self.draws[bet.line.draw_id]
        worst = max(draw.exposure[outcome] + mine[outcome] + bet.wins for outcome in bet.outcomes)
        if worst > draw.allotted:
            draw.allotted = self.widen(bet.line.draw_id, worst)
        return worst <= draw.allotted

    def _room(self, bet: Bet, mine: Counter[int]) -> int:
        """The largest stake that this line's outcomes would still take, beside the lines before it."""
        draw, left = self.draws[bet.line.draw_id], self.left(bet.line.draw_id)
        return min(
            rules.room(draw.exposure[outcome] + mine[outcome], draw.worst, left, bet.odds) for outcome in bet.outcomes
        )

    @staticmethod
    def _weigh(draw: Standing, amounts: Counter[int]) -> None:
        draw.exposure.update(amounts)
        draw.worst = max(draw.worst, *(draw.exposure[outcome] for outcome in amounts))
