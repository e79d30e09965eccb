"""The verbs of verification, of the side of who is verified, and what two operators have decided. Nothing commits."""

from __future__ import annotations

from functools import partial
from typing import Final
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from app.core.database.session import after_commit, db
from app.core.errors import DomainError, NotFound
from app.core.files import store
from app.core.files.images import redrawn
from app.core.ids import new_id
from app.people.accounts.queries import database_now
from app.people.players.models import PlayerFile, PlayerVerification
from app.people.players.profile.queries import row_of
from app.people.players.spending import hold
from app.people.players.telling.notices import verification_decided
from app.record.audit.service import note

from . import rules
from .queries import ROOM, documents_of, state_of
from .rules import DOCUMENT_PIXELS, MOST_BYTES, MOST_FILES, OPEN, PICTURE, PICTURE_PIXELS, Move, State

_WEBP: Final = "image/webp"
_PDF: Final = "application/pdf"


def add_document(user_id: UUID, kind: str, data: bytes) -> UUID:
    """Keep a document: a picture drawn anew, or a PDF as it is. Its id.

    Raises DomainError: `document_kind_unknown`, `file_missing`, `file_too_large`, `image_invalid`, `image_too_large`;
    409 `not_registered`, `verification_state`, `documents_too_many`.
    """
    rules.check_kind(kind)
    media_type, kept = _readable(data)
    _open_for_changes(user_id)
    if len(documents_of(user_id)) >= MOST_FILES:
        raise DomainError("documents_too_many", status=409, most=MOST_FILES)
    made = _keep(user_id, kind, media_type, kept)
    note(f"user:{user_id}", "player.document_added", f"user:{user_id}", kind=kind, document=str(made))
    return made


def remove_document(user_id: UUID, file_id: UUID) -> None:
    """Take a document back. Raises NotFound, and DomainError 409 `verification_state`."""
    _open_for_changes(user_id)
    if file_id not in [one.id for one in documents_of(user_id)]:
        raise NotFound
    drop_files(user_id, file_id)
    note(f"user:{user_id}", "player.document_removed", f"user:{user_id}", document=str(file_id))


def show_picture(user_id: UUID, data: bytes) -> UUID:
    """Put a picture in the place of the one before. Raises DomainError as `add_document`."""
    if not data:
        raise DomainError("file_missing", field="file")
    drawn = redrawn(_bounded(data), PICTURE_PIXELS, is_square=True)
    hold(user_id)
    hide_picture(user_id)
    return _keep(user_id, PICTURE, _WEBP, drawn)


def hide_picture(user_id: UUID) -> None:
    """Remove the picture, if there is one."""
    found = db.session.scalars(select(PlayerFile.id).where(PlayerFile.user_id == user_id, PlayerFile.kind == PICTURE))
    drop_files(user_id, *found)


def submit(user_id: UUID) -> State:
    """Hand the documents in. Raises DomainError 409: `verification_state`, `documents_missing`, `not_registered`."""
    hold(user_id)  # first of all: nobody takes a document away between this look and the move
    _require_profile(user_id)
    if not any(one.kind == "identity" for one in documents_of(user_id)):
        raise DomainError("documents_missing", status=409)
    return move(user_id, "submit", actor=f"user:{user_id}")


def withdraw(user_id: UUID) -> State:
    """Take the request back, to change what was handed in. Raises DomainError 409 `verification_state`."""
    return move(user_id, "withdraw", actor=f"user:{user_id}")


def move(user_id: UUID, what: Move, *, actor: str, reason: str = "") -> State:
    """Make one of the moves that there are; the state after it. Raises DomainError 409 `verification_state`."""
    hold(user_id)
    after = rules.moved(state_of(user_id), what)
    said = {"state": after, "reason": reason if after == "rejected" else "", "changed_at": database_now()}
    db.session.execute(
        insert(PlayerVerification).values(id=user_id, **said).on_conflict_do_update(index_elements=["id"], set_=said)
    )
    note(actor, f"player.verification_{_TOLD[what]}", f"user:{user_id}", reason)
    if after in ("verified", "rejected"):
        verification_decided(user_id, after)
    return after


_TOLD: Final = {"submit": "asked", "withdraw": "withdrawn", "verify": "given", "reject": "refused"}


def drop_files(user_id: UUID, *file_ids: UUID) -> None:
    """Remove files and their keys; from the disk once that has committed."""
    for one in file_ids:
        db.session.execute(delete(PlayerFile).where(PlayerFile.id == one, PlayerFile.user_id == user_id))
        after_commit(partial(store.drop, ROOM, one))
    db.session.flush()


def sweep() -> int:
    """Remove files whose rows there are not, once no transaction that wrote them can still be open; how many."""
    moment = db.session.scalar(select(database_now() - func.make_interval(0, 0, 0, 1)))
    assert moment is not None
    swept = 0
    for file_id in list(store.older_than(ROOM, moment)):
        if db.session.get(PlayerFile, file_id) is None:
            store.drop(ROOM, file_id)
            store.drop_half(ROOM, file_id)
            swept += 1
    return swept


def _readable(data: bytes) -> tuple[str, bytes]:
    """What is kept of what was sent: its kind is what it is, whatever it was called."""
    if not data:
        raise DomainError("file_missing", field="file")
    if rules.is_pdf(_bounded(data)):
        return _PDF, data
    return _WEBP, redrawn(data, DOCUMENT_PIXELS)


def _bounded(data: bytes) -> bytes:
    if len(data) > MOST_BYTES:
        raise DomainError("file_too_large", field="file", most=MOST_BYTES // 1024 // 1024)
    return data


def _keep(user_id: UUID, kind: str, media_type: str, data: bytes) -> UUID:
    made = new_id()
    row = PlayerFile(id=made, user_id=user_id, kind=kind, media_type=media_type, size=len(data))
    row.key = store.put(ROOM, made, data)
    db.session.add(row)
    db.session.flush()
    return made


def _open_for_changes(user_id: UUID) -> None:
    hold(user_id)
    _require_profile(user_id)
    if state_of(user_id) not in OPEN:
        raise DomainError("verification_state", status=409)


def _require_profile(user_id: UUID) -> None:
    profile = row_of(user_id)
    if profile is None or profile.erased_at is not None:
        raise DomainError("not_registered", status=409)
