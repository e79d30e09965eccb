"""Reads: how far somebody's verification is, and the files he has handed in."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, func, select

from app.core.database.session import db
from app.core.errors import NotFound
from app.core.files import store
from app.core.ids import created_at
from app.people.players.models import PlayerFile, PlayerProfile, PlayerVerification

from .rules import DOCUMENT_KINDS, PICTURE, State, as_state

ROOM = "player_files"


@dataclass(frozen=True, slots=True)
class Document:
    """A file without what is in it."""

    id: UUID
    kind: str
    media_type: str
    size: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Verification:
    """How far it is, since when, and why it was refused."""

    state: State = "none"
    reason: str = ""
    changed_at: datetime | None = None


def verification_of(user_id: UUID) -> Verification:
    """Of somebody; who has no row has not asked."""
    query = select(PlayerVerification).where(PlayerVerification.id == user_id)
    row = db.session.scalar(query.execution_options(populate_existing=True))
    return Verification(as_state(row.state), row.reason, row.changed_at) if row is not None else Verification()


def state_of(user_id: UUID) -> State:
    """The same, in a word."""
    return verification_of(user_id).state


def accounts_without_papers(mark_hash: bytes, *, but: UUID) -> list[UUID]:
    """Who else says to be the person that this is the mark of, and has not shown it."""
    has_shown = exists().where(PlayerVerification.id == PlayerProfile.id, PlayerVerification.state == "verified")
    query = select(PlayerProfile.id).where(PlayerProfile.mark_hash == mark_hash, PlayerProfile.id != but)
    return list(db.session.scalars(query.where(~has_shown)))


def is_verified(user_id: UUID) -> bool:
    """Whether papers have shown who it is."""
    return state_of(user_id) == "verified"


def number_waiting(answered: Collection[str] = ()) -> int:
    """How many have handed in their papers and wait for an answer that nobody has proposed; `answered` are subjects of
    the audit log."""
    waiting = select(func.count()).select_from(PlayerVerification).where(PlayerVerification.state == "pending")
    return db.session.scalar(waiting.where(func.concat("user:", PlayerVerification.id).not_in(answered))) or 0


def documents_of(user_id: UUID) -> list[Document]:
    """What somebody has handed in, the oldest first."""
    return _files(user_id, DOCUMENT_KINDS)


def picture_of(user_id: UUID) -> Document | None:
    """The picture somebody shows himself by."""
    return next(iter(_files(user_id, (PICTURE,))), None)


def content_of(user_id: UUID, file_id: UUID) -> tuple[Document, bytes]:
    """A file of this person. Raises NotFound, and FileLost where the disk has not what was kept."""
    row = db.session.scalar(select(PlayerFile).where(PlayerFile.id == file_id, PlayerFile.user_id == user_id))
    if row is None:
        raise NotFound
    return _told(row), store.get(ROOM, row.id, row.key)


def _files(user_id: UUID, kinds: Sequence[str]) -> list[Document]:
    query = select(PlayerFile).where(PlayerFile.user_id == user_id, PlayerFile.kind.in_(kinds)).order_by(PlayerFile.id)
    return [_told(row) for row in db.session.scalars(query)]


def _told(row: PlayerFile) -> Document:
    return Document(row.id, row.kind, row.media_type, row.size, created_at(row.id))
