"""Reads: who is signed in, with which sessions, and what login is being waited for. Time is the database's."""

from __future__ import annotations

import hmac
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias, cast
from uuid import UUID

from flask_login import UserMixin
from sqlalchemy import ColumnElement, DateTime, Row, Table, bindparam, func, select

from app.core.database.session import db
from app.core.errors import DomainError
from app.core.ids import created_at, hash_secret
from app.core.sealing.columns import MAIL, PHONE, lookup, opened
from app.core.sealing.keyring import NotOpened

from .models import EmailMagicLink, User, UserSession
from .rules import IDLE_LIFETIME, SEEN_PRECISION, normalise_email


@dataclass(frozen=True)
class Identity(UserMixin):
    """Who is asking, by which session. `flask_login.current_user` is one of these, or anonymous."""

    id: UUID
    email: str
    locale: str
    roles: tuple[str, ...]
    session_id: UUID
    is_stale: bool
    """Whether the session's `last_seen_at` wants renewing."""
    strength: str = "link"
    """What the session was made by: `link`, `sms`, `code` or `password`."""
    phone: str = ""


@dataclass(frozen=True)
class SessionRow:
    """A session as its owner sees it."""

    id: UUID
    user_agent: str
    made_at: datetime
    last_seen_at: datetime


def database_now() -> ColumnElement[datetime]:
    """The database's clock decides about sessions and links: all web processes agree on it."""
    return func.clock_timestamp(type_=DateTime(timezone=True))


def session_is_live() -> ColumnElement[bool]:
    """Not revoked, and neither too long unused nor too old."""
    now = database_now()
    return (
        UserSession.revoked_at.is_(None)
        & (UserSession.expires_at > now)
        & (UserSession.last_seen_at > now - IDLE_LIFETIME)
    )


def link_is_live() -> ColumnElement[bool]:
    """Neither used nor too old."""
    return EmailMagicLink.consumed_at.is_(None) & (EmailMagicLink.expires_at > database_now())


def has_email(address: str) -> ColumnElement[bool]:
    """Whose normalised address this is, for a statement over users."""
    return User.email_hash == lookup(MAIL, address)


def has_phone(number: str) -> ColumnElement[bool]:
    """The same of a phone's number in E.164."""
    return User.phone_hash == lookup(PHONE, number)


def contacts_of(user_id: UUID) -> list[str]:
    """The mail address and the phone by which this account is reached, as far as it has them."""
    user = db.session.scalars(select(User).where(User.id == user_id).execution_options(populate_existing=True)).one()
    return [contact for contact in (user.email, user.phone) if contact]


def find_by_email(text: str) -> UUID | None:
    """The user whose address is exactly this, however it is written; parts of one find nobody."""
    try:
        address = normalise_email(text)
    except DomainError:
        return None
    return db.session.scalar(select(User.id).where(has_email(address)))


def emails_of(user_ids: Collection[UUID]) -> dict[UUID, str]:
    """The addresses of these users, of those who have one; whose does not open is told nowhere, and stops nobody."""
    users = db.session.scalars(select(User).where(User.id.in_(user_ids)))
    return {user.id: email for user in users if (email := email_of(user))}


def email_of(user: User) -> str | None:
    """A user's address; None: there is none, or it does not open."""
    try:
        return user.email
    except NotOpened:
        return None


def identity_of(token: str) -> Identity | None:
    """Whose live session `token` is."""
    return _identity(db.session.execute(_BY_TOKEN, {"token_hash": hash_secret(token)}).one_or_none())


def identity_where(which: ColumnElement[bool]) -> Identity | None:
    """Whose this session is, if it is live."""
    return _identity(db.session.execute(_LIVE.where(which)).one_or_none())


# Each request asks it: the statement is made once, and of columns, for it needs no row that remembers its changes.
_LIVE: Final = (
    select(
        *(User.id, User.email_sealed, User.phone_sealed, User.locale, User.roles, UserSession.id),
        *(UserSession.last_seen_at < database_now() - SEEN_PRECISION, UserSession.strength),
    )
    .join(UserSession, UserSession.user_id == User.id)
    .where(session_is_live())
)
_BY_TOKEN: Final = _LIVE.where(UserSession.token_hash == bindparam("token_hash"))


def _identity(row: _Live | None) -> Identity | None:
    if row is None:
        return None
    user_id, email, phone, locale, roles, session_id, is_stale, strength = row
    return Identity(
        user_id,
        _text("email_sealed", user_id, email),
        locale,
        tuple(roles),
        session_id,
        is_stale,
        strength,
        _text("phone_sealed", user_id, phone),
    )


_Live: TypeAlias = Row[UUID, bytes | None, bytes | None, str, list[str], UUID, bool, str]


def _text(column: str, user_id: UUID, value: bytes | None) -> str:
    return "" if value is None else opened(cast(Table, User.__table__).c[column], user_id.bytes, value).decode()


def sessions_of(user_id: UUID) -> list[SessionRow]:
    """The live sessions of a user, last used first."""
    rows = db.session.scalars(
        select(UserSession)
        .where(UserSession.user_id == user_id, session_is_live())
        .order_by(UserSession.last_seen_at.desc(), UserSession.id)
    )
    return [SessionRow(row.id, row.user_agent, created_at(row.id), row.last_seen_at) for row in rows]


def awaited_link(link_id: UUID, browser: str) -> EmailMagicLink | None:
    """The live link that this browser asked for."""
    link = db.session.scalar(
        select(EmailMagicLink)
        .where(EmailMagicLink.id == link_id, link_is_live())
        .execution_options(populate_existing=True)
    )
    return link if link is not None and hmac.compare_digest(link.browser_hash, hash_secret(browser)) else None


def link_by_token(token: str) -> EmailMagicLink | None:
    """The live link with this token, whoever asks. Only looking: nothing is consumed."""
    return db.session.scalar(
        select(EmailMagicLink)
        .where(EmailMagicLink.token_hash == hash_secret(token), link_is_live())
        .execution_options(populate_existing=True)
    )
