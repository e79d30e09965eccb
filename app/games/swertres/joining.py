"""Who somebody says to be, from the question for a code until the code is right. Nothing here commits."""

from __future__ import annotations

from datetime import timedelta
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import delete, func, select

from app.core.database.session import db
from app.core.errors import DomainError
from app.core.ids import new_id
from app.people.accounts.codes.contacts import Contact
from app.people.players.profile import rules, service
from app.people.players.profile.rules import Proposed
from app.people.players.profile.settings import age_limits
from app.people.players.queries import read_now

from .game import SWERTRES
from .models import SwertresRegistration

_KEPT: Final = timedelta(hours=1)
_WHERE: Final = "PH"


class Said(NamedTuple):
    """A name as it stands in one's papers, and a day of birth, written 1990-12-31."""

    name: str
    born: str


def remember(contact: Contact, said: Said) -> None:
    """Keep it for an hour in place of what was said of this contact before; what is older is forgotten.

    Raises DomainError: what no profile would take.
    """
    rules.checked(_proposed(said), age_limits(), read_now())
    _forget(contact)
    row = SwertresRegistration(id=new_id())
    row.contact, row.said = contact.text, said._asdict()
    db.session.add(row)
    db.session.flush()


def said_of(contact: Contact) -> Said | None:
    """What was said of a contact that has been shown to be somebody's; it is forgotten with that."""
    row = db.session.scalar(select(SwertresRegistration).where(SwertresRegistration.contact_hash == contact.hash))
    said = Said(**row.said) if row is not None else None
    _forget(contact)
    return said


def register(user_id: UUID, said: Said, locale: str) -> DomainError | None:
    """As `profile.service.register`: a refusal that is returned is raised once its effect is committed."""
    return service.register(user_id, _proposed(said), locale)


def _proposed(said: Said) -> Proposed:
    return Proposed(said.name, said.born, _WHERE, SWERTRES.currency)


def _forget(contact: Contact) -> None:
    old = SwertresRegistration.asked_at < func.now() - _KEPT
    db.session.execute(delete(SwertresRegistration).where((SwertresRegistration.contact_hash == contact.hash) | old))
