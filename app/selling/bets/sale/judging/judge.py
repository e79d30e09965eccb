"""Whether a ticket is sold, by how its draws stand at this moment. Pure, but for the question for more capacity.

A judge is of one batch: what it has let through weighs on what comes after it, in the order of acceptance.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.selling.bets import states
from app.selling.bets.sale.ticket import Bet, Refusal

from .numbers import Numbers
from .standing import Placed, Standing


@dataclass(frozen=True, slots=True)
class Judge:
    """`draws` are locked by whoever sells; `numbers`: of those whose games take so much on a number and no more."""

    now: datetime
    draws: Mapping[UUID, Standing]
    numbers: Mapping[UUID, Numbers]

    def judge(self, bets: Sequence[Bet]) -> list[Refusal]:
        """Why a ticket is not sold; if nothing is in the way, it weighs from now on."""
        refusals = [
            Refusal(reason, place)
            for place, bet in enumerate(bets)
            if (reason := self._shut(self.draws[bet.line.draw_id])) is not None
        ]
        if refusals:
            return refusals
        by_draw: dict[UUID, list[Placed]] = {}
        for place, bet in enumerate(bets):
            by_draw.setdefault(bet.line.draw_id, []).append((place, bet))
        judged: Sequence[tuple[str, Mapping[UUID, Numbers | Standing]]]
        judged = ("number_full", self.numbers), ("exposure_full", self.draws)
        for reason, draws in judged:
            asked = [(draws[draw_id], own) for draw_id, own in by_draw.items() if draw_id in draws]
            if lacking := [one for draw, own in asked for one in draw.lacking(own)]:
                return [Refusal(reason, place, room) for place, room in sorted(lacking)]
        for _, draws in judged:
            for draw_id in by_draw.keys() & draws.keys():
                draws[draw_id].weigh(by_draw[draw_id])
        return []

    def _shut(self, draw: Standing) -> str | None:
        told = states.told(draw.state, draw.opens_at, draw.closes_at, self.now)
        return {"open": None, "scheduled": "too_far_ahead", "cancelled": "game_skipped"}.get(told, "betting_closed")
