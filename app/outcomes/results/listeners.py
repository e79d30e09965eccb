"""Who is told of results, and the telling: each game tells, by its name, what it does then."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Protocol
from uuid import UUID

import structlog
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on

from app.core.database.session import db, end_reading, transaction
from app.core.faults import step
from app.core.ports import Port
from app.people.players.queries import read_now
from app.record.audit.service import close_alarm, raise_alarm

from . import service
from .consensus.marks import is_confirmed_here
from .models import ResultOutcome
from .queries import outcome_of
from .wanted import Outcome, name_of

log = structlog.get_logger()

_AT_ONCE: Final = 100


class ResultListener(Protocol):
    """A game that waits for results. It is told in a transaction of its own, which also writes down that it was told:
    each version once, the newest alone. Whatever it raises, it is told again later. It asks no network, and does there
    no more than begin: what takes long is a job of its own."""

    def confirmed(self, outcome: Outcome) -> None:
        """The result is known. Nothing was said of another one before."""

    def corrected(self, old: Outcome, new: Outcome) -> None:
        """It was another one. `old` is what this game was told last; `old.final_at` says whether it was final."""


LISTENERS: Final = Port[Mapping[str, ResultListener]]("games that wait for official results", {})


def tell_all() -> int:
    """Tell games what they were not told yet; how many results were told."""
    newest = (
        select(ResultOutcome.awaited_id, ResultOutcome.told_at)
        .ext(distinct_on(ResultOutcome.awaited_id))
        .where(ResultOutcome.awaited_id.in_(select(ResultOutcome.awaited_id).where(ResultOutcome.told_at.is_(None))))
        .order_by(ResultOutcome.awaited_id, ResultOutcome.version.desc())
        .subquery()
    )
    due = list(db.session.scalars(select(newest.c.awaited_id).where(newest.c.told_at.is_(None)).limit(_AT_ONCE)))
    end_reading()
    return sum(_tell(awaited_id) for awaited_id in due)


def _tell(awaited_id: UUID) -> bool:
    try:
        with transaction():
            done = tell(awaited_id)
            step("result.told")
    except Exception as error:  # one game's trouble is no other's
        log.exception("result_not_told", result=str(awaited_id))
        db.session.rollback()
        with transaction():
            raise_alarm("result_not_told", name_of(awaited_id), because=type(error).__name__)
        return False
    return done


def tell(awaited_id: UUID) -> bool:
    """Tell a game the newest version of a result, unless it was told. One that was not confirmed here is not told."""
    row = service.locked(awaited_id)
    newest = service.newest_of(awaited_id)
    listener = LISTENERS.get().get(row.game)
    if newest is None or newest.told_at is not None or listener is None:
        return False
    if not is_confirmed_here(newest):
        raise_alarm("result_not_ours", name_of(awaited_id), game=row.game)
        return False
    before = db.session.scalars(
        select(ResultOutcome)
        .where(ResultOutcome.awaited_id == awaited_id, ResultOutcome.told_at.is_not(None))
        .order_by(ResultOutcome.version.desc())
        .limit(1)
    ).first()
    if before is None:
        listener.confirmed(outcome_of(newest, row))
    else:
        listener.corrected(outcome_of(before, row), outcome_of(newest, row))
    newest.told_at = read_now()
    close_alarm("result_not_told", name_of(awaited_id), reason="told")
    return True
