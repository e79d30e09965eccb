"""A second algorithm for the main game, of another shape: one last state, refusals counted, the ticket nested.

What a change of algorithm costs, on one page.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from app.core.wire.schemas import Answer, Hash
from app.games.ticket_draw.draw.algorithms import DrawView
from app.games.ticket_draw.models import Round
from app.games.ticket_draw.records.schemas import TicketBundle
from app.outcomes.draws import algorithms, hash_chain
from app.outcomes.draws.algorithms import OnProgress, Record
from app.outcomes.draws.models import Draw
from app.selling.windows.questions.draw import WindowAlgorithm

SLICE = 400


class Parameters(algorithms.Parameters):
    work: int
    supply: int


@dataclass(frozen=True)
class Reached:
    """How far the one chain of hashes is."""

    done: int
    state: str

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Picked:
    """No digits, no digests: the last state, how many values were refused, and what came out."""

    last_state: str
    refused: int
    ticket: int
    supply: int

    @property
    def winning_ticket(self) -> int:
        return self.ticket

    def to_json(self) -> dict[str, Any]:
        return {"lastState": self.last_state, "refused": self.refused, "pick": {"of": self.supply, "is": self.ticket}}


def picked(state: str, supply: int) -> Picked:
    refused = 0
    while True:
        value = int(hashlib.sha256(bytes.fromhex(state) + refused.to_bytes(8, "big")).hexdigest(), 16)
        if value < 2**256 // supply * supply:
            return Picked(state, refused, value % supply, supply)
        refused += 1


class PickRecord(Answer):
    algorithm: str
    closing_block_hash: Hash
    last_state: Hash
    refused: int
    winning_ticket: int


class PickBundle(TicketBundle[PickRecord]):
    """A bundle whose draw is told otherwise."""


class OneState(WindowAlgorithm[Round, Picked, DrawView]):
    """All the work first, then one choice among all tickets."""

    id = "one-state-9"
    script = "one_state.py"
    for_the_audit = frozenset({"lastState"})
    bundle = PickBundle

    def parameters_of(self, round_: Round) -> dict[str, Any]:
        work = round_.ticket_digits * round_.hashes_per_digit
        return Parameters(work=work, supply=round_.ticket_supply).to_json()

    def run(self, seed: str, parameters: Record, checkpoint: Record | None, tell: OnProgress) -> Picked:
        wanted = Parameters.of(parameters)
        at = Reached(**checkpoint) if checkpoint else Reached(0, seed)
        while at.done < wanted.work:
            part = min(SLICE, wanted.work - at.done)
            at = Reached(at.done + part, hash_chain.advance(bytes.fromhex(at.state), part).hex())
            tell(at)
        return picked(at.state, wanted.supply)

    def steps(self, parameters: Record) -> int:
        return Parameters.of(parameters).work

    def read(self, record: Record) -> Picked:
        match record:
            case {"lastState": str(state), "refused": int(refused), "pick": {"of": int(supply), "is": int(ticket)}}:
                return Picked(state, refused, ticket, supply)
        raise ValueError("not an outcome of this algorithm")

    def fits(self, record: Record, parameters: Record) -> bool:
        return picked(self.read(record).last_state, Parameters.of(parameters).supply).to_json() == dict(record)

    def arguments(self, seed: str, parameters: Record, record: Record) -> str:
        return f"{seed} {self.steps(parameters)} --expect {self.read(record).ticket}"

    def before(self, round_: Round) -> str:
        return f"One of {round_.ticket_supply} tickets will come out of block {round_.closing_height}."

    def meanwhile(self) -> str:
        return "One chain of hashes, and then one choice."

    def view(self, round_: Round, draw: Draw) -> DrawView:
        total = self.steps(self.parameters_of(round_))
        if draw.outcome is not None:
            outcome = self.read(draw.outcome)
            ticket = f"{outcome.ticket:0{round_.ticket_digits}d}"
            return DrawView(ticket, round_.ticket_digits, outcome.last_state, total, total, (), is_done=True)
        kept = draw.checkpoint or {"done": 0, "state": draw.seed}
        at = Reached(kept["done"], kept["state"])
        return DrawView("", round_.ticket_digits, at.state, at.done, total, (), is_done=False)

    def in_bundle(self, seed: str, record: Mapping[str, Any]) -> PickRecord:
        outcome = self.read(record)
        return PickRecord(
            algorithm=self.id,
            closing_block_hash=seed,
            last_state=outcome.last_state,
            refused=outcome.refused,
            winning_ticket=outcome.ticket,
        )


ONE_STATE = OneState()
