"""What players have staked on bets and lost, for their limits."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Uuid, any_, bindparam, func, literal, select, union_all
from sqlalchemy.sql.selectable import Select

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
        totals = _STAKED_TOTALS if kind == "stake" else _LOST_TOTALS
        found = db.session.execute(totals, _asked(user_ids, currency, since))
        return {user_id: int(amount) for user_id, amount in found if amount}

    def movements(self, user_id: UUID, currency: str, kind: Kind, since: datetime) -> Sequence[Movement]:
        """What one has staked, or lost, one by one."""
        if kind == "deposit":
            return ()
        moved = _STAKED if kind == "stake" else _LOST
        found = db.session.execute(moved.order_by("at"), _asked((user_id,), currency, since))
        return [Movement(at, amount) for at, amount in found]


def _asked(user_ids: Collection[UUID], currency: str, since: datetime) -> dict[str, Any]:
    return {"users": list(user_ids), "currency": currency, "since": since, "first": earliest_id(since - _SLACK)}


_USERS: Final = any_(bindparam("users", type_=ARRAY(Uuid())))
_TICKETS: Final[tuple[ColumnElement[bool], ...]] = (
    BetTicket.user_id == _USERS,
    BetTicket.id >= bindparam("first"),
    BetTicket.made_at > bindparam("since"),
    BetTicket.currency == bindparam("currency"),
)
_WINNINGS: Final[tuple[ColumnElement[bool], ...]] = (
    BetWinning.user_id == _USERS,
    BetSettlement.made_at > bindparam("since"),
    BetSettlement.reversed_at.is_(None),
    BetTicket.currency == bindparam("currency"),
)
_STAKED: Final = (
    select(BetTicket.made_at.label("at"), BetEntry.stake_minor.label("amount"))
    .join(BetEntry, BetEntry.ticket_id == BetTicket.id)
    .where(*_TICKETS, BetEntry.state.in_(("reserved", "posted")))
)
_WON: Final = (
    select(BetSettlement.made_at.label("at"), (literal(0) - BetWinning.amount_minor).label("amount"))
    .join(BetSettlement, BetSettlement.id == BetWinning.settlement_id)
    .join(BetTicket, BetTicket.id == BetWinning.ticket_id)
    .where(*_WINNINGS)
)
_LOST: Final = union_all(_STAKED, _WON)

# Of each player by himself: what one has staked is one stretch of an index, whatever the planner believes of so many.
_WANTED: Final = func.unnest(bindparam("users", type_=ARRAY(Uuid()))).table_valued("user_id").render_derived("wanted")


def _own(amount: Select[int]) -> ColumnElement[int]:
    return amount.correlate(_WANTED).scalar_subquery()


_STAKED_BY_EACH: Final = _own(
    select(func.coalesce(func.sum(BetTicket.total_minor - BetTicket.back_minor), 0)).where(
        BetTicket.user_id == _WANTED.c.user_id, *_TICKETS[1:], BetTicket.state.in_(("reserved", "posted"))
    )
)
_WON_BY_EACH: Final = _own(
    select(func.coalesce(func.sum(BetWinning.amount_minor), 0))
    .join(BetSettlement, BetSettlement.id == BetWinning.settlement_id)
    .join(BetTicket, BetTicket.id == BetWinning.ticket_id)
    .where(BetWinning.user_id == _WANTED.c.user_id, *_WINNINGS[1:])
)
_STAKED_TOTALS: Final = select(_WANTED.c.user_id, _STAKED_BY_EACH)
_LOST_TOTALS: Final = select(_WANTED.c.user_id, _STAKED_BY_EACH - _WON_BY_EACH)
