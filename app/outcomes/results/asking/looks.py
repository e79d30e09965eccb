"""Looks at sources: meant, claimed by one process, answered once. Each in its caller's transaction; no network here."""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog
from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import insert

from app.core.database.session import db
from app.core.ids import new_id
from app.outcomes.results import service
from app.outcomes.results.consensus.marks import mark_of_read
from app.outcomes.results.models import AwaitedResult, ResultObservation, SourceAsked
from app.outcomes.results.parsers.interface import Draw
from app.outcomes.results.sources.in_force import all_of_them, base_of, schedule_of, sources_of
from app.outcomes.results.sources.known import Source
from app.outcomes.results.sources.lotteries import Schedule, lottery
from app.outcomes.results.states import OPEN
from app.outcomes.results.wanted import name_of
from app.people.players.queries import read_now
from app.record.audit.service import raise_alarm

log = structlog.get_logger()

LEASE: Final = timedelta(seconds=75)
"""Longer than two answers of one source take: meanwhile nobody else asks it."""
_AT_ONCE: Final = 100


@dataclass(frozen=True, slots=True)
class Claim:
    """A look that is ours to take, and what is looked for."""

    id: UUID
    observation_id: UUID
    awaited_id: UUID
    source: Source
    draw: Draw


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of it: an answer with its bytes, or none of both; then numbers, or the reason why there are none."""

    status: int | None
    body: bytes | None
    numbers: str | None
    reason: str


def mean_due() -> int:
    """For each result whose time has come, mean to look at all its sources; how many results."""
    rows = db.session.scalars(
        select(AwaitedResult)
        .where(AwaitedResult.next_look_at <= read_now())
        .order_by(AwaitedResult.next_look_at)
        .limit(_AT_ONCE)
        .with_for_update(key_share=True, skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
    for row in rows:
        _mean(row)
    return len(rows)


def watch() -> None:
    """Call somebody for each result that should be known by now, whether anybody looks for it or not."""
    now = read_now()
    query = select(AwaitedResult).where(AwaitedResult.state.in_(OPEN), AwaitedResult.drawn_at < now)
    for row in db.session.scalars(query.order_by(AwaitedResult.drawn_at).limit(_AT_ONCE)):
        schedule = schedule_of(lottery(row.lottery))
        if now >= row.drawn_at + schedule.first + schedule.lasts:
            told = {"lottery": row.lottery, "drawn_at": row.drawn_at.isoformat(), "game": row.game}
            raise_alarm("result_open", name_of(row.id), **told)


def sources_with_looks() -> list[str]:
    """Sources that somebody means to look at."""
    query = select(ResultObservation.source).where(ResultObservation.answered_at.is_(None)).distinct()
    return sorted(db.session.scalars(query))


def claim(name: str) -> Claim | None:
    """The oldest look at a source, if nobody else asks it now. What somebody had begun who is gone is begun anew."""
    made, now = new_id(), read_now()
    source = all_of_them().get(name)
    if source is None or not _take(name, made, now):
        return None
    row = db.session.scalars(
        select(ResultObservation)
        .where(ResultObservation.source == name, ResultObservation.answered_at.is_(None))
        .order_by(ResultObservation.id)
        .limit(1)
        .with_for_update(key_share=True)
    ).first()
    if row is None:
        let_go(made)
        return None
    row.claim, row.asked_at = made, now
    row.host, row.parser, row.origin = base_of(source), source.parser, source.origin
    awaited = db.session.get_one(AwaitedResult, row.awaited_id)
    of = lottery(awaited.lottery)
    draw = Draw(of.id, awaited.day, awaited.slot, of.name_of(awaited.slot), awaited.digits)
    return Claim(made, row.id, awaited.id, source, draw)


def answer(claimed: Claim, heard: Heard) -> AwaitedResult | None:
    """Write down what came of a look; the result it is about, locked. None, and nothing is written, where it took so
    long that somebody else may have begun anew: when it was read, nobody would know."""
    awaited = service.locked(claimed.awaited_id)
    row = db.session.scalars(
        select(ResultObservation)
        .where(ResultObservation.id == claimed.observation_id, ResultObservation.claim == claimed.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).first()
    if row is None or row.answered_at is not None or not let_go(claimed.id):
        log.warning("result_look_too_late", source=claimed.source.name, look=str(claimed.observation_id))
        return None
    row.answered_at, row.status = read_now(), heard.status
    if heard.body is not None:
        row.body, row.body_size = zlib.compress(heard.body, 9), len(heard.body)
        row.body_sha256 = hashlib.sha256(heard.body).digest()
    row.numbers, row.reason = heard.numbers, heard.reason
    row.mark = mark_of_read(row)
    db.session.flush()
    return awaited


def let_go(claim_id: UUID) -> bool:
    """End a claim; whether it still was one."""
    ended = db.session.execute(
        update(SourceAsked)
        .where(SourceAsked.claim == claim_id, SourceAsked.until > text("clock_timestamp()"))
        .values(until=text("clock_timestamp()"))
        .returning(SourceAsked.source)
    )
    return ended.first() is not None


def _take(name: str, made: UUID, now: datetime) -> bool:
    values = {"claim": made, "until": now + LEASE}
    taken = insert(SourceAsked).values(source=name, **values)
    taken = taken.on_conflict_do_update(
        index_elements=["source"], set_=values, where=SourceAsked.until <= text("clock_timestamp()")
    )
    return db.session.scalar(taken.returning(SourceAsked.source)) is not None


def _mean(row: AwaitedResult) -> None:
    of = lottery(row.lottery)
    values = [{"id": new_id(), "awaited_id": row.id, "source": source.name} for source in sources_of(of)]
    if values:
        db.session.execute(insert(ResultObservation).values(values).on_conflict_do_nothing())
    row.looks += 1
    row.next_look_at = next_look(schedule_of(of), row.drawn_at, read_now())


def next_look(schedule: Schedule, drawn_at: datetime, now: datetime) -> datetime | None:
    """When after `now` sources are looked at again; None: never by themselves."""
    begins = drawn_at + schedule.first
    until = begins + schedule.lasts
    step = schedule.every if now < until else schedule.later
    since = begins if now < until else until
    following = since + step * ((now - since) // step + 1)
    return following if following <= begins + schedule.ends else None
