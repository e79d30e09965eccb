"""Sessions of applications: begun with two tokens, renewed by the second, ended with the session. Nothing commits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import exists, select

from app.core.database.session import db
from app.core.ports import Port
from app.people.accounts import service as accounts
from app.people.accounts.models import RefreshToken, UserSession
from app.people.accounts.queries import database_now, session_is_live
from app.record.audit.service import note

from . import access, rotation


def _nobody(user_id: UUID) -> bool:
    """Where nobody registers."""
    return False


IS_REGISTERED: Final = Port("whether somebody has a profile", _nobody)


@dataclass(frozen=True, slots=True)
class Tokens:
    """Both tokens of a session, which exist here and with the application only."""

    user_id: UUID
    access: str
    refresh: str

    @property
    def is_registered(self) -> bool:
        return IS_REGISTERED.get()(self.user_id)


def begin(user_id: UUID, *, agent: str, strength: str) -> Tokens:
    """A session whose own token nobody has: it is used by the two that are made here."""
    session_id, _ = accounts.new_session(user_id, agent=agent, strength=strength)
    return _issued(user_id, session_id, rotation.first(RefreshToken, session_id))


def refresh(text: str) -> Tokens | None:
    """The next two tokens; None if this one opens nothing.

    One that was used before ends its session, and what else it opened, so the caller commits whatever the answer is.
    Of two at once at most one gets tokens, and these are worth nothing: nobody can tell the thief from the owner.
    """
    lives = exists().where(UserSession.id == RefreshToken.session_id, session_is_live())
    turned = rotation.turn(RefreshToken, text, lives)
    if turned is None:
        return None
    user_id = db.session.scalars(select(UserSession.user_id).where(UserSession.id == turned.session_id)).one()
    if turned.text is None:
        if accounts.end_sessions(UserSession.id == turned.session_id):
            note(f"user:{user_id}", "account.token_reused", f"session:{turned.session_id}")
        return None
    accounts.touch(turned.session_id)
    return _issued(user_id, turned.session_id, turned.text)


def _issued(user_id: UUID, session_id: UUID, refresh_token: str) -> Tokens:
    now = db.session.scalars(select(database_now())).one()
    return Tokens(user_id, access.issue("player", user_id, session_id, now), refresh_token)
