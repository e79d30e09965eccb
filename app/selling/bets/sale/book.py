"""What players have staked on bets and lost, for their limits."""

from __future__ import annotations

from collections.abc import Sequence
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
        if kind == "deposit":
            return 0
        moved = _moved(user_id, currency, kind, since)
        return int(db.session.execute(select(func.coalesce(func.sum(moved.c.amount), 0))).scalar_one())

    def movements(self, user_id: UUID, currency: str, kind: Kind, since: datetime) -> Sequence[Movement]:
        """The same, one by one."""
        if kind == "deposit":
            return ()
        moved = _moved(user_id, currency, kind, since)
        found = db.session.execute(select(moved.c.at, moved.c.amount).order_by(moved.c.at))
        return [Movement(at, amount) for at, amount in found]


def _moved(user_id: UUID, currency: str, kind: Kind, since: datetime) -> Subquery:
    staked = _staked(user_id, currency, since)
    return (staked if kind == "stake" else union_all(staked, _won(user_id, currency, since))).subquery()


def _staked(user_id: UUID, currency: str, since: datetime) -> Select[datetime, int]:
    return (
        select(BetTicket.made_at.label("at"), BetEntry.stake_minor.label("amount"))
        .join(BetEntry, BetEntry.ticket_id == BetTicket.id)
        .where(
            BetTicket.user_id == user_id,
            BetTicket.id >= earliest_id(since - _SLACK),
            BetTicket.made_at > since,
            BetTicket.currency == currency,
            BetEntry.state.in_(("reserved", "posted")),
        )
    )


def _won(user_id: UUID, currency: str, since: datetime) -> Select[datetime, int]:
    return (
        select(BetSettlement.made_at.label("at"), (literal(0) - BetWinning.amount_minor).label("amount"))
        .join(BetSettlement, BetSettlement.id == BetWinning.settlement_id)
        .join(BetTicket, BetTicket.id == BetWinning.ticket_id)
        .where(
            BetWinning.user_id == user_id,
            BetSettlement.made_at > since,
            BetSettlement.reversed_at.is_(None),
            BetTicket.currency == currency,
        )
    )
