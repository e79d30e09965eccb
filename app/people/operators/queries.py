"""Reads: who is an operator, with which privileges, and by which session. Time is the database's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, DateTime, func, select

from app.core.config import current_settings
from app.core.database.session import db
from app.core.ids import hash_secret
from app.core.operators import is_name

from .models import Operator, OperatorSession
from .rules import IDLE_LIFETIME, MODULES, SEEN_PRECISION

_MAX_TOKEN_LENGTH = 64


@dataclass(frozen=True, slots=True)
class Known:
    """An operator who may come in. `password_hash` is their own, else the settings'. `has_totp`: a code is asked
    for beside it."""

    name: str
    password_hash: str
    privileges: frozenset[str]
    has_totp: bool = False


@dataclass(frozen=True, slots=True)
class Entered:
    """An operator with a live session; `is_stale`: its `last_seen_at` wants renewing."""

    operator: Known
    session_id: UUID
    is_stale: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """An operator as commands list them. `way`: whose password lets them in, `own`, `settings` or `none`."""

    name: str
    way: str
    is_disabled: bool
    privileges: Sequence[str]
    sessions: int


def database_now() -> ColumnElement[datetime]:
    """The database's clock decides about sessions: all web processes agree on it."""
    return func.clock_timestamp(type_=DateTime(timezone=True))


def session_is_live() -> ColumnElement[bool]:
    """Not ended, and neither too long unused nor too old."""
    now = database_now()
    return (
        OperatorSession.revoked_at.is_(None)
        & (OperatorSession.expires_at > now)
        & (OperatorSession.last_seen_at > now - IDLE_LIFETIME)
    )


def known(name: str) -> Known | None:
    """The operator of that name; one of the settings without a row has every privilege."""
    if not is_name(name):
        return None
    row = db.session.scalars(select(Operator).where(Operator.name == name)).first()
    if row is not None:
        return known_by(row)
    hashed = current_settings().operator_hashes.get(name)
    return Known(name, hashed, frozenset(MODULES)) if hashed else None


def entered_by(token: str) -> Entered | None:
    """Whose session this is. An operator who is disabled, or whom nothing names any more, has none that opens."""
    if not 0 < len(token) <= _MAX_TOKEN_LENGTH or not token.isascii():
        return None
    return entered_where(OperatorSession.token_hash == hash_secret(token))


def entered_where(which: ColumnElement[bool]) -> Entered | None:
    """The same of a session that is found otherwise."""
    found = db.session.execute(
        select(Operator, OperatorSession.id, OperatorSession.last_seen_at < database_now() - SEEN_PRECISION)
        .join(OperatorSession, OperatorSession.operator_id == Operator.id)
        .where(which, session_is_live())
    ).first()
    operator = known_by(found[0]) if found is not None else None
    return Entered(operator, found[1], bool(found[2])) if found is not None and operator is not None else None


def codes_of(name: str) -> tuple[str | None, bool]:
    """The secret of an operator's one-time codes, and whether these are asked for."""
    row = db.session.scalars(select(Operator).where(Operator.name == name)).first()
    return (row.totp, row.totp_last_step is not None) if row is not None else (None, False)


def sessions_of(name: str) -> Sequence[OperatorSession]:
    """The live sessions of an operator, the last used first."""
    query = select(OperatorSession).join(Operator, Operator.id == OperatorSession.operator_id)
    return db.session.scalars(
        query.where(Operator.name == name, session_is_live()).order_by(OperatorSession.last_seen_at.desc())
    ).all()


def has_live_session(row: Operator, session_id: UUID) -> bool:
    """Whether that session is this operator's, and has not ended."""
    return (
        db.session.execute(
            select(OperatorSession.id).where(
                OperatorSession.id == session_id, OperatorSession.operator_id == row.id, session_is_live()
            )
        ).first()
        is not None
    )


def everybody() -> list[Listed]:
    """All who are named by a row or by the settings."""
    sessions = dict(
        db.session.execute(
            select(OperatorSession.operator_id, func.count())
            .where(session_is_live())
            .group_by(OperatorSession.operator_id)
        )
        .tuples()
        .all()
    )
    rows = {row.name: row for row in db.session.scalars(select(Operator))}
    named = current_settings().operator_hashes
    found = []
    for name in sorted({*rows, *named}):
        row = rows.get(name)
        way = "own" if row is not None and row.password_hash else "settings" if name in named else "none"
        found.append(
            Listed(
                name,
                way,
                is_disabled=row is not None and row.disabled_at is not None,
                privileges=MODULES if row is None else row.privileges,
                sessions=0 if row is None else sessions.get(row.id, 0),
            )
        )
    return found


def rows() -> list[Operator]:
    """All of them, by name; who has no row yet has one here that is not kept."""
    found = {row.name: row for row in db.session.scalars(select(Operator))}
    for name in current_settings().operator_hashes:
        found.setdefault(name, Operator(name=name, privileges=list(MODULES)))
    return [found[name] for name in sorted(found)]


def known_by(row: Operator) -> Known | None:
    """The operator of a row, unless it is disabled or nobody gives them a password."""
    hashed = row.password_hash or current_settings().operator_hashes.get(row.name)
    if row.disabled_at is not None or not hashed:
        return None
    return Known(row.name, hashed, frozenset(row.privileges), row.totp_last_step is not None)
