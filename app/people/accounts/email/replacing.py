"""Another mail address in the place of one's own, by codes: for accounts without a site. Nothing commits.

A code to the new address, and one to a way that the account has. From the old mailbox it holds at once. Whoever cannot
read that any more takes his phone, has had his papers verified, and waits: the old address is told, and can stop it.
A number may be another's by now; what makes up for that is the time, and that an operator can tell who somebody is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Select, delete, select

from app.core.config import current_settings
from app.core.database.session import TO_CHANGE, db
from app.core.errors import DomainError
from app.core.ids import hash_secret, new_id, new_secret
from app.core.ports import Port
from app.people.accounts import service
from app.people.accounts.codes import own
from app.people.accounts.codes import service as codes
from app.people.accounts.codes.contacts import Contact, sends_sms
from app.people.accounts.codes.own import Right, would
from app.people.accounts.joining import service as joining
from app.people.accounts.models import EmailChange, User, UserSession
from app.people.accounts.queries import database_now, has_email
from app.record.audit.service import note
from app.record.notifications.service import send_later

from . import change

By = Literal["email", "phone"]
WAITS: Final = timedelta(hours=72)
OPEN_FOR: Final = timedelta(days=7)


def _nobody(user_id: UUID) -> bool:
    """Where there are no sites, and nobody's papers are looked at."""
    return False


@dataclass(frozen=True, slots=True)
class Standing:
    """What others know of a person: whether he has a site or works at one, and whether papers showed who he is."""

    has_sites: Callable[[UUID], bool]
    is_verified: Callable[[UUID], bool]


STANDING: Final = Port("who has sites, and whose papers were verified", Standing(_nobody, _nobody))


def way(user_id: UUID, by: By) -> Contact:
    """Where the code goes that shows whose account it is.

    Raises DomainError: 403 `mail_needs_link` of an account with sites; `mail_needs_phone`, `mail_needs_papers` of who
        cannot read the old mailbox; 409 `email_missing` where there is none to replace.
    """
    user = db.session.get_one(User, user_id, populate_existing=True)
    if user.email is None:
        raise DomainError("email_missing", status=409, field="email")
    if STANDING.get().has_sites(user_id):
        raise DomainError("mail_needs_link", status=403, field="email")
    if by == "email":
        return Contact("email", user.email)
    if user.phone is None or not sends_sms():
        raise DomainError("mail_needs_phone", status=403, field="email")
    if not STANDING.get().is_verified(user_id):
        raise DomainError("mail_needs_papers", status=403, field="email")
    return Contact("sms", user.phone)


def check_new(user_id: UUID, contact: Contact) -> None:
    """Raises DomainError `contact_same`."""
    if db.session.get_one(User, user_id, populate_existing=True).email == contact.text:
        raise DomainError("contact_same", field="email")


def ask(user_id: UUID, by: By, contact: Contact, *, locale: str) -> None:
    """Send both codes. Raises DomainError: as `way` and `check_new`; as `codes.service.ask`."""
    check_new(user_id, contact)
    own.ask(user_id, way(user_id, by), "mail", locale=locale)
    joining.send_to(user_id, contact, locale=locale)


def awaited(user_id: UUID) -> Contact | None:
    """The new address whose code is out."""
    found = codes.to_join(user_id)
    return Contact("email", found.contact) if found is not None and found.channel == "email" else None


def replace(
    user_id: UUID, session_id: UUID, by: By, contact: Contact, given: tuple[str | None, str | None], *, locale: str
) -> Right:
    """Take the new address, or from a phone let it wait, if both codes are right: first that of the account's way, then
    that of the new address. Wrong tries are counted, so the caller commits whatever the answer is.

    Raises DomainError: as `way` and `check_new`; 409 `contact_taken`.
    """
    user = db.session.get_one(User, user_id, with_for_update=TO_CHANGE, populate_existing=True)
    there = way(user_id, by)
    check_new(user_id, contact)
    right = Right(
        would(lambda: own.is_right(user_id, there, "mail", given[0])),
        would(lambda: joining.is_right(user_id, contact, given[1])),
    )
    if not right.both:
        return right
    own.is_right(user_id, there, "mail", given[0])
    joining.is_right(user_id, contact, given[1])
    if by == "email":
        _put(user, contact.text, session_id, locale)
    else:
        _let_wait(user, session_id, contact.text)
    return right


