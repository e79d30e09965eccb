"""Draws as records: begun once per subject, run outside any transaction with checkpoints, then confirmed or voided."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Any, Generic
from uuid import UUID

import structlog
from sqlalchemy import select, text

from app.core.clock import now
from app.core.database.session import db, transaction
from app.core.faults import step
from app.core.ids import new_id
from app.core.marks import is_ours, mark

from . import checkpoints
from .algorithms import Algorithm, OutcomeT_co, Record, Recorded, WithStates
from .models import Draw

log = structlog.get_logger()

CHECKPOINT_SECONDS = 0.5
_MARK = "mark"  # beside what a checkpoint records
_CHECKPOINT = "tiraj/draw checkpoint/1"
_OUTCOME = "tiraj/draw outcome/1"


class DrawStopped(Exception):
    """The draw is no longer provisional: somebody halted or voided it, or another process confirmed it."""


@dataclass(frozen=True)
class Work(Generic[OutcomeT_co]):
    """What a run needs to know; plain values, for it outlives its transaction."""

    draw_id: UUID
    algorithm: Algorithm[OutcomeT_co]
    seed: str
    parameters: Record
    checkpoint: Record | None


def begin(game: str, subject: str, source: str, algorithm: str, seed: str, parameters: Record) -> Draw:
    """The subject's current draw: the one begun before from the same seed, or a new one."""
    current = of(game, subject)
    if current is not None and current.seed == seed:
        return current
    if current is not None:
        current.state = "void"
        db.session.flush()
    draw = Draw(
        id=new_id(),
        game=game,
        subject=subject,
        source=source,
        algorithm=algorithm,
        seed=seed,
        parameters=dict(parameters),
        state="provisional",
    )
    db.session.add(draw)
    db.session.flush()
    return draw


def of(game: str, subject: str) -> Draw | None:
    """The subject's draw that is not void."""
    return db.session.scalars(
        select(Draw)
        .where(Draw.game == game, Draw.subject == subject, Draw.state != "void")
        .execution_options(populate_existing=True)
    ).first()


def work_of(draw: Draw, algorithm: Algorithm[OutcomeT_co]) -> Work[OutcomeT_co]:
    """What `run` needs of a draw from a block hash; `algorithm` is the draw's.

    A checkpoint is gone on from only if a process of ours made it, for this very draw: whoever writes a state into the
    database would choose the outcome. Without a mark that fits, the hashing begins again.
    """
    kept = _unmarked(draw) if draw.checkpoint is not None else None
    if kept is None and draw.checkpoint is not None:
        log.warning("draw_checkpoint_not_ours", game=draw.game, subject=draw.subject)
    return Work(draw.id, algorithm, draw.seed, draw.parameters, kept)


def _unmarked(draw: Draw) -> dict[str, Any] | None:
    """What a draw's checkpoint records, if its mark is ours; anything may stand in the column."""
    found: object = draw.checkpoint
    if not isinstance(found, dict):
        return None
    recorded = {name: value for name, value in found.items() if name != _MARK}
    return recorded if is_ours(found.get(_MARK), _CHECKPOINT, [_identity(draw), recorded]) else None


def _identity(draw: Draw | Work[Recorded]) -> list[Any]:
    if isinstance(draw, Draw):
        return [str(draw.id), draw.algorithm, draw.seed, dict(draw.parameters)]
    return [str(draw.draw_id), draw.algorithm.id, draw.seed, dict(draw.parameters)]


def run(work: Work[OutcomeT_co], stop: Callable[[], bool] = lambda: False) -> OutcomeT_co:
    """Do the hashing, outside any transaction, keeping a checkpoint about twice a second; the algorithm's own result.

    Raises:
        DrawStopped: there is nothing to finish any more, or `stop` said so; the checkpoint stays.
    """
    last, kept = monotonic(), 0

    def keep(checkpoint: Recorded) -> None:
        nonlocal last, kept
        if monotonic() - last < CHECKPOINT_SECONDS:
            return
        last = monotonic()
        kept = _save(work, checkpoint, kept)
        step("settle.checkpoint")
        if stop():
            raise DrawStopped

    return work.algorithm.run(work.seed, work.parameters, work.checkpoint, keep)


def _save(work: Work[Recorded], checkpoint: Recorded, kept: int) -> int:
    """Keep a checkpoint, and its states but for the `kept` ones that this run wrote already; how many it has now."""
    recorded = checkpoint.to_json()
    marked = {**recorded, _MARK: mark(_CHECKPOINT, [_identity(work), recorded])}
    with transaction() as session:
        updated = session.execute(
            text("UPDATE draws SET checkpoint = CAST(:c AS jsonb) WHERE id = :id AND state = 'provisional'"),
            {"c": json.dumps(marked), "id": work.draw_id},
        )
        if updated.rowcount != 1:  # type: ignore[attr-defined]
            raise DrawStopped
        return checkpoints.write(work.draw_id, checkpoint, kept) if isinstance(checkpoint, WithStates) else kept


def confirm(draw: Draw, outcome: Recorded) -> None:
    """Record the outcome for good: what `run` gave."""
    draw.state = "confirmed"
    draw.finished_at = now()
    draw.outcome = outcome.to_json()
    draw.mark = mark(_OUTCOME, _drawn(draw))
    if isinstance(outcome, WithStates):
        checkpoints.write(draw.id, outcome)


def _drawn(draw: Draw) -> list[Any]:
    """What an outcome's mark is of: whose it is, too, or another round's would do."""
    return [draw.game, draw.subject, _identity(draw), draw.outcome]


def is_hashed_here(draw: Draw) -> bool:
    """Whether the outcome is one that a process of ours got by hashing from this seed, and nobody wrote it since."""
    return is_ours(draw.mark, _OUTCOME, _drawn(draw))


def vouch(game: str, subject: str) -> None:
    """Mark a confirmed outcome anew, which was hashed once more just now and came out the same: after the secret was
    changed, marks made before are nobody's."""
    draw = of(game, subject)
    if draw is not None and draw.state == "confirmed":
        draw.mark = mark(_OUTCOME, _drawn(draw))


def halt(game: str, subject: str) -> None:
    """Stop a draw that has not been confirmed; a person decides what becomes of it."""
    draw = of(game, subject)
    if draw is not None and draw.state == "provisional":
        draw.state = "halted"


def abandon(game: str, subject: str) -> None:
    """Make an unconfirmed draw void, so that the subject may be drawn anew from the seed it has now."""
    draw = of(game, subject)
    if draw is not None and draw.state in ("provisional", "halted"):
        draw.state = "void"
