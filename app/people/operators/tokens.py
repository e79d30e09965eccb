"""Sessions of operators' programs: the same as those of the form, used by an access token and renewed by the next.

Called inside an edge's transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import exists, select

from app.core.database.session import db
from app.people.accounts.tokens import access, rotation
from app.record.audit.service import note

from . import queries, service
from .models import Operator, OperatorRefreshToken, OperatorSession
from .queries import Entered, Known, database_now, session_is_live


@dataclass(frozen=True, slots=True)
class Tokens:
    """Both tokens, which exist here and with the program only, and what they open."""

    access: str
    refresh: str
    privileges: frozenset[str]


def begin(operator: Known, *, agent: str) -> Tokens | None:
    """A session for a program. None: since the password was looked at, they were disabled or given another one."""
    made = service.new_session(operator, agent=agent)
    if made is None:
        return None
    return _issued(made.id, made.operator_id, operator.privileges, rotation.first(OperatorRefreshToken, made.id))


def refresh(text: str) -> Tokens | None:
    """The next two tokens; None if this one opens nothing. One that was used before ends its session, so the caller
    commits whatever the answer is."""
    lives = exists().where(OperatorSession.id == OperatorRefreshToken.session_id, session_is_live())
    turned = rotation.turn(OperatorRefreshToken, text, lives)
    if turned is None:
        return None
    row = db.session.scalars(
        select(Operator)
        .join(OperatorSession, OperatorSession.operator_id == Operator.id)
        .where(OperatorSession.id == turned.session_id)
    ).one()
    known = queries.known_by(row)
    if turned.text is None or known is None:
        if service.end_sessions_of(row.id, turned.session_id):
            note(f"operator:{row.name}", "operator.token_reused", f"operator:{row.name}")
        return None
    service.touch(turned.session_id)
    return _issued(turned.session_id, row.id, known.privileges, turned.text)


def entered_by(text: str) -> Entered | None:
    """Whose session an access token belongs to, while both live. Raises DomainError 403 `token_for_others`."""
    claims = access.opened(text, "operator") if access.looks_like_one(text) else None
    if claims is None:
        return None
    its = (OperatorSession.id == claims.family) & (OperatorSession.operator_id == claims.subject)
    return queries.entered_where(its & claims.is_in_force)


def _issued(session_id: UUID, operator_id: UUID, privileges: frozenset[str], refresh_token: str) -> Tokens:
    now = db.session.scalars(select(database_now())).one()
    return Tokens(access.issue("operator", operator_id, session_id, now), refresh_token, privileges)