def waiting(user_id: UUID) -> EmailChange | None:
    """The address that waits for its time, or for a second yes since."""
    return db.session.scalar(_live().where(EmailChange.user_id == user_id))


def take(user_id: UUID, session_id: UUID, *, locale: str) -> str | None:
    """The second yes, once its time has come: the address that somebody has now; None: none is to be had yet.

    Raises DomainError: 403 `mail_needs_link`, 409 `contact_taken`.
    """
    user = db.session.get_one(User, user_id, with_for_update=TO_CHANGE, populate_existing=True)
    found = db.session.scalar(_live().where(EmailChange.user_id == user_id, EmailChange.opens_at <= database_now()))
    if found is None:
        return None
    if STANDING.get().has_sites(user_id):
        raise DomainError("mail_needs_link", status=403, field="email")
    address = found.email
    _put(user, address, session_id, locale)
    return address


def stop(user_id: UUID) -> None:
    """Keep the address that one has: by any session of the account."""
    _stop(EmailChange.user_id == user_id)


def by_link(token: str) -> EmailChange | None:
    """What the link to the old address stops. Only looking."""
    return db.session.scalar(_live().where(EmailChange.token_hash == hash_secret(token)))


def stop_by_link(token: str) -> bool:
    """The same from the old mailbox, by whoever reads it: the session that asked ends, too."""
    session_id = _stop(EmailChange.token_hash == hash_secret(token))
    if session_id is not None:
        service.end_sessions(UserSession.id == session_id)
    return session_id is not None


def _stop(which: ColumnElement[bool]) -> UUID | None:
    """Forget what waits; which session had asked."""
    row = db.session.execute(
        delete(EmailChange)
        .where(which, EmailChange.opens_at.is_not(None), EmailChange.confirmed_at.is_(None))
        .returning(EmailChange.user_id, EmailChange.session_id)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if row is None:
        return None
    note(f"user:{row.user_id}", "account.email_change_stopped", f"user:{row.user_id}")
    session_id: UUID = row.session_id
    return session_id


def _put(user: User, address: str, session_id: UUID, locale: str) -> None:
    try:
        change.put(user, address, keep=session_id, locale=locale)
    except DomainError:
        raise DomainError("contact_taken", status=409, field="email") from None


def _let_wait(user: User, session_id: UUID, address: str) -> None:
    """From a phone: it may be used when it has waited, and the old address hears of it, each time."""
    if db.session.scalar(select(User.id).where(has_email(address))) is not None:
        raise DomainError("contact_taken", status=409, field="email")
    change.withdraw(user.id)
    token, opens_at = new_secret(), database_now() + WAITS
    db.session.add(
        EmailChange(
            id=new_id(),
            user_id=user.id,
            session_id=session_id,
            email=address,
            token_hash=hash_secret(token),
            opens_at=opens_at,
            expires_at=opens_at + OPEN_FOR,
        )
    )
    db.session.flush()
    link = f"{current_settings().base_url}/play/ways/mail/stop?token={token}"
    hours = int(WAITS.total_seconds()) // 3600
    send_later("email", user.email or "", "mail_change_waits", user.locale, address=address, hours=hours, link=link)
    note(f"user:{user.id}", "account.email_change_asked", f"user:{user.id}")


def _live() -> Select[EmailChange]:
    """What waits and is not too old. It outlives the session that asked for it."""
    return (
        select(EmailChange)
        .where(
            EmailChange.opens_at.is_not(None),
            EmailChange.confirmed_at.is_(None),
            EmailChange.expires_at > database_now(),
        )
        .execution_options(populate_existing=True)
    )
