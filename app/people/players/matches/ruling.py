"""What two operators have found out about a match becomes true here. Nothing commits; the person's row is locked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.core.database.session import db
from app.core.ids import new_id
from app.people.accounts.queries import database_now
from app.people.players.models import PlayerBlock, PlayerExclusion, PlayerRuling, PlayerTimeout
from app.people.players.profile import marks
from app.people.players.profile.queries import block_of
from app.people.players.queries import breaks_of
from app.people.players.telling import notices
from app.record.audit.approving import Agreed
from app.record.audit.service import note

from .rules import Match

_BLOCKED: Final = "the same person as of another account, who is shut out"


def is_another(user_id: UUID, matches: Sequence[Match], agreed: Agreed) -> None:
    """The person is none of these: what they keep themselves from is his to do."""
    for match in matches:
        _keep(user_id, match, agreed, is_same=False)


def is_the_same(user_id: UUID, match: Match, agreed: Agreed) -> None:
    """The person is that one: whatever keeps the one out keeps the other out, as long and for the same reason."""
    _keep(user_id, match, agreed, is_same=True)
    _exclude(user_id, match.user_id)
    _time_out(user_id, match.user_id)
    if block_of(match.user_id) is not None and block_of(user_id) is None:
        db.session.add(PlayerBlock(id=new_id(), user_id=user_id, reason=_BLOCKED, begun_by=agreed.actor))
    db.session.flush()
    marks.remember(user_id)
    _tell(user_id)


def _keep(user_id: UUID, match: Match, agreed: Agreed, *, is_same: bool) -> None:
    said = {
        "is_same": is_same,
        "kinds": sorted(match.kinds),
        "decided_by": agreed.actor,
        "confirmed_by": agreed.confirmed_by,
        "decided_at": database_now(),
    }
    db.session.execute(
        insert(PlayerRuling)
        .values(user_id=user_id, other_id=match.user_id, **said)
        .on_conflict_do_update(index_elements=["user_id", "other_id"], set_=said)
    )
    note(
        agreed.actor,
        "player.match_same" if is_same else "player.match_other",
        f"user:{user_id}",
        agreed.why,
        other=str(match.user_id),
        marks=sorted(match.kinds),
    )


def _exclude(user_id: UUID, other_id: UUID) -> None:
    """The exclusion that ends last, with the days on which it began and ends."""
    latest = select(PlayerExclusion).where(
        PlayerExclusion.user_id == other_id, PlayerExclusion.ends_at > database_now()
    )
    found = db.session.scalars(latest.order_by(PlayerExclusion.ends_at.desc()).limit(1)).first()
    if found is not None:
        days = {"begins_at": found.begins_at, "ends_at": found.ends_at}
        db.session.add(PlayerExclusion(id=new_id(), user_id=user_id, months=found.months, **days))


def _time_out(user_id: UUID, other_id: UUID) -> None:
    latest = select(PlayerTimeout).where(PlayerTimeout.user_id == other_id, PlayerTimeout.ends_at > database_now())
    found = db.session.scalars(latest.order_by(PlayerTimeout.ends_at.desc()).limit(1)).first()
    if found is not None:
        days = {"begins_at": found.begins_at, "ends_at": found.ends_at}
        db.session.add(PlayerTimeout(id=new_id(), user_id=user_id, **days))


def _tell(user_id: UUID) -> None:
    """Until when it is. Of being shut out by operators nobody is told."""
    breaks = breaks_of(user_id)
    if breaks.excluded_until is not None:
        notices.break_begun(user_id, "excluded", breaks.excluded_until)
    elif breaks.timeout_until is not None:
        notices.break_begun(user_id, "timed_out", breaks.timeout_until)
