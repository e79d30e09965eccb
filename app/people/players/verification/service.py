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
from app.core.ids import new_id
from app.people.accounts.queries import database_now
from app.people.players.matches.queries import is_held
from app.people.players.models import PlayerFile, PlayerVerification
from app.people.players.operating import doubts
from app.people.players.profile import marks
from app.people.players.profile.queries import block_of
from app.people.players.profile.standing import require_registered
from app.people.players.queries import breaks_of
from app.people.players.spending import hold
from app.people.players.telling.notices import verification_decided
from app.record.audit.service import note

from . import rules
from .queries import ROOM, documents_of, state_of
from .reading import Readable
from .rules import MOST_FILES, OPEN, PICTURE, Move, State


def add_document(user_id: UUID, kind: str, read: Readable) -> UUID:
    """Keep a document; its id.

    Raises DomainError: `document_kind_unknown`; 409 `not_registered`, `verification_state`, `documents_too_many`.
    """
    rules.check_kind(kind)
    _open_for_changes(user_id)
    if len(documents_of(user_id)) >= MOST_FILES:
        raise DomainError("documents_too_many", status=409, most=MOST_FILES)
    made = _keep(user_id, kind, read)
    note(f"user:{user_id}", "player.document_added", f"user:{user_id}", kind=kind, document=str(made))
    return made


def remove_document(user_id: UUID, file_id: UUID) -> None:
    """Take a document back. Raises NotFound, and DomainError 409 `verification_state`."""
    _open_for_changes(user_id)
    if file_id not in [one.id for one in documents_of(user_id)]:
        raise NotFound
    drop_files(user_id, file_id)
    note(f"user:{user_id}", "player.document_removed", f"user:{user_id}", document=str(file_id))


def show_picture(user_id: UUID, read: Readable) -> UUID:
    """Put a picture in the place of the one before. Raises DomainError 409 `not_registered`."""
    hold(user_id)
    require_registered(user_id)
    hide_picture(user_id)
    return _keep(user_id, PICTURE, read)


def hide_picture(user_id: UUID) -> None:
    """Remove the picture, if there is one."""
    found = db.session.scalars(select(PlayerFile.id).where(PlayerFile.user_id == user_id, PlayerFile.kind == PICTURE))
    drop_files(user_id, *found)


def submit(user_id: UUID) -> State:
    """Hand the documents in; who is verified, and held by a match that came since, hands in once more what he has. Not
    while he is kept out himself: what papers have shown of him then stands behind the marks that keep him out.

    Raises DomainError 409: `verification_state`, `documents_missing`, `not_registered`.
    """
    hold(user_id)  # first of all: nobody takes a document away between this look and the move
    require_registered(user_id)
    if not any(one.kind == "identity" for one in documents_of(user_id)):
        raise DomainError("documents_missing", status=409)
    is_again = may_reopen(user_id)
    return move(user_id, "reopen" if is_again else "submit", actor=f"user:{user_id}")


def may_reopen(user_id: UUID) -> bool:
    """Whether papers that have shown who somebody is may be looked at once more, because of a match that came since."""
    if state_of(user_id) != "verified" or breaks_of(user_id).is_on or block_of(user_id) is not None:
        return False
    return is_held(user_id)


def withdraw(user_id: UUID) -> State:
    """Take the request back, to change what was handed in. Raises DomainError 409 `verification_state`."""
    return move(user_id, "withdraw", actor=f"user:{user_id}")


def move(user_id: UUID, what: Move, *, actor: str, reason: str = "", tells: bool = True) -> State:
    """Make one of the moves that there are; the state after it. `tells`: the person is told of a decision.

    Raises DomainError 409 `verification_state`.
    """
    hold(user_id)
    after = rules.moved(state_of(user_id), what)
    said = {"state": after, "reason": reason if after == "rejected" else "", "changed_at": database_now()}
    db.session.execute(
        insert(PlayerVerification).values(id=user_id, **said).on_conflict_do_update(index_elements=["id"], set_=said)
    )
    marks.say_whether_verified(user_id)
    if after == "verified":
        doubts.settle(user_id)
    note(actor, f"player.verification_{_TOLD[what]}", f"user:{user_id}", reason)
    if tells and after in ("verified", "rejected"):
        verification_decided(user_id, after)
    return after


_TOLD: Final = {"submit": "asked", "reopen": "asked", "withdraw": "withdrawn", "verify": "given", "reject": "refused"}


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


def _keep(user_id: UUID, kind: str, read: Readable) -> UUID:
    made = new_id()
    row = PlayerFile(id=made, user_id=user_id, kind=kind, media_type=read.media_type, size=len(read.content))
    row.key = store.put(ROOM, made, read.content)
    db.session.add(row)
    db.session.flush()
    return made


def _open_for_changes(user_id: UUID) -> None:
    hold(user_id)
    require_registered(user_id)
    if state_of(user_id) not in OPEN:
        raise DomainError("verification_state", status=409)
