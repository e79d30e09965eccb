"""What the main game gives to those who doubt."""

from __future__ import annotations

from collections.abc import Mapping

from app.games.ticket_draw.draw import replay, words
from app.games.ticket_draw.models import Round
from app.outcomes.draws.models import Draw
from app.selling.windows.questions.proof import Comparison, Evidence, Proof

from . import bundle


class TicketProof(Proof[Round]):
    """Orders, payments and slips; tickets given once more."""

    def claims(self) -> Mapping[str, str]:
        return words.claims()

    def evidence(self, round_: Round, draw: Draw | None, begin: int, last: int) -> Evidence:
        return bundle.evidence(round_, draw, begin, last)

    def replay(self, round_: Round) -> Comparison:
        return replay.of_round(round_)
