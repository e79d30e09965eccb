"""A code to the strongest way that somebody's own account has: it shows that whoever asks is more than a session.

A mailbox is stronger than a phone, whose number others can get hold of. A code proves for one deed, which its message
names: what somebody is talked into telling for one is worth nothing for the others. Nothing here commits.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from app.core.database.session import db
from app.core.limits.requester import requester_mark
from app.people.accounts.models import User
from app.people.accounts.rules import Asker
from app.record.audit.service import note

from . import service
from .contacts import Contact, contact_as_kept
from .service import Deed, Sent, Trier

_TEMPLATES: Final[dict[Deed, str]] = {"erasing": "proof_code", "mail": "mail_change_code", "way": "way_code"}


@dataclass(frozen=True, slots=True)
class Right:
    """Which of two codes are right: of a way that the account has, and of a new one."""

    own: bool
    new: bool

    @property
    def both(self) -> bool:
        return self.own and self.new


def strongest_way(user_id: UUID) -> Contact | None:
    """The account's mail address, else its phone; None of who was erased."""
    user = db.session.get_one(User, user_id, populate_existing=True)
    kept = user.email or user.phone
    return contact_as_kept(kept) if kept is not None else None


def asks(user_id: UUID, deed: Deed) -> Asker:
    """Who is counted for such a code: the person, wherever he is, for each deed."""
    return Asker(requester_mark("codes", f"person {user_id} {deed}"), is_known=True)


def ask(user_id: UUID, contact: Contact, deed: Deed, *, locale: str) -> Sent:
    """Send a code there, in a message that says what for. Raises as `service.ask`."""
    asker = asks(user_id, deed)
    return service.ask(contact, asker, locale=locale, for_user=user_id, proves=deed, template=_TEMPLATES[deed])


def is_right(user_id: UUID, contact: Contact, deed: Deed, code: str | None) -> bool:
    """Use it up. Each try is counted first, so the caller commits whatever the answer is."""
    used = service.use(contact, code, Trier(asks(user_id, deed).mark), for_user=user_id, proves=deed)
    if used is None:
        note(f"user:{user_id}", "account.proof_refused", f"user:{user_id}")
    return used is not None


def would(is_right: Callable[[], bool]) -> bool:
    """Whether a code is right, without using it up: the other one may be wrong. A wrong try stays counted."""
    with db.session.begin_nested() as tried:
        found = is_right()
        if found:
            tried.rollback()
    return found


def masked(contact: Contact) -> str:
    """Enough of it for its owner to know it again, and too little to write to."""
    if contact.channel == "email":
        name, _, host = contact.text.partition("@")
        return f"{name[:1]}…@{host}"
    return f"{contact.text[:3]}…{contact.text[-2:]}"
