"""Broadcasts and printed results that operators attach: what is decided by hand rests on them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from flask_babel import gettext
from sqlalchemy import func, select

from app.core.database.session import db
from app.core.errors import DomainError, NotFound
from app.core.files import store
from app.core.ids import created_at, new_id
from app.core.web.templating import utc
from app.outcomes.results import service
from app.outcomes.results.models import ResultPaper
from app.outcomes.results.wanted import name_of
from app.people.operators.queries import database_now
from app.people.players.verification.reading import Readable
from app.record.audit.approving import Payload, Unread
from app.record.audit.models import AuditEntry
from app.record.audit.service import note

ROOM: Final = "results"
ATTACHED: Final = "result.paper_attached"
SEEN: Final = "result.paper_seen"
_MOST: Final = 12


@dataclass(frozen=True, slots=True)
class Paper:
    """One that was attached; `sha256` is of the file as it is kept."""

    id: UUID
    media_type: str
    size: int
    sha256: str
    attached_by: str

    @property
    def at(self) -> datetime:
        return created_at(self.id)


def attach(awaited_id: UUID, read: Readable, *, actor: str) -> UUID:
    """Keep what shows the draw. Raises NotFound `result_not_found`; DomainError 409 `papers_too_many`."""
    row = service.locked(awaited_id)
    if len(papers_of(awaited_id)) >= _MOST:
        raise DomainError("papers_too_many", status=409, field="file", most=_MOST)
    made, digest = new_id(), hashlib.sha256(read.content).digest()
    paper = ResultPaper(
        id=made,
        awaited_id=awaited_id,
        media_type=read.media_type,
        size=len(read.content),
        sha256=digest,
        attached_by=actor,
    )
    paper.key = store.put(ROOM, made, read.content)
    db.session.add(paper)
    db.session.flush()
    note(actor, "result.paper_attached", name_of(row.id), paper=str(made), sha256=digest.hex())
    return made


def papers_of(awaited_id: UUID) -> list[Paper]:
    """The oldest first."""
    query = select(ResultPaper).where(ResultPaper.awaited_id == awaited_id).order_by(ResultPaper.id)
    return [_paper(row) for row in db.session.scalars(query)]


def content_of(awaited_id: UUID, paper_id: UUID) -> tuple[Paper, bytes]:
    """One with its file. Raises NotFound `paper_not_found`; FileLost."""
    query = select(ResultPaper).where(ResultPaper.awaited_id == awaited_id, ResultPaper.id == paper_id)
    row = db.session.scalars(query).first()
    if row is None:
        raise NotFound("paper_not_found")
    return _paper(row), store.get(ROOM, row.id, row.key)


def unread(payload: Payload, actor: str) -> Sequence[Unread]:
    """The papers of a proposal that this operator has neither attached nor opened."""
    seen = select(AuditEntry.detail["paper"].astext).where(
        AuditEntry.subject == payload["about"], AuditEntry.actor == actor, AuditEntry.action.in_((ATTACHED, SEEN))
    )
    known = set(db.session.scalars(seen))
    place = f"/admin/results/{payload['resultId']}/papers"
    return [
        Unread(str(gettext("Paper of %(when)s", when=utc(one.at))), f"{place}/{one.id}")
        for one in papers_of(UUID(payload["resultId"]))
        if str(one.id) in payload["papers"] and str(one.id) not in known
    ]


def sweep() -> int:
    """Remove files whose rows there are not, once no transaction that wrote them can still be open; how many."""
    moment = db.session.scalar(select(database_now() - func.make_interval(0, 0, 0, 1)))
    assert moment is not None
    swept = 0
    for paper_id in list(store.older_than(ROOM, moment)):
        if db.session.get(ResultPaper, paper_id) is None:
            store.drop(ROOM, paper_id)
            store.drop_half(ROOM, paper_id)
            swept += 1
    return swept


def _paper(row: ResultPaper) -> Paper:
    return Paper(row.id, row.media_type, row.size, bytes(row.sha256).hex(), row.attached_by)
