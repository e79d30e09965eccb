"""Writes who did what, raises alarms, and seals the entries into one chain."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import structlog
from sqlalchemy import Row, func, insert, select, text, update
from sqlalchemy.dialects import postgresql

from app.core import clock
from app.core.database.session import db
from app.core.ids import new_id
from app.record.log import service as public_log

from . import chain
from .leaves import leaves_of_entry
from .models import Alarm, AuditEntry, AuditSeal

log = structlog.get_logger()

_HORIZON: Final = timedelta(days=1)
_beside: ContextVar[tuple[str, dict[str, str]] | None] = ContextVar("beside", default=None)
_ONE_SEALER: Final = "SELECT pg_advisory_xact_lock(hashtextextended('audit seals', 0))"


def note(actor: str, action: str, subject: str, reason: str = "", **detail: Any) -> UUID:
    """Write one act into the caller's transaction. `detail` must be JSON; ids and times go in as text.

    Never hand it a secret: entries are kept for good, and what `leaves` says of one is public.
    """
    entry_id = new_id()
    beside = _beside.get()
    if beside is not None and beside[0] == actor:
        detail = beside[1] | detail
    values = {"id": entry_id, "actor": actor, "action": action, "subject": subject, "reason": reason, "detail": detail}
    written = insert(AuditEntry).values(values)
    said = leaves_of_entry(entry_id, actor, action, subject, reason, detail)
    db.session.execute(written.add_cte(public_log.written_beside(said)) if said else written)
    return entry_id


@contextmanager
def noted_with(actor: str, **beside: str) -> Iterator[None]:
    """Every act that is noted inside as this `actor`'s says that too, such as who confirmed what two people do.

    So no service that does it has to tell, and none can forget to.
    """
    token = _beside.set((actor, beside))
    try:
        yield
    finally:
        _beside.reset(token)


def raise_alarm(code: str, subject: str, **detail: Any) -> bool:
    """Open an alarm unless one with this code and subject is open. Returns whether this call opened it.

    It is a row of the caller's transaction: raise it where the trouble is not about to roll that back.
    """
    values = {"id": new_id(), "code": code, "subject": subject, "detail": detail}
    opened = db.session.execute(
        postgresql.insert(Alarm)
        .values(values)
        .on_conflict_do_nothing(index_elements=["code", "subject"], index_where=text("closed_at IS NULL"))
        .returning(Alarm.id)
    ).first()
    if opened is None:
        return False
    note("system", "alarm.raised", subject, code, alarm=detail)
    log.error("alarm_raised", code=code, subject=subject)
    return True


def close_alarm(code: str, subject: str, *, actor: str = "system", reason: str = "") -> bool:
    """Close the open alarm with this code and subject. Returns whether there was one."""
    closed = db.session.execute(
        update(Alarm)
        .where(Alarm.code == code, Alarm.subject == subject, Alarm.closed_at.is_(None))
        .values(closed_at=func.now())
        .returning(Alarm.id)
    ).first()
    if closed is None:
        return False
    note(actor, "alarm.closed", subject, reason or code, code=code)
    log.info("alarm_closed", code=code, subject=subject)
    return True


def close_alarms(code: str, is_over: Callable[[str], bool]) -> int:
    """Close the open alarms with this code whose subject says that its trouble is over; how many were."""
    query = select(Alarm.subject).where(Alarm.code == code, Alarm.closed_at.is_(None)).order_by(Alarm.id)
    return sum(close_alarm(code, subject) for subject in db.session.scalars(query).all() if is_over(subject))


def untold_alarms(limit: int = 100) -> Sequence[Alarm]:
    """Alarms that nobody was mailed yet, oldest first, locked until the caller has marked them."""
    query = select(Alarm).where(Alarm.told_at.is_(None)).order_by(Alarm.id).limit(limit)
    return db.session.scalars(query.with_for_update(skip_locked=True, key_share=True)).all()


def mark_told(alarms: Sequence[Alarm]) -> None:
    """These alarms are on their way to whoever reads them."""
    for alarm in alarms:
        alarm.told_at = clock.now()
    db.session.flush()


def seal_entries(limit: int = 1000, *, horizon: timedelta | None = _HORIZON) -> int:
    """Append up to `limit` committed entries that have no seal to the chain; one sealer at a time. Returns how many.

    An entry that committed late is found as well as a new one. Looking only at ids made within `horizon` keeps the
    search small; None searches all.
    """
    db.session.execute(text(_ONE_SEALER))
    entries = _unsealed(limit, clock.now() - horizon if horizon else None)
    if not entries:
        return 0
    head = db.session.execute(select(AuditSeal.seq, AuditSeal.hash).order_by(AuditSeal.seq.desc()).limit(1)).first()
    last, previous = (head.seq, bytes(head.hash)) if head else (0, chain.START)
    seals = []
    for seq, entry in enumerate(entries, start=last + 1):
        row = chain.row_hash(**entry._mapping)
        seal = {"seq": seq, "entry_id": entry.id, "row_hash": row, "previous_hash": previous}
        previous = chain.link(previous, row)
        seals.append(seal | {"hash": previous})
    db.session.execute(insert(AuditSeal), seals)
    return len(seals)


def _unsealed(limit: int, since: datetime | None) -> list[Row[Any]]:
    query = (
        select(*(getattr(AuditEntry, name) for name in chain.SEALED))
        .outerjoin(AuditSeal, AuditSeal.entry_id == AuditEntry.id)
        .where(AuditSeal.entry_id.is_(None))
        .order_by(AuditEntry.id)
        .limit(limit)
    )
    if since is not None:
        query = query.where(AuditEntry.id >= UUID(int=int(since.timestamp() * 1000) << 80))
    return list(db.session.execute(query))
