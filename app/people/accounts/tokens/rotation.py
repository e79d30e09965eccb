"""Refresh tokens: each is used once and brings the next; one that is used again ends its family.

The table is its owner's: people's refers to their sessions, operators' to theirs. A session is a family.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, insert, select, update

from app.core.database.session import db
from app.core.ids import hash_secret, new_id, new_secret
from app.people.accounts.queries import database_now

from .models import Rotating

LIFETIME: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Turn:
    """What became of a refresh token: its family, and the token after it; None: it was used before."""

    session_id: UUID
    text: str | None


def first(table: type[Rotating], session_id: UUID) -> str:
    """The first, or the next, refresh token of a session; it is not kept."""
    text = new_secret()
    values = {"id": new_id(), "session_id": session_id, "token_hash": hash_secret(text)}
    db.session.execute(insert(table).values(**values, expires_at=database_now() + LIFETIME))
    return text


def turn(table: type[Rotating], text: str, session_lives: ColumnElement[bool]) -> Turn | None:
    """Use a refresh token up: one UPDATE decides who of several gets the next. None: it opens nothing.

    A turn without a text is a reuse: the caller ends the family, and commits.
    """
    this = table.token_hash == hash_secret(text)
    used = db.session.execute(
        update(table)
        .where(this, table.used_at.is_(None), table.expires_at > database_now(), session_lives)
        .values(used_at=database_now())
        .returning(table.session_id)
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    if used is not None:
        return Turn(used, first(table, used))
    reused = db.session.scalar(select(table.session_id).where(this, table.used_at.is_not(None)))
    return Turn(reused, None) if reused is not None else None
