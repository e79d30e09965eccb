"""Reads: letters for operators."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select, tuple_

from app.core.database.session import db
from app.core.errors import NotFound
from app.people.players.queries import read_now

from .models import Letter, LetterAnswer


def listed(state: str, *, after: UUID | None = None, limit: int = 50) -> Sequence[Letter]:
    """Of one state; open ones the oldest first, others the newest. Some more: `after` is the last one's id."""
    place, is_open = tuple_(Letter.written_at, Letter.id), state == "open"
    query = select(Letter).where(Letter.state == state).limit(limit)
    last = db.session.get(Letter, after) if after is not None else None
    if last is not None:
        there = (last.written_at, last.id)
        query = query.where(place > there if is_open else place < there)
    columns = (Letter.written_at, Letter.id)
    return db.session.scalars(query.order_by(*columns if is_open else (one.desc() for one in columns))).all()


def counts() -> dict[str, int]:
    """How many there are in each state."""
    found = db.session.execute(select(Letter.state, func.count()).group_by(Letter.state))
    return dict(row._tuple() for row in found)


def one(letter_id: UUID) -> Letter:
    """Raises NotFound `letter_not_found`."""
    found = db.session.get(Letter, letter_id)
    if found is None:
        raise NotFound("letter_not_found")
    return found


def answers_to(letter_id: UUID) -> Sequence[LetterAnswer]:
    """The oldest first."""
    query = select(LetterAnswer).where(LetterAnswer.letter_id == letter_id)
    return db.session.scalars(query.order_by(LetterAnswer.written_at, LetterAnswer.id)).all()


def others_of(letter: Letter, limit: int = 20) -> Sequence[Letter]:
    """From the same mailbox, the newest first."""
    query = select(Letter).where(Letter.email_hash == letter.email_hash, Letter.id != letter.id)
    return db.session.scalars(query.order_by(Letter.written_at.desc()).limit(limit)).all()


def waiting(longer_than: timedelta = timedelta(0)) -> int:
    """How many are open, and have been for so long."""
    is_late = Letter.written_at <= read_now() - longer_than
    query = select(func.count()).select_from(Letter).where(Letter.state == "open", is_late)
    return db.session.scalar(query) or 0
