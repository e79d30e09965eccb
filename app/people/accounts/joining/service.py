"""A phone or a mail address more for one's account: by a code to what is added, and one to the strongest way that it
had, unless the session was opened by that way just now. Nothing commits.

Whoever has a session and nothing else would have the first code sent to himself.

Whether a contact belongs to somebody else is told to nobody before its code is proven; then it is said, and not whose.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from app.core import clock
from app.core.database.session import TO_CHANGE, db
from app.core.errors import DomainError
from app.core.ids import created_at
from app.core.limits.requester import requester_mark
from app.core.sealing.columns import sealed
from app.people.accounts.codes import own
from app.people.accounts.codes import service as codes
from app.people.accounts.codes.contacts import Channel, Contact
from app.people.accounts.codes.own import Right
from app.people.accounts.codes.service import Sent, Trier
from app.people.accounts.login import telling
from app.people.accounts.models import User
from app.people.accounts.queries import Identity
from app.people.accounts.rules import Asker
from app.record.audit.service import note

_FRESH_FOR: Final = timedelta(minutes=10)
_CHANNELS: Final[dict[str, Channel]] = {"sms": "sms", "link": "email", "code": "email"}
"""Which way a session of each strength was opened by; a password is none."""


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


def proof_wanted(person: Identity, asked_at: datetime) -> Contact | None:
    """Where a code goes that shows whose account it is; None: what opened the session shows it for a code that was
    asked for then."""
    there = own.strongest_way(person.id)
    if there is None or (_CHANNELS.get(person.strength) == there.channel and _is_fresh(person, asked_at)):
        return None
    return there


def proof_awaited(person: Identity) -> Contact | None:
    """The same, for the newest code that was asked for: if none is, for one that would be asked for now."""
    found = codes.to_join(person.id)
    return proof_wanted(person, created_at(found.id) if found is not None else clock.now())


def ask_proof(user_id: UUID, there: Contact, *, locale: str) -> Sent:
    """Send the code there. Raises as `codes.service.ask`."""
    return own.ask(user_id, there, "way", locale=locale)


def join(person: Identity, contact: Contact, code: str | None, proof: str | None) -> Right:
    """Give the account this phone or address, if the code and the proof, where it takes one, are right. Wrong tries are
    counted, so the caller commits whatever the answer is.

    Raises DomainError: as `ask`; 403 `proof_needed`, with the `way` masked, before any try is counted; 409
        `contact_taken`: it is another account's, which whoever proved it may sign in to.
    """
    user_id = person.id
    user = db.session.get_one(User, user_id, with_for_update=TO_CHANGE, populate_existing=True)
    there = proof_awaited(person)
    if there is not None and proof is None:
        raise DomainError("proof_needed", status=403, field="proof", way=own.masked(there))
    right = Right(
        there is None or own.would(lambda: own.is_right(user_id, there, "way", proof)),
        own.would(lambda: is_right(user_id, contact, code)),
    )
    if not right.both:
        return right
    if there is not None:
        own.is_right(user_id, there, "way", proof)
    is_right(user_id, contact, code)
    _check(user, person.strength, contact)
    telling.way_added(user_id, _way(contact))
    try:
        with db.session.begin_nested():
            values = sealed(User, user_id, **{_way(contact): contact.text})
            db.session.execute(update(User).where(User.id == user_id).values(values))
    except IntegrityError:
        raise DomainError("contact_taken", status=409, field=_way(contact)) from None
    note(f"user:{user_id}", "account.way_added", f"user:{user_id}", way=_way(contact))
    return right


def _is_fresh(person: Identity, at: datetime) -> bool:
    return at - created_at(person.session_id) <= _FRESH_FOR


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
