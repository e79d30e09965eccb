"""A phone or a mail address more for one's account: by a live session, and a code to what is added. Nothing commits.

Whether a contact belongs to somebody else is told to nobody before its code is proven; then it is said, and not whose.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from app.core.database.session import TO_CHANGE, db
from app.core.errors import DomainError
from app.core.limits.requester import requester_mark
from app.core.sealing.columns import sealed
from app.people.accounts.codes import service as codes
from app.people.accounts.codes.contacts import Contact
from app.people.accounts.codes.service import Sent, Trier
from app.people.accounts.login import telling
from app.people.accounts.models import User
from app.people.accounts.rules import Asker
from app.record.audit.service import note


def asks(user_id: UUID, strength: str, contact: Contact) -> Asker:
    """Who is counted for such a code. Raises DomainError as `ask`, before it is counted."""
    _check(db.session.get_one(User, user_id, populate_existing=True), strength, contact)
    return stranger(user_id)


def ask(user_id: UUID, strength: str, contact: Contact, *, locale: str) -> Sent:
    """Send a code to what is to be added; the answer is the same whoever has it.

    Raises DomainError: `contact_same`, 409 `email_there`, 403 `phone_needs_mail`; as `codes.service.ask`.
    """
    _check(db.session.get_one(User, user_id, populate_existing=True), strength, contact)
    return send_to(user_id, contact, locale=locale)


def send_to(user_id: UUID, contact: Contact, *, locale: str) -> Sent:
    """Send a code to what is to be somebody's, whatever is there already. Raises as `codes.service.ask`."""
    return codes.ask(contact, stranger(user_id), locale=locale, for_user=user_id)


def is_right(user_id: UUID, contact: Contact, code: str | None) -> bool:
    """Use such a code up; a wrong one is counted and noted, so the caller commits whatever the answer is."""
    if codes.use(contact, code, Trier(_mark(user_id)), for_user=user_id) is not None:
        return True
    note(f"user:{user_id}", "account.way_refused", f"user:{user_id}", way=_way(contact))
    return False


def join(user_id: UUID, strength: str, contact: Contact, code: str | None) -> bool:
    """Give the account this phone or address; False if the code is not right: the caller commits all the same.

    Raises DomainError: as `ask`; 409 `contact_taken`: it is another account's, which whoever proved it may sign in to.
    """
    user = db.session.get_one(User, user_id, with_for_update=TO_CHANGE, populate_existing=True)
    if not is_right(user_id, contact, code):
        return False
    _check(user, strength, contact)
    telling.way_added(user_id, _way(contact))
    try:
        with db.session.begin_nested():
            values = sealed(User, user_id, **{_way(contact): contact.text})
            db.session.execute(update(User).where(User.id == user_id).values(values))
    except IntegrityError:
        raise DomainError("contact_taken", status=409, field=_way(contact)) from None
    note(f"user:{user_id}", "account.way_added", f"user:{user_id}", way=_way(contact))
    return True


def _check(user: User, strength: str, contact: Contact) -> None:
    """An address of mail is changed by its own link (`email/change.py`); and a stolen phone does not put another one in
    its owner's place where the owner can be reached by mail."""
    there = user.email if contact.channel == "email" else user.phone
    if there == contact.text:
        raise DomainError("contact_same", field=_way(contact))
    if there is None:
        return
    if contact.channel == "email":
        raise DomainError("email_there", status=409, field="email")
    if user.email is not None and strength == "sms":
        raise DomainError("phone_needs_mail", status=403, field="phone")


def _way(contact: Contact) -> str:
    return "email" if contact.channel == "email" else "phone"


def stranger(user_id: UUID) -> Asker:
    """A stranger, to what is not his yet."""
    return Asker(_mark(user_id), is_known=False)


def _mark(user_id: UUID) -> bytes:
    """Codes to join something are counted for the person, wherever he is."""
    return requester_mark("codes", f"person {user_id}")
