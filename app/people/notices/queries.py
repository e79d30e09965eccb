"""Reads: what somebody was told, how much of it he has not read, and where he wants to be told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar, cast
from uuid import UUID

from sqlalchemy import Select, func, select

from app.core.database.session import db
from app.core.sealing.keyring import NotOpened
from app.people.accounts.models import User
from app.people.players.queries import breaks_of
from app.record.notifications.telling.kinds import KINDS, NoticeKind, Words, words_of
from app.record.notifications.telling.places import PLACES, Place

from .models import Notice, NoticeChoice, RealityCheck
from .rules import Choice, Reach, choice, locked

SelectT = TypeVar("SelectT", bound=Select[Any])


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whom a notice is for, and how he is reached."""

    user_id: UUID
    locale: str
    email: str | None
    phone: str | None

    @property
    def reach(self) -> Reach:
        """The ways there are to him."""
        return Reach(has_mail=self.email is not None, has_phone=self.phone is not None)


@dataclass(frozen=True, slots=True)
class Shown:
    """A notice as its reader sees it."""

    id: UUID
    kind: str
    at: datetime
    is_read: bool
    words: Words


def addressee(user_id: UUID) -> Addressee | None:
    """How a person is reached; what does not open reaches nobody, and keeps nothing from happening."""
    user = db.session.scalar(select(User).where(User.id == user_id).execution_options(populate_existing=True))
    if user is None:
        return None
    return Addressee(user_id, user.locale, _open(user, "email"), _open(user, "phone"))


def page_of(user_id: UUID, limit: int, before: UUID | None = None) -> Sequence[Shown]:
    """A person's notices, the newest first, in the language of the moment.

    None of marketing while he is on a break, and none that nobody has words for any more.
    """
    query = _readable(select(Notice), user_id).order_by(Notice.id.desc()).limit(limit)
    if before is not None:
        query = query.where(Notice.id < before)
    rows = db.session.scalars(query.execution_options(populate_existing=True))
    return [shown for row in rows if (shown := _shown(row)) is not None]


def unread(user_id: UUID) -> int:
    """How many he has not read."""
    query = _readable(select(func.count()).select_from(Notice), user_id).where(Notice.read_at.is_(None))
    return db.session.scalar(query) or 0


def choices_of(addressee: Addressee, kind: NoticeKind) -> Mapping[Place, Choice]:
    """Where somebody is told of a kind."""
    query = select(NoticeChoice.place, NoticeChoice.is_on).where(
        NoticeChoice.user_id == addressee.user_id, NoticeChoice.kind == kind.name
    )
    chosen = {cast(Place, place): is_on for place, is_on in db.session.execute(query)}
    fixed = locked(addressee.reach, is_everywhere=kind.is_everywhere) if kind.is_security else frozenset()
    return {place: choice(place, kind.places, fixed, chosen) for place in PLACES}


def minutes_of(user_id: UUID) -> int | None:
    """After how many minutes of playing he wants to be asked; None: never."""
    return db.session.scalar(select(RealityCheck.minutes).where(RealityCheck.user_id == user_id))


def _readable(query: SelectT, user_id: UUID) -> SelectT:
    query = query.where(Notice.user_id == user_id, Notice.in_app)
    known = KINDS.get()
    hidden = {name for name, kind in known.items() if kind.is_marketing} if breaks_of(user_id).is_on else set()
    return query.where(Notice.kind.in_(sorted(known.keys() - hidden)))


def _shown(row: Notice) -> Shown | None:
    words = words_of(row.kind, row.params)
    return Shown(row.id, row.kind, row.at, row.read_at is not None, words) if words is not None else None


def _open(user: User, name: str) -> str | None:
    try:
        return user.email if name == "email" else user.phone
    except NotOpened:
        return None
