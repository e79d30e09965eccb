"""`sealed-draw-1` as every game of windows draws by it: a game adds what it chooses, and among how many."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Generic

from app.outcomes.draws import checkpoints, sealed_draw
from app.outcomes.draws.algorithms import OnProgress, OutcomeT_co, Record
from app.outcomes.draws.models import Draw
from app.selling.windows.proof import promise
from app.selling.windows.words import delay as words

from .draw import RoundT_contra, ViewT_co, WindowAlgorithm

LAST_STATE: Final = "lastState"
ROOT: Final = "checkpointsRoot"


@dataclass(frozen=True, slots=True)
class Waited:
    """How far a delay has come, for a page."""

    state: str
    done: int
    total: int


class SealedDraw(WindowAlgorithm[RoundT_contra, OutcomeT_co, ViewT_co], Generic[RoundT_contra, OutcomeT_co, ViewT_co]):
    """One delay over promise, seal and closing block; then the game's own choices."""

    id = sealed_draw.ALGORITHM
    script = "sealed_draw.py"
    for_the_audit = frozenset({LAST_STATE, ROOT})
    wants_witnesses = True

    def work_of(self, round_: RoundT_contra) -> int:
        return round_.hashes or 0

    def sealed(self, round_: RoundT_contra) -> dict[str, Any]:
        """What every draw of this kind takes of its round, which must be sealed."""
        root = round_.seal_root
        return {
            "promise": promise.commitment_of(round_) or "",
            "sealRoot": root.hex() if root is not None else "",
            "hashes": round_.hashes,
        }

    def steps(self, parameters: Record) -> int:
        return self.wanted(parameters).hashes

    @abstractmethod
    def wanted(self, parameters: Record) -> sealed_draw.Parameters:
        """The parameters, read. Raises ValueError."""

    @abstractmethod
    def chosen(self, delay: sealed_draw.Delay, parameters: Record) -> OutcomeT_co:
        """What the state after the whole delay gives."""

    def run(self, seed: str, parameters: Record, checkpoint: Record | None, tell: OnProgress) -> OutcomeT_co:
        wanted = self.wanted(parameters)
        first = sealed_draw.first_state(wanted.promise, wanted.seal_root, seed)
        resume = sealed_draw.Reached.from_json(checkpoint) if checkpoint else None
        return self.chosen(sealed_draw.wait(first, wanted.hashes, resume, tell), parameters)

    def fits(self, record: Record, parameters: Record) -> bool:
        """What was chosen is what the last state gives."""
        delay = delay_of(record)
        return self.chosen(delay, parameters).to_json() == dict(record)

    def waited(self, round_: RoundT_contra, draw: Draw) -> Waited:
        """How far the draw's delay has come."""
        total = self.work_of(round_)
        if draw.outcome is not None:
            return Waited(delay_of(draw.outcome).last_state, total, total)
        if draw.checkpoint is not None:
            return Waited(draw.checkpoint["state"], draw.checkpoint["stepsDone"], total)
        wanted = self.wanted(draw.parameters)
        return Waited(sealed_draw.first_state(wanted.promise, wanted.seal_root, draw.seed).hex(), 0, total)

    def before(self, round_: RoundT_contra) -> str:
        return words.before(round_)

    def meanwhile(self) -> str:
        return words.meanwhile()

    def in_round(self, record: Record) -> Mapping[str, Any]:
        delay = delay_of(record)
        return {"last_state": delay.last_state, "checkpoints_root": delay.root}

    def beside(self, draw: Draw | None) -> Mapping[str, Any]:
        """The checkpoints, by which a verifier uses all his cores."""
        if draw is None or draw.outcome is None:
            return {"checkpoints": None}
        return {"checkpoints": [state.hex() for state in checkpoints.of(draw.id)]}


def delay_of(record: Record) -> sealed_draw.Delay:
    """The delay that a record tells of. Raises ValueError for a record that is not of this algorithm."""
    match record:
        case {"lastState": str(state), "checkpointsRoot": str(root)} if all(map(sealed_draw.is_hash, (state, root))):
            return sealed_draw.Delay(state, root)
    raise ValueError("not an outcome of this algorithm")


def of_delay(delay: sealed_draw.Delay) -> dict[str, str]:
    """What a record tells of a delay."""
    return {LAST_STATE: delay.last_state, ROOT: delay.root}
