"""Changing one's mail address: confirmed in the new mailbox, told to the old one before and after. Nothing commits."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Select, delete, select, update
from sqlalchemy.exc import IntegrityError

from app.core.config import current_settings
from app.core.database.session import TO_CHANGE, db
from app.core.errors import DomainError
from app.core.ids import hash_secret, new_id, new_secret
from app.core.sealing.columns import sealed
from app.people.accounts import service
from app.people.accounts.login import telling
from app.people.accounts.models import EmailChange, User, UserSession
from app.people.accounts.queries import database_now, session_is_live
from app.people.accounts.rules import EMAIL_CHANGE_LIFETIME, normalise_email
from app.record.audit.service import note
from app.record.notifications.service import send_later


def ask(user_id: UUID, session_id: UUID, text: str, *, locale: str) -> str:
    """Send a link to the new address and a warning to the old one; the new address. An earlier wish is forgotten.

    Whether somebody else has that address is told only to whoever opens its link.

    Raises:
        DomainError: `email_invalid`, or `email_same` (field `email`).
    """
    address = normalise_email(text)
    user = db.session.get_one(User, user_id, with_for_update=TO_CHANGE, populate_existing=True)
    if address == user.email:
        raise DomainError("email_same", field="email")
    withdraw(user_id)
    token = new_secret()
    db.session.add(
        EmailChange(
            id=new_id(),
            user_id=user_id,
            session_id=session_id,
            email=address,
            token_hash=hash_secret(token),
            expires_at=database_now() + EMAIL_CHANGE_LIFETIME,
        )
    )
    db.session.flush()
    base_url = current_settings().base_url
    minutes = EMAIL_CHANGE_LIFETIME.seconds // 60
    link = f"{base_url}/account/email/confirm?token={token}"
    send_later("email", address, "email_change", locale, link=link, minutes=minutes)
    if user.email:
        send_later("email", user.email, "email_change_asked", locale, address=address, link=f"{base_url}/account")
    note(f"user:{user_id}", "account.email_change_asked", f"user:{user_id}")
    return address


def waiting(user_id: UUID) -> EmailChange | None:
    """The change that waits for its confirmation."""
    return db.session.scalar(_live().where(EmailChange.user_id == user_id))


def by_token(user_id: UUID, token: str) -> EmailChange | None:
    """The user's waiting change with this token. Only looking: nothing is used up."""
    return db.session.scalar(
        _live().where(EmailChange.user_id == user_id, EmailChange.token_hash == hash_secret(token))
    )


def withdraw(user_id: UUID) -> None:
    """Forget what waits."""
    db.session.execute(delete(EmailChange).where(EmailChange.user_id == user_id, EmailChange.confirmed_at.is_(None)))


def confirm(user_id: UUID, session_id: UUID, token: str, *, locale: str) -> str | None:
    """Give the user the new address, end their other sessions and tell the old mailbox; None if nothing waits.

    The link alone is not enough: it counts in a browser in which the same user is signed in, so that an address
    mistyped gives the account to nobody.

    Raises:
        DomainError: 409 `email_taken`: the address belongs to another account.
    """
    user = db.session.get_one(User, user_id, with_for_update=TO_CHANGE, populate_existing=True)
    change = by_token(user_id, token)
    if change is None:
        return None
    address = change.email
    db.session.execute(update(EmailChange).where(EmailChange.id == change.id).values(confirmed_at=database_now()))
    put(user, address, keep=session_id, locale=locale)
    return address


def put(user: User, address: str, *, keep: UUID, locale: str) -> None:
    """Put an address that was shown to be somebody's in the place of his. His other sessions end, what else waited is
    forgotten, and the old mailbox is told.

    Raises DomainError: 409 `email_taken`.
    """
    old = user.email
    try:
        with db.session.begin_nested():
            db.session.execute(update(User).where(User.id == user.id).values(sealed(User, user.id, email=address)))
    except IntegrityError:
        raise DomainError("email_taken", status=409, field="email") from None
    withdraw(user.id)
    service.revoke_other_sessions(user.id, keep=keep)
    note(f"user:{user.id}", "account.email_changed", f"user:{user.id}")
    if old:
        send_later("email", old, "email_changed", locale, address=address)
        telling.email_changed(user.id)


def _live() -> Select[EmailChange]:
    """Neither confirmed nor too old, by the link, and asked for by a session that nobody has ended."""
    return (
        select(EmailChange)
        .join(UserSession, UserSession.id == EmailChange.session_id)
        .where(
            EmailChange.confirmed_at.is_(None),
            EmailChange.opens_at.is_(None),
            EmailChange.expires_at > database_now(),
            session_is_live(),
        )
        .execution_options(populate_existing=True)
    )
