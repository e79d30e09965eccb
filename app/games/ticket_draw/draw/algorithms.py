"""What algorithms of the main game come out with, and the first of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from flask_babel import gettext

from app.games.ticket_draw.models import Round
from app.games.ticket_draw.records.schemas import DrawRecord, ProofBundle
from app.outcomes.draws.algorithms import OnProgress, Record, Recorded
from app.outcomes.draws.models import Draw
from app.selling.windows.questions.draw import WindowAlgorithm
from app.selling.windows.wording import number

from . import hash_draw
from .views import DrawView


class TicketOutcome(Recorded, Protocol):
    """What every algorithm of this game comes out with, whatever else it records."""

    @property
    def winning_ticket(self) -> int:
        """The ticket that was drawn."""
        ...


class HashDraw(WindowAlgorithm[Round, hash_draw.DrawResult, DrawView]):
    """`hash-draw-1` of document 001: digit after digit, each from the state that a chain of hashes has come to."""

    id = hash_draw.ALGORITHM
    script = "hash_draw.py"
    for_the_audit = frozenset({"drawDigests"})
    runs_on_pages = True
    bundle = ProofBundle

    def parameters_of(self, round_: Round) -> dict[str, Any]:
        return {"digits": round_.ticket_digits, "hashesPerDigit": round_.hashes_per_digit}

    def run(self, seed: str, parameters: Record, checkpoint: Record | None, tell: OnProgress) -> hash_draw.DrawResult:
        wanted = hash_draw.Parameters.of(parameters)
        resume = hash_draw.Checkpoint.from_json(checkpoint) if checkpoint else None
        return hash_draw.hash_draw_1(seed, wanted.digits, wanted.hashes_per_digit, resume, tell)

    def steps(self, parameters: Record) -> int:
        wanted = hash_draw.Parameters.of(parameters)
        return wanted.digits * wanted.hashes_per_digit

    def read(self, record: Record) -> hash_draw.DrawResult:
        return hash_draw.DrawResult.from_json(record)

    def fits(self, record: Record, parameters: Record) -> bool:
        """Digits, digests and winner belong together."""
        return hash_draw.is_consistent(self.read(record), hash_draw.Parameters.of(parameters).digits)

    def arguments(self, seed: str, parameters: Record, record: Record) -> str:
        wanted, drawn = hash_draw.Parameters.of(parameters), self.read(record)
        return f"{seed} {wanted.digits} {wanted.hashes_per_digit} --expect {drawn.winning_ticket:0{wanted.digits}d}"

    def before(self, round_: Round) -> str:
        said: str = gettext(
            "%(digits)s digits will come out of the hash of block %(height)s, by %(hashes)s hashes in a row for each. "
            "Nobody can know them before that block exists.",
            digits=round_.ticket_digits,
            height=number(round_.closing_height),
            hashes=number(round_.hashes_per_digit or 0),
        )
        return said

    def meanwhile(self) -> str:
        said: str = gettext(
            "The closing block's hash is hashed again and again. Each digit needs the whole chain of hashes before it; "
            "there is no shortcut."
        )
        return said

    def view(self, round_: Round, draw: Draw) -> DrawView:
        total = self.steps(self.parameters_of(round_))
        if draw.outcome is not None:
            outcome = self.read(draw.outcome)
            digits, digests, state, done = outcome.draw_digits, outcome.digests, outcome.digests[-1], total
        elif draw.checkpoint is not None:
            digits, digests = draw.checkpoint["draw_digits"], list(draw.checkpoint["digests"])
            state = draw.checkpoint["state"]
            done = draw.checkpoint["digit_index"] * round_.hashes_per_digit + draw.checkpoint["steps_done"]
        else:
            digits, digests, state, done = "", [], draw.seed, 0
        drawn = [(place, digits[-1 - place], digest) for place, digest in enumerate(digests)]
        return DrawView(digits, round_.ticket_digits, state, done, total, drawn, draw.outcome is not None)

    def in_round(self, record: Record) -> Mapping[str, Any]:
        outcome = self.read(record)
        return {"draw_digits": outcome.draw_digits, "draw_digests": outcome.digests}

    def in_bundle(self, seed: str, record: Record) -> DrawRecord:
        outcome = self.read(record)
        return DrawRecord(
            algorithm=self.id,
            closing_block_hash=seed,
            draw_digits=outcome.draw_digits,
            draw_digests=outcome.digests,
            winning_ticket=outcome.winning_ticket,
        )
