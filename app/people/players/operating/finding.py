"""Finding people for operators: by a whole mail address or phone number, through their hash; or the newest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select, true

from app.core.database.session import db
from app.core.errors import DomainError
from app.core.sealing.columns import PHONE, lookup
from app.people.accounts.models import User
from app.people.accounts.queries import find_by_email
from app.people.players.models import PlayerBlock, PlayerProfile, PlayerVerification
from app.people.players.profile.settings import playing
from app.people.players.verification.rules import State, as_state
from app.record.notifications.channels import phones

_REGIONS: Final = ("PH", "HT", "US")
_REACHED: Final = select(User.id, User.phone_hash)
LOOKED_AT: Final = 2_000
"""Of so many who registered last the names are opened."""


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
    """Whose address or number this is, whole and however it is written, a number with its plus or without, or as people
    of its country dial it; parts of one find nobody."""
    if "@" in text:
        return find_by_email(text)
    regions = dict.fromkeys((playing().default_jurisdiction, *_REGIONS))
    ways = ((text, region) for region in regions)
    numbers = dict.fromkeys(number for way in (*ways, (f"+{text.strip()}", None)) if (number := _number(*way)))
    hashes = [lookup(PHONE, one) for one in numbers]
    if not hashes:
        return None
    found = {row.phone_hash: row.id for row in db.session.execute(_REACHED.where(User.phone_hash.in_(hashes)))}
    return next((found[one] for one in hashes if one in found), None)


def _number(written: str, region: str | None) -> str | None:
    """A phone number as it is kept, without a plus one of that country; None where it is none."""
    try:
        return phones.parse(written, region).e164
    except DomainError:
        return None


def called(text: str, ids: Sequence[UUID], most: int) -> list[Row]:
    """Who is registered and has one of these ids, or is reached so, or, among the newest, has a name that begins so, or
    a word of it: names are sealed, and each is opened to be compared."""
    reached, words = find(text), text.casefold()
    wanted = [*ids, *([reached] if reached is not None else [])]
    known = {row.id: row for row in _rows(PlayerProfile.id.in_(wanted), len(wanted))} if wanted else {}
    begun = [row for row in newest(None, None, LOOKED_AT) if words and f" {words}" in f" {row.name.casefold()}"]
    return [*known.values(), *(row for row in begun if row.id not in known)][:most]


def newest(state: State | None, before: datetime | None, most: int) -> Sequence[Row]:
    """Who registered last, of one state of verification or of any."""
    where = [PlayerProfile.registered_at < before] if before is not None else []
    if state == "none":
        where.append(PlayerVerification.state.is_(None) | (PlayerVerification.state == "none"))
    elif state is not None:
        where.append(PlayerVerification.state == state)
    return _rows(and_(true(), *where), most)


def _rows(which: ColumnElement[bool], most: int) -> list[Row]:
    """Those of which this is so, the newest first."""
    shut_out = and_(PlayerBlock.user_id == PlayerProfile.id, PlayerBlock.ended_at.is_(None))
    query = (
        select(PlayerProfile, PlayerVerification.state, PlayerBlock.id)
        .outerjoin(PlayerVerification, PlayerVerification.id == PlayerProfile.id)
        .outerjoin(PlayerBlock, shut_out)
        .where(which)
        .order_by(PlayerProfile.registered_at.desc())
        .limit(most)
    )
    return [
        Row(row.id, row.name or "", row.jurisdiction, row.registered_at, as_state(found), block is not None)
        for row, found, block in db.session.execute(query)
    ]


def exists(user_id: UUID) -> bool:
    """Whether there is such a person."""
    return db.session.get(User, user_id) is not None
