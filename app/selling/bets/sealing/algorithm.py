"""`sealed-draw-1` for bets: one outcome of so many, by the state that the whole delay came to. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final

from pydantic import Field

from app.outcomes.draws import algorithms, sealed_draw
from app.outcomes.draws.algorithms import OnProgress, Record


class Parameters(sealed_draw.Parameters):
    """What a draw is begun with beside its closing block's hash."""

    classes: Annotated[int, Field(ge=1, le=10**9)]


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a delay led to, and the outcome that it chose, counted from 0."""

    delay: sealed_draw.Delay
    outcome: int

    def to_json(self) -> dict[str, Any]:
        """What is recorded."""
        return {"lastState": self.delay.last_state, "checkpointsRoot": self.delay.root, "outcome": self.outcome}

    def states(self) -> tuple[int, Sequence[bytes]]:
        """The checkpoints of the run that drew it."""
        return self.delay.kept


class BetDrawing(algorithms.Algorithm[Drawn]):
    """One of the draw's outcomes, each as likely as any other."""

    id = sealed_draw.ALGORITHM
    script = "sealed_draw.py"
    for_the_audit = frozenset({"lastState", "checkpointsRoot"})

    def run(self, seed: str, parameters: Record, checkpoint: Record | None, tell: OnProgress) -> Drawn:
        wanted = Parameters.of(parameters)
        first = sealed_draw.first_state(wanted.promise, wanted.seal_root, seed)
        resume = sealed_draw.Reached.from_json(checkpoint) if checkpoint else None
        delay = sealed_draw.wait(first, wanted.hashes, resume, tell)
        return Drawn(delay, _chosen(delay.last_state, wanted.classes))

    def steps(self, parameters: Record) -> int:
        return Parameters.of(parameters).hashes

    def read(self, record: Record) -> Drawn:
        match record:
            case {"lastState": str(state), "checkpointsRoot": str(root), "outcome": int(outcome)} if all(
                map(sealed_draw.is_hash, (state, root))
            ):
                return Drawn(sealed_draw.Delay(state, root), outcome)
        raise ValueError("not an outcome of this algorithm")

    def agrees(self, record: Record, parameters: Record) -> bool:
        drawn = self.read(record)
        return drawn.outcome == _chosen(drawn.delay.last_state, Parameters.of(parameters).classes)

    def arguments(self, seed: str, parameters: Record, record: Record) -> str:
        wanted, drawn = Parameters.of(parameters), self.read(record)
        begun = f"{wanted.promise} {wanted.seal_root} {seed} {wanted.hashes}"
        return f"{begun} --supply {wanted.classes} --expect {drawn.outcome}"


ALGORITHM: Final = BetDrawing()


def _chosen(last_state: str, classes: int) -> int:
    return next(sealed_draw.choices(bytes.fromhex(last_state), classes))
