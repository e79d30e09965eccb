"""What a right code opens: the account of the phone or mailbox it was sent to. Nothing here commits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from app.people.accounts import service as accounts
from app.people.accounts.login import attempts
from app.people.accounts.login.attempts import Asks, Method
from app.people.accounts.service import SignedIn
from app.record.audit.service import note

from . import service
from .contacts import Channel, Contact
from .service import Trier

_METHODS: Final[dict[Channel, Method]] = {"sms": "sms", "email": "mail_code"}
_STRENGTHS: Final[dict[Channel, str]] = {"sms": "sms", "email": "code"}


@dataclass(frozen=True, slots=True)
class CameIn:
    """Who came in, and how strong a session of theirs is. There is none yet."""

    user_id: UUID
    contact: Contact
    strength: str
    next_path: str


def come_in(
    contact: Contact, code: str | None, trier: Trier, asks: Asks, *, locale: str, sets_password: bool = False
) -> CameIn | None:
    """Use a code up, one that signs in or one that sets a password; None if it is not right, which its account is told
    of, if there is one.

    The try is counted first, so the caller commits whatever the answer is.
    """
    method = _METHODS[contact.channel]
    used = service.use(contact, code, trier, sets_password=sets_password)
    if used is None:
        attempts.was_refused_as(contact.is_users, method, asks)
        note("nobody", "account.login_denied", "login", method=method)
        return None
    if contact.channel == "email":
        user_id = accounts.user_with_email(contact.text, locale=locale)
    else:
        user_id = accounts.user_with_phone(contact.text, locale=locale)
    service.forget_others(contact)
    attempts.came_in(user_id, method, asks)
    note(f"user:{user_id}", "account.logged_in", f"user:{user_id}", method=method)
    return CameIn(user_id, contact, _STRENGTHS[contact.channel], used.next_path)


def begin_session(came: CameIn, *, agent: str, old_session: str | None, next_path: str) -> SignedIn:
    """A browser's session for who came in; the one before it ends."""
    if old_session:
        accounts.end_session(old_session)
    token = accounts.open_session(came.user_id, agent=agent, strength=came.strength)
    return SignedIn(came.user_id, came.contact.text, token, next_path)
