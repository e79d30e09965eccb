"""`sealed-draw-1` for the main game: one of all tickets, by the state that the whole delay came to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field

from app.games.ticket_draw.models import Round
from app.games.ticket_draw.records.schemas import SealedProofBundle, SealedTicketRecord
from app.outcomes.draws import sealed_draw
from app.outcomes.draws.algorithms import Record
from app.outcomes.draws.models import Draw
from app.selling.windows.questions import sealed

from .views import DrawView


class Parameters(sealed_draw.Parameters):
    """What a draw is begun with beside the closing block's hash: as many tickets as there are, sold or not."""

    supply: Annotated[int, Field(ge=1, le=10**9)]


@dataclass(frozen=True, slots=True)
class SealedTicket:
    """What a delay led to, and the ticket that it chose."""

    delay: sealed_draw.Delay
    winning_ticket: int

    def to_json(self) -> dict[str, Any]:
        """What is recorded."""
        return {**sealed.of_delay(self.delay), "winningTicket": self.winning_ticket}

    def states(self) -> tuple[int, Sequence[bytes]]:
        """The checkpoints of the run that drew it."""
        return self.delay.kept


class SealedTicketDraw(sealed.SealedDraw[Round, SealedTicket, DrawView]):
    """One of the supply."""

    bundle = SealedProofBundle

    def wanted(self, parameters: Record) -> Parameters:
        return Parameters.of(parameters)

    def parameters_of(self, round_: Round) -> dict[str, Any]:
        return {**self.sealed(round_), "supply": round_.ticket_supply}

    def chosen(self, delay: sealed_draw.Delay, parameters: Record) -> SealedTicket:
        return SealedTicket(delay, ticket_of(delay.last_state, self.wanted(parameters).supply))

    def read(self, record: Record) -> SealedTicket:
        ticket = record.get("winningTicket")
        if type(ticket) is not int:
            raise ValueError("not an outcome of this algorithm")
        return SealedTicket(sealed.delay_of(record), ticket)

    def arguments(self, seed: str, parameters: Record, record: Record) -> str:
        wanted = self.wanted(parameters)
        begun = f"{wanted.promise} {wanted.seal_root} {seed} {wanted.hashes}"
        ticket = f"{self.read(record).winning_ticket:0{len(str(wanted.supply - 1))}d}"
        return f"{begun} --supply {wanted.supply} --expect {ticket}"

    def view(self, round_: Round, draw: Draw) -> DrawView:
        waited, drawn = self.waited(round_, draw), self.read(draw.outcome) if draw.outcome is not None else None
        digits = f"{drawn.winning_ticket:0{round_.ticket_digits}d}" if drawn else ""
        return DrawView(
            digits,
            round_.ticket_digits,
            waited.state,
            waited.done,
            waited.total,
            drawn=(),
            is_done=drawn is not None,
            root=drawn.delay.root if drawn else None,
        )

    def in_bundle(self, seed: str, record: Record) -> SealedTicketRecord:
        outcome = self.read(record)
        return SealedTicketRecord(
            algorithm=self.id,
            closing_block_hash=seed,
            checkpoints_root=outcome.delay.root,
            last_state=outcome.delay.last_state,
            winning_ticket=outcome.winning_ticket,
        )


def ticket_of(last_state: str, supply: int) -> int:
    """The ticket that a state chooses."""
    return next(sealed_draw.choices(bytes.fromhex(last_state), supply))
