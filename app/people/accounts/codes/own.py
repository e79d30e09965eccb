"""A code to the strongest way that somebody's own account has: it shows that whoever asks is more than a session.

A mailbox is stronger than a phone, whose number others can get hold of. Nothing here commits.
"""

from __future__ import annotations

from uuid import UUID

from app.core.database.session import db
from app.core.limits.requester import requester_mark
from app.people.accounts.models import User
from app.people.accounts.rules import Asker
from app.record.audit.service import note

from . import service
from .contacts import Contact, contact_as_kept
from .service import Sent, Trier


def strongest_way(user_id: UUID) -> Contact | None:
    """The account's mail address, else its phone; None of who was erased."""
    user = db.session.get_one(User, user_id, populate_existing=True)
    kept = user.email or user.phone
    return contact_as_kept(kept) if kept is not None else None


def asks(user_id: UUID) -> Asker:
    """Who is counted for such a code: the person, wherever he is."""
    return Asker(requester_mark("codes", f"person {user_id}"), is_known=True)


def ask(user_id: UUID, contact: Contact, *, locale: str, template: str | None = None) -> Sent:
    """Send a code there, in a message that says what for. Raises as `service.ask`."""
    return service.ask(contact, asks(user_id), locale=locale, for_user=user_id, proves=True, template=template)


def is_right(user_id: UUID, contact: Contact, code: str | None) -> bool:
    """Use it up. Each try is counted first, so the caller commits whatever the answer is."""
    used = service.use(contact, code, Trier(asks(user_id).mark), for_user=user_id, proves=True)
    if used is None:
        note(f"user:{user_id}", "account.proof_refused", f"user:{user_id}")
    return used is not None
