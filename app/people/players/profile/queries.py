"""Reads: who somebody is, and until when he is kept from playing."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import InstrumentedAttribute

from app.core.database.session import db
from app.core.sealing.columns import lookup
from app.people.accounts.models import User
from app.people.accounts.queries import database_now
from app.people.accounts.rules import mailbox_of
from app.people.players.models import MARK, PlayerBlock, PlayerExclusion, PlayerMark, PlayerProfile, PlayerTimeout

from .folding import mark_of_contact

HOUSE: Final = "system"
"""Who has shut somebody out where no operator has."""


@dataclass(frozen=True, slots=True)
class Profile:
    """Who somebody is; of who has not registered, or was erased, only how he is reached."""

    id: UUID
    email: str | None
    phone: str | None
    locale: str
    name: str | None = None
    born: date | None = None
    jurisdiction: str | None = None
    currency: str | None = None
    registered_at: datetime | None = None

    @property
    def is_registered(self) -> bool:
        """Whether we know who he is."""
        return self.born is not None


def profile_of(user_id: UUID) -> Profile:
    """Of somebody who is signed in."""
    user = db.session.scalars(select(User).where(User.id == user_id).execution_options(populate_existing=True)).one()
    known = Profile(user.id, user.email, user.phone, user.locale)
    row = row_of(user_id)
    if row is None or row.birth_date is None:
        return known
    return Profile(
        known.id,
        known.email,
        known.phone,
        known.locale,
        name=row.name,
        born=date.fromisoformat(row.birth_date),
        jurisdiction=row.jurisdiction,
        currency=row.currency,
        registered_at=row.registered_at,
    )


def row_of(user_id: UUID) -> PlayerProfile | None:
    """As it is kept, whatever this session has read before."""
    query = select(PlayerProfile).where(PlayerProfile.id == user_id)
    return db.session.scalar(query.execution_options(populate_existing=True))


def names_of(user_ids: Collection[UUID]) -> dict[UUID, str]:
    """What these people are called, as far as we know it, read at once."""
    rows = db.session.scalars(select(PlayerProfile).where(PlayerProfile.id.in_(user_ids))) if user_ids else ()
    return {row.id: row.name for row in rows if row.name}


def marks_of_contacts(user_id: UUID) -> dict[str, str]:
    """By what somebody's mailbox, however its address is spelled, and phone are known, by their kind."""
    user = db.session.scalars(select(User).where(User.id == user_id)).one()
    contacts = {"email": user.email and mailbox_of(user.email), "phone": user.phone}
    return {kind: mark_of_contact(kind, address) for kind, address in contacts.items() if address is not None}


def contacts_known_by(user_id: UUID) -> list[str]:
    """Every mark that these may have been kept by: also of the address as it is spelled, as it was kept at first."""
    user = db.session.scalars(select(User).where(User.id == user_id)).one()
    spelled = [mark_of_contact("email", user.email)] if user.email is not None else []
    return list(dict.fromkeys([*marks_of_contacts(user_id).values(), *spelled]))


def block_of(user_id: UUID) -> PlayerBlock | None:
    """By which somebody is shut out now."""
    return db.session.scalar(select(PlayerBlock).where(PlayerBlock.user_id == user_id, PlayerBlock.ended_at.is_(None)))


def is_doubted(user_id: UUID) -> bool:
    """Whether papers have to show first how old somebody is: he had written another date of birth before."""
    block = block_of(user_id)
    return block is not None and block.begun_by == HOUSE


def is_kept_out(user_id: InstrumentedAttribute[UUID]) -> ColumnElement[bool]:
    """Of somebody in a query: that he is off, excluded or shut out now."""
    return (
        exists().where(PlayerExclusion.user_id == user_id, PlayerExclusion.ends_at > database_now())
        | exists().where(PlayerTimeout.user_id == user_id, PlayerTimeout.ends_at > database_now())
        | exists().where(PlayerBlock.user_id == user_id, PlayerBlock.ended_at.is_(None))
    )


def is_kept_away(user_id: UUID, marks: Sequence[str]) -> bool:
    """Whether one of these marks is that of somebody else who is off, excluded or shut out now."""
    if not marks:
        return False
    found = (
        select(PlayerMark.id)
        .where(
            PlayerMark.mark_hash.in_([lookup(MARK, mark) for mark in marks]),
            PlayerMark.user_id != user_id,
            is_kept_out(PlayerMark.user_id),
        )
        .limit(1)
    )
    return db.session.scalar(found) is not None
