"""A draw hashed once more from its recorded seed, and what came out of it. The result is an entry of the audit log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from app.core.errors import DomainError
from app.outcomes.draws import service as draws
from app.record.audit import queries as audit
from app.record.audit.models import AuditEntry
from app.record.audit.service import note, raise_alarm
from app.selling.windows.games import AnyGame
from app.selling.windows.models import WindowRound
from app.selling.windows.questions.draw import AnyAlgorithm

BEGUN: Final = "draw.rerun_asked"
DONE: Final = "draw.rerun"


@dataclass(frozen=True, slots=True)
class Drawn:
    """What is needed to repeat a draw; plain values, for the hashing is done outside any transaction."""

    algorithm: AnyAlgorithm
    seed: str
    parameters: dict[str, Any]
    outcome: dict[str, Any]


def record_of(game: AnyGame, number: int) -> Drawn:
    """Raises DomainError `not_drawn` (409)."""
    draw = draws.of(game.name, str(number))
    if draw is None or draw.outcome is None:
        raise DomainError("not_drawn", status=409)
    return Drawn(game.draw.algorithms[draw.algorithm], draw.seed, dict(draw.parameters), dict(draw.outcome))


def begin(game: AnyGame, round_: WindowRound, actor: str) -> None:
    """Note that somebody wants it. Raises DomainError `not_drawn` (409)."""
    record_of(game, round_.round_number)
    note(actor, BEGUN, game.subject(round_.round_number))


def outcome_of(drawn: Drawn) -> dict[str, Any]:
    """The outcome as the algorithm gives it now. May take as long as the draw did."""
    return drawn.algorithm.run(drawn.seed, drawn.parameters, None, lambda progress: None).to_json()


def write(game: AnyGame, number: int, drawn: Drawn, found: dict[str, Any], actor: str, closing: str | None) -> bool:
    """Keep whether both are the same; an alarm if not.

    `closing` is the hash that the node has at the closing height, None if it did not say. An outcome that comes out
    again, of the block that the node has, is marked as hashed by us, should its mark be of an earlier secret.
    """
    same = found == drawn.outcome
    note(actor, DONE, game.subject(number), matches=same, found=None if same else found)
    if not same:
        raise_alarm("draw_differs", game.subject(number))
    elif closing == drawn.seed and record_of(game, number) == drawn:
        draws.vouch(game.name, str(number))
    return same


def results(game: AnyGame, number: int) -> Sequence[AuditEntry]:
    """What was asked for and what came out, the newest first."""
    return [entry for entry in audit.entries(game.subject(number), limit=200) if entry.action == DONE]
