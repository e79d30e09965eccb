"""Reads: what became of what games wait for, and every look at every source behind it."""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final, cast
from uuid import UUID

from sqlalchemy import Row, Select, func, select, tuple_

from app.core.database.session import db
from app.core.errors import NotFound

from .models import AwaitedResult, ResultObservation, ResultOutcome
from .states import OPEN, STATES, State
from .wanted import How, Outcome, name_of

SHOWN: Final = ("open", *STATES)


@dataclass(frozen=True, slots=True)
class Result:
    """What a game waits for, as it stands. `provisional` is what sources say and nobody settles on; `outcome` is what
    counts; `overridden` what did, the newest first."""

    id: UUID
    game: str
    subject: str
    lottery: str
    day: date
    slot: time
    drawn_at: datetime
    digits: int
    promise: bytes
    state: State
    provisional: str | None
    looks: int
    next_look_at: datetime | None
    outcome: Outcome | None
    overridden: tuple[Outcome, ...]


@dataclass(frozen=True, slots=True)
class Look:
    """One look at a source. `asked_at` is None while it is only meant, `answered_at` until it was answered; `size` and
    `sha256` are of what came, None where nothing did. Either `numbers`, or `reason` why not."""

    id: UUID
    source: str
    origin: str
    host: str
    parser: str
    asked_at: datetime | None
    answered_at: datetime | None
    status: int | None
    sha256: str | None
    size: int | None
    numbers: str | None
    reason: str


def of(game: str, subject: str) -> Result | None:
    """One, by its game's name of it."""
    return of_many(game, [subject]).get(subject)


def of_many(game: str, subjects: Collection[str]) -> dict[str, Result]:
    """Those that are waited for among these."""
    if not subjects:
        return {}
    found = _results(_query().where(AwaitedResult.game == game, AwaitedResult.subject.in_(subjects)))
    return {one.subject: one for one in found}


def one(awaited_id: UUID) -> Result:
    """One, by its id. Raises NotFound `result_not_found`."""
    found = _results(_query().where(AwaitedResult.id == awaited_id))
    if not found:
        raise NotFound("result_not_found")
    return found[0]


def listed(shown: str, *, before: UUID | None = None, limit: int = 50) -> list[Result]:
    """Of one state or of all ("") the latest draw first; of those that are `open` the earliest, which somebody may have
    to see to, before those that are only to come. Some more: `before` is the last one's id."""
    is_open, place = shown == "open", tuple_(AwaitedResult.drawn_at, AwaitedResult.id)
    query = _query().limit(limit)
    if shown:
        query = query.where(AwaitedResult.state.in_(OPEN if is_open else (shown,)))
    last = db.session.get(AwaitedResult, before) if before is not None else None
    if last is not None:
        shown_last = tuple_(last.drawn_at, last.id)
        query = query.where(place > shown_last if is_open else place < shown_last)
    columns = (AwaitedResult.drawn_at, AwaitedResult.id)
    return _results(query.order_by(*columns) if is_open else query.order_by(*(one.desc() for one in columns)))


def counts() -> dict[str, int]:
    """How many there are in each state."""
    query = select(AwaitedResult.state, func.count()).group_by(AwaitedResult.state)
    return dict(row._tuple() for row in db.session.execute(query))


def number_to_confirm(lotteries: Collection[str], answered: Collection[str] = ()) -> int:
    """How many of these lotteries' results sources have named, and nobody of `answered` (names of results) proposed."""
    query = select(AwaitedResult.id).where(AwaitedResult.state == "provisional", AwaitedResult.lottery.in_(lotteries))
    return sum(name_of(one) not in answered for one in db.session.scalars(query))


def evidence(game: str, subject: str) -> list[Look]:
    """Every look at a source for this draw, the oldest first."""
    found = of(game, subject)
    return looks_at(found.id) if found is not None else []


def looks_at(awaited_id: UUID) -> list[Look]:
    """The same by its id."""
    query = select(*(getattr(ResultObservation, name) for name in _LOOK)).where(
        ResultObservation.awaited_id == awaited_id
    )
    return [_look(row) for row in db.session.execute(query.order_by(ResultObservation.id))]


def raw(observation_id: UUID) -> tuple[UUID, bytes]:
    """The bytes that a look found, as they came, after what it was for. Raises NotFound `result_not_found`."""
    query = select(ResultObservation.awaited_id, ResultObservation.body).where(ResultObservation.id == observation_id)
    found = db.session.execute(query).first()
    if found is None or found.body is None:
        raise NotFound("result_not_found")
    return found.awaited_id, zlib.decompress(found.body)


def outcome_of(row: ResultOutcome, awaited: AwaitedResult) -> Outcome:
    """As games are told it."""
    return Outcome(
        game=awaited.game,
        subject=awaited.subject,
        lottery=awaited.lottery,
        day=awaited.day,
        slot=awaited.slot,
        drawn_at=awaited.drawn_at,
        promise=awaited.promise,
        version=row.version,
        numbers=row.numbers,
        how=cast(How, row.how),
        confirmed_at=row.confirmed_at,
        final_at=row.final_at,
        evidence=row.evidence,
    )


_LOOK: Final = (
    *("id", "source", "origin", "host", "parser", "asked_at", "answered_at"),
    *("status", "body_sha256", "body_size", "numbers", "reason"),
)


def _look(row: Row[*tuple[Any, ...]]) -> Look:
    told = dict(row._mapping)
    sha256, size = told.pop("body_sha256"), told.pop("body_size")
    return Look(**told, sha256=sha256.hex() if sha256 is not None else None, size=size)


def _query() -> Select[AwaitedResult]:
    return select(AwaitedResult).execution_options(populate_existing=True)


def _results(query: Select[AwaitedResult]) -> list[Result]:
    rows = db.session.scalars(query).all()
    outcomes = _outcomes(rows)
    return [_result(row, outcomes[row.id]) for row in rows]


def _outcomes(rows: Iterable[AwaitedResult]) -> dict[UUID, list[Outcome]]:
    """The newest version first."""
    by_id, found = {row.id: row for row in rows}, defaultdict[UUID, list[Outcome]](list)
    query = select(ResultOutcome).where(ResultOutcome.awaited_id.in_(by_id)).order_by(ResultOutcome.version.desc())
    for row in db.session.scalars(query.execution_options(populate_existing=True)) if by_id else ():
        found[row.awaited_id].append(outcome_of(row, by_id[row.awaited_id]))
    return found


def _result(row: AwaitedResult, outcomes: Sequence[Outcome]) -> Result:
    return Result(
        id=row.id,
        game=row.game,
        subject=row.subject,
        lottery=row.lottery,
        day=row.day,
        slot=row.slot,
        drawn_at=row.drawn_at,
        digits=row.digits,
        promise=row.promise,
        state=cast(State, row.state),
        provisional=row.provisional,
        looks=row.looks,
        next_look_at=row.next_look_at,
        outcome=outcomes[0] if outcomes else None,
        overridden=tuple(outcomes[1:]),
    )
