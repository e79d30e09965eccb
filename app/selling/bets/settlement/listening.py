"""What official results say of draws: written down when it is told, and done by a job of its own."""

from __future__ import annotations

from datetime import datetime
from typing import Final, NamedTuple, Protocol
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from app.core.database.session import after_commit, db
from app.core.errors import NotFound
from app.core.jobs.queue import ring_by_name

from ..games import game_named
from ..models import BetDraw, BetResult
from ..sealing.witnessing import is_witnessed
from . import correcting, result

JOB: Final = "bets.settle"


class Outcome(Protocol):
    """A result, as whoever watches official sources tells of it. `subject` is the draw's name, `version` counts
    corrections, `numbers` are what was drawn, as text."""

    @property
    def game(self) -> str: ...
    @property
    def subject(self) -> str: ...
    @property
    def promise(self) -> bytes: ...
    @property
    def version(self) -> int: ...
    @property
    def numbers(self) -> str: ...
    @property
    def confirmed_at(self) -> datetime: ...
    @property
    def final_at(self) -> datetime: ...


class OfficialResults:
    """Listens for every game that sells bets."""

    def confirmed(self, outcome: Outcome) -> None:
        """The result of a draw. Raises ValueError: no result of this game, or of another promise than it made."""
        _write(outcome)

    def corrected(self, old: Outcome, new: Outcome) -> None:
        """It was another one. Raises as `confirmed`."""
        _write(new)


class Waiting(NamedTuple):
    """A result that nothing was done about. `version` counts corrections, `known_at` is when it was confirmed."""

    draw_id: UUID
    version: int
    outcome: int
    known_at: datetime
    final_at: datetime


def due() -> list[Waiting]:
    """Of each draw the newest that waits, the oldest draw first."""
    rows = db.session.scalars(select(BetResult).where(BetResult.done_at.is_(None)).order_by(BetResult.version))
    newest = {row.draw_id: row for row in rows}
    return [
        Waiting(row.draw_id, row.version, row.outcome, row.known_at, row.final_at)
        for row in sorted(newest.values(), key=lambda row: row.known_at)
    ]


def do(one: Waiting) -> bool:
    """Settle a draw by a result, or correct it; False if it is not sealed and cosigned yet. A cancelled draw has none.

    Raises as `result.settle` and `correcting.correct`.
    """
    state = db.session.execute(select(BetDraw.state).where(BetDraw.id == one.draw_id)).scalar_one()
    if state == "selling" or (state == "sealed" and not is_witnessed(db.session.get_one(BetDraw, one.draw_id))):
        return False
    if state == "sealed":
        result.settle(one.draw_id, one.outcome, final_at=one.final_at)
    elif state == "resulted":
        correcting.correct(one.draw_id, one.outcome, known_at=one.known_at, final_at=one.final_at)
    db.session.execute(
        update(BetResult)
        .where(BetResult.draw_id == one.draw_id, BetResult.version <= one.version, BetResult.done_at.is_(None))
        .values(done_at=func.clock_timestamp())
    )
    return True


def _write(outcome: Outcome) -> None:
    its = (BetDraw.game == outcome.game) & (BetDraw.name == outcome.subject)
    draw = db.session.execute(select(BetDraw.id, BetDraw.promise_hash).where(its)).first()
    if draw is None:
        raise NotFound("draw_not_found")
    if draw.promise_hash != outcome.promise:
        raise ValueError(f"{outcome.subject} promised something else")
    row = {
        "draw_id": draw.id,
        "version": outcome.version,
        "outcome": game_named(outcome.game).outcome_of(outcome.numbers),
        "known_at": outcome.confirmed_at,
        "final_at": outcome.final_at,
    }
    db.session.execute(insert(BetResult).values(row).on_conflict_do_nothing())
    after_commit(lambda: ring_by_name(JOB))
