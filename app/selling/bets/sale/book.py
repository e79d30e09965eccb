"""What players have staked on bets and lost, for their limits."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import func, literal, select, union_all
from sqlalchemy.sql.selectable import Select, Subquery

from app.core.database.session import db
from app.core.ids import earliest_id
from app.people.players.rules import Kind, Movement
from app.selling.bets.models import BetEntry, BetSettlement, BetTicket, BetWinning

_SLACK: Final = timedelta(days=1)
"""A ticket's id is made before the ticket, by another clock."""


class Stakes:
    """The book of bets: a stake counts from when it was placed, reserved ones too, unless it was given back; what was
    won counts against losses from when it was settled, unless the result was corrected."""

    def total(self, user_id: UUID, currency: str, kind: Kind, since: datetime) -> int:
        """What was staked, or lost, after `since`, in minor units."""
        return self.totals((user_id,), currency, kind, since).get(user_id, 0)

    def totals(self, user_ids: Collection[UUID], currency: str, kind: Kind, since: datetime) -> Mapping[UUID, int]:
        """The same of many; who has staked nothing is left out."""
        if kind == "deposit":
            return {}
        moved = _moved(user_ids, currency, kind, since)
        query = select(moved.c.user_id, func.sum(moved.c.amount)).group_by(moved.c.user_id)
        return {user_id: int(amount) for user_id, amount in db.session.execute(query)}

    def movements(self, user_id: UUID, currency: str, kind: Kind, since: datetime) -> Sequence[Movement]:
        """What one has staked, or lost, one by one."""
        if kind == "deposit":
            return ()
        moved = _moved((user_id,), currency, kind, since)
        found = db.session.execute(select(moved.c.at, moved.c.amount).order_by(moved.c.at))
        return [Movement(at, amount) for at, amount in found]


def _moved(user_ids: Collection[UUID], currency: str, kind: Kind, since: datetime) -> Subquery:
    staked = _staked(user_ids, currency, since)
    return (staked if kind == "stake" else union_all(staked, _won(user_ids, currency, since))).subquery()


def _staked(user_ids: Collection[UUID], currency: str, since: datetime) -> Select[UUID, datetime, int]:
    return (
        select(BetTicket.user_id, BetTicket.made_at.label("at"), BetEntry.stake_minor.label("amount"))
        .join(BetEntry, BetEntry.ticket_id == BetTicket.id)
        .where(
            BetTicket.user_id.in_(user_ids),
            BetTicket.id >= earliest_id(since - _SLACK),
            BetTicket.made_at > since,
            BetTicket.currency == currency,
            BetEntry.state.in_(("reserved", "posted")),
        )
    )


def _won(user_ids: Collection[UUID], currency: str, since: datetime) -> Select[UUID, datetime, int]:
    won = (literal(0) - BetWinning.amount_minor).label("amount")
    return (
        select(BetWinning.user_id, BetSettlement.made_at.label("at"), won)
        .join(BetSettlement, BetSettlement.id == BetWinning.settlement_id)
        .join(BetTicket, BetTicket.id == BetWinning.ticket_id)
        .where(
            BetWinning.user_id.in_(user_ids),
            BetSettlement.made_at > since,
            BetSettlement.reversed_at.is_(None),
            BetTicket.currency == currency,
        )
    )
