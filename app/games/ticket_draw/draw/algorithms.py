"""The algorithms that draw rounds of the main game, each one object; a round keeps the one that it was promised."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Protocol

from app.games.ticket_draw.models import Round
from app.outcomes.draws.algorithms import OnProgress, Record, Recorded
from app.selling.windows.questions.draw import WindowAlgorithm

from . import hash_draw


class TicketOutcome(Recorded, Protocol):
    """What every algorithm of this game comes out with, whatever else it records."""

    @property
    def winning_ticket(self) -> int:
        """The ticket that was drawn."""
        ...


class HashDraw(WindowAlgorithm[Round, hash_draw.DrawResult]):
    """Document 001: digit after digit, each from the state that a chain of hashes has come to."""

    id = hash_draw.ALGORITHM
    script = "hash_draw.py"
    for_the_audit = frozenset({"drawDigests"})

    def parameters_of(self, round_: Round) -> dict[str, Any]:
        return {"digits": round_.ticket_digits, "hashesPerDigit": round_.hashes_per_digit}

    def run(self, seed: str, parameters: Record, checkpoint: Record | None, tell: OnProgress) -> hash_draw.DrawResult:
        wanted = hash_draw.Parameters.of(parameters)
        resume = hash_draw.Checkpoint.from_json(checkpoint) if checkpoint else None
        return hash_draw.hash_draw_1(seed, wanted.digits, wanted.hashes_per_digit, resume, tell)

    def read(self, record: Record) -> hash_draw.DrawResult:
        return hash_draw.DrawResult.from_json(record)

    def agrees(self, record: Record, parameters: Record) -> bool:
        """Digits, digests and winner belong together."""
        try:
            return hash_draw.is_consistent(self.read(record), hash_draw.Parameters.of(parameters).digits)
        except ValueError:
            return False

    def arguments(self, seed: str, parameters: Record, record: Record) -> str:
        wanted, drawn = hash_draw.Parameters.of(parameters), self.read(record)
        return f"{seed} {wanted.digits} {wanted.hashes_per_digit} --expect {drawn.winning_ticket}"


HASH_DRAW: Final = HashDraw()

ALGORITHMS: Final[Mapping[str, WindowAlgorithm[Round, TicketOutcome]]] = {one.id: one for one in (HASH_DRAW,)}
