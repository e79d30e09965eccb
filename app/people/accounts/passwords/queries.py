"""Reads: whose password is hashed how."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog
from sqlalchemy import ColumnElement, select

from app.core.database.session import db
from app.core.sealing.keyring import NotOpened
from app.people.accounts.models import Password, User

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Known:
    """A person who has a password, and its hash."""

    user_id: UUID
    hash: str


def known_where(whose: ColumnElement[bool], *, to_change: bool = False) -> Known | None:
    """The password of the person whom a condition over users finds. One that cannot be opened is none.

    `to_change`: it stays as it is until the caller's transaction ends.
    """
    query = select(Password).join(User, User.id == Password.id).where(whose).execution_options(populate_existing=True)
    found = db.session.scalar(query.with_for_update(of=Password, key_share=True) if to_change else query)
    try:
        return Known(found.id, found.hash) if found is not None else None
    except NotOpened as error:
        log.error("password_not_opened", reason=str(error))
        return None


def set_at(user_id: UUID) -> datetime | None:
    """Since when somebody has the password they have; None: they have none."""
    return db.session.scalar(select(Password.set_at).where(Password.id == user_id))
