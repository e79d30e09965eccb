"""Finding people for operators: by a whole mail address or phone number, through their hash; or the newest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, select

from app.core.database.session import db
from app.core.errors import DomainError
from app.core.sealing.columns import PHONE, lookup
from app.people.accounts.models import User
from app.people.accounts.queries import find_by_email
from app.people.players.models import PlayerBlock, PlayerProfile, PlayerVerification
from app.people.players.profile.settings import playing
from app.people.players.verification.rules import State, as_state
from app.record.notifications.channels import phones


@dataclass(frozen=True, slots=True)
class Row:
    """Somebody in a list."""

    id: UUID
    name: str
    jurisdiction: str
    registered_at: datetime
    state: State
    is_blocked: bool


def find(text: str) -> UUID | None:
    """Whose address or number this is, whole and however it is written; parts of one find nobody."""
    if "@" in text:
        return find_by_email(text)
    try:
        number = phones.parse(text, playing().default_jurisdiction).e164
    except DomainError:
        return None
    return db.session.scalar(select(User.id).where(User.phone_hash == lookup(PHONE, number)))


def newest(state: State | None, before: datetime | None, most: int) -> Sequence[Row]:
    """Who registered last, of one state of verification or of any."""
    shut_out = and_(PlayerBlock.user_id == PlayerProfile.id, PlayerBlock.ended_at.is_(None))
    query = (
        select(PlayerProfile, PlayerVerification.state, PlayerBlock.id)
        .outerjoin(PlayerVerification, PlayerVerification.id == PlayerProfile.id)
        .outerjoin(PlayerBlock, shut_out)
        .order_by(PlayerProfile.registered_at.desc())
        .limit(most)
    )
    if before is not None:
        query = query.where(PlayerProfile.registered_at < before)
    if state == "none":
        query = query.where(PlayerVerification.state.is_(None) | (PlayerVerification.state == "none"))
    elif state is not None:
        query = query.where(PlayerVerification.state == state)
    return [
        Row(row.id, row.name or "", row.jurisdiction, row.registered_at, as_state(found), block is not None)
        for row, found, block in db.session.execute(query)
    ]


def exists(user_id: UUID) -> bool:
    """Whether there is such a person."""
    return db.session.get(User, user_id) is not None
