"""Reads of the audit log, its chain and the alarms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from app.core.checks import Breach
from app.core.database.session import db
from app.core.ids import earliest_id
from app.record.log import queries as public_log
from app.record.log.format.leaves import Leaf

from . import chain
from .leaves import leaves_of_entry
from .models import Alarm, AuditEntry, AuditSeal

_CHECK: Final = "audit.chain"


def open_alarms() -> Sequence[Alarm]:
    """What needs a person, oldest first."""
    return db.session.scalars(select(Alarm).where(Alarm.closed_at.is_(None)).order_by(Alarm.id)).all()


def entries(subject: str | None = None, before: UUID | None = None, limit: int = 50) -> Sequence[AuditEntry]:
    """One page of entries, newest first; `before` is the id of the previous page's last."""
    query = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(limit)
    if subject is not None:
        query = query.where(AuditEntry.subject == subject)
    if before is not None:
        query = query.where(AuditEntry.id < before)
    return db.session.scalars(query).all()


def actors_of(action: str, subjects: Collection[str]) -> dict[str, str]:
    """Who did this to each of these subjects, of several the last; those it was not done to are left out."""
    done = (AuditEntry.action == action) & AuditEntry.subject.in_(subjects)
    rows = db.session.execute(select(AuditEntry.subject, AuditEntry.actor).where(done).order_by(AuditEntry.id))
    return {row.subject: row.actor for row in rows}


@dataclass(frozen=True, slots=True)
class Search:
    """What to look for; empty: everything. `action` and `subject` match from their beginning, `words` in the reason;
    `is_whole`: the subject is no beginning."""

    actor: str = ""
    action: str = ""
    subject: str = ""
    words: str = ""
    is_whole: bool = False
    since: datetime | None = None
    until: datetime | None = None


def found(search: Search, before: UUID | None = None, limit: int = 50) -> list[tuple[AuditEntry, int | None]]:
    """Entries that match, newest first, each with its place in the chain; `before` as in `entries`."""
    query = (
        select(AuditEntry, AuditSeal.seq)
        .outerjoin(AuditSeal, AuditSeal.entry_id == AuditEntry.id)
        .order_by(AuditEntry.id.desc())
        .limit(limit)
        .where(*_matches(search))
    )
    if before is not None:
        query = query.where(AuditEntry.id < before)
    return [(row[0], row[1]) for row in db.session.execute(query)]


def _matches(search: Search) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if search.actor:
        wanted.append(AuditEntry.actor == search.actor)
    if search.action:
        wanted.append(AuditEntry.action.startswith(search.action, autoescape=True))
    if search.subject:
        own, text = AuditEntry.subject, search.subject
        wanted.append(own == text if search.is_whole else own.startswith(text, autoescape=True))
    if search.words:
        wanted.append(AuditEntry.reason.icontains(search.words, autoescape=True))
    if search.since:
        wanted.append(AuditEntry.id >= earliest_id(search.since))
    if search.until:
        wanted.append(AuditEntry.id < earliest_id(search.until))
    return wanted


def alarms_page(before: UUID | None = None, limit: int = 50, *, is_open: bool | None = None) -> Sequence[Alarm]:
    """Alarms, the newest first, closed ones too unless one of both is asked for."""
    query = select(Alarm).order_by(Alarm.id.desc()).limit(limit)
    if is_open is not None:
        query = query.where(Alarm.closed_at.is_(None) if is_open else Alarm.closed_at.is_not(None))
    return db.session.scalars(query.where(Alarm.id < before) if before else query).all()


def alarms_for(code: str, reason: str, limit: int) -> Sequence[Alarm]:
    """The newest of a kind that were raised for this reason, closed ones too."""
    wanted = select(Alarm).where(Alarm.code == code, Alarm.detail["reason"].astext == reason)
    return db.session.scalars(wanted.order_by(Alarm.id.desc()).limit(limit)).all()


def alarm_counts() -> tuple[int, int]:
    """How many are open, and how many were closed."""
    is_open = Alarm.closed_at.is_(None)
    row = db.session.execute(select(func.count().filter(is_open), func.count().filter(~is_open))).one()
    return int(row[0]), int(row[1])


def head() -> tuple[int, bytes]:
    """The chain's last place and hash. Whoever noted an earlier one can later see that it is still in the chain."""
    row = db.session.execute(select(AuditSeal.seq, AuditSeal.hash).order_by(AuditSeal.seq.desc()).limit(1)).first()
    return (row.seq, bytes(row.hash)) if row else (0, chain.START)


def unsealed_for(age: timedelta) -> int:
    """How many entries older than `age` have no seal."""
    query = (
        select(func.count())
        .select_from(AuditEntry)
        .outerjoin(AuditSeal, AuditSeal.entry_id == AuditEntry.id)
        .where(AuditSeal.entry_id.is_(None), AuditEntry.recorded_at < func.clock_timestamp() - age)
    )
    return db.session.scalar(query) or 0


def verify_chain() -> list[Breach]:
    """Recompute the whole chain: places without a gap, each entry's hash, each link. Stops at the first wrong one."""
    columns = (getattr(AuditEntry, name) for name in chain.SEALED)
    query = (
        select(AuditSeal.seq, AuditSeal.row_hash, AuditSeal.previous_hash, AuditSeal.hash, *columns)
        .join(AuditEntry, AuditEntry.id == AuditSeal.entry_id)
        .order_by(AuditSeal.seq)
        .execution_options(yield_per=1000)
    )
    expected, previous = 1, chain.START
    for row in db.session.execute(query):
        content = {name: getattr(row, name) for name in chain.SEALED}
        if row.seq != expected:
            return [Breach(_CHECK, f"place {expected} is missing, {row.seq} follows")]
        if bytes(row.previous_hash) != previous:
            return [Breach(_CHECK, f"place {row.seq} does not continue the one before")]
        if bytes(row.row_hash) != chain.row_hash(**content):
            return [Breach(_CHECK, f"place {row.seq}: entry {row.id} was changed after it was sealed")]
        if bytes(row.hash) != chain.link(previous, bytes(row.row_hash)):
            return [Breach(_CHECK, f"place {row.seq} has a wrong hash")]
        expected, previous = row.seq + 1, bytes(row.hash)
    return []


def leaves_of_entries() -> Counter[Leaf]:
    """What the entries since the log began say in public."""
    begun = public_log.begun_at()
    since = select(AuditEntry).where(AuditEntry.recorded_at >= begun).execution_options(yield_per=1000)
    return Counter(
        leaf
        for entry in db.session.scalars(since)
        for leaf in leaves_of_entry(entry.id, entry.actor, entry.action, entry.subject, entry.reason, entry.detail)
    )
