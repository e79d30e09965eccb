"""When results are final: until then a draw keeps what another result would cost, and its winnings stay here."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import func, select, text

from app.core.database.session import db
from app.people.players.queries import read_now

from ..bankroll import capacity
from ..calendar.service import locked
from ..models import BetDraw, BetResult, BetSettlement, BetWinning


def not_final(user_id: UUID, currency: str) -> Mapping[datetime, int]:
    """What somebody has got by results that may still be corrected, in minor units, by when they are final."""
    query = (
        select(BetDraw.final_at, func.sum(BetWinning.amount_minor))
        .join(BetSettlement, BetSettlement.id == BetWinning.settlement_id)
        .join(BetDraw, BetDraw.id == BetSettlement.draw_id)
        .where(
            BetWinning.user_id == user_id,
            BetWinning.paid_at.is_not(None),
            BetSettlement.reversed_at.is_(None),
            BetDraw.currency == currency,
            BetDraw.final_at > func.clock_timestamp(),
        )
        .group_by(BetDraw.final_at)
    )
    return {final_at: int(amount) for final_at, amount in db.session.execute(query) if final_at is not None}


def in_play(user_ids: Collection[UUID], currency: str) -> Mapping[UUID, int]:
    """What players have staked on draws to come, or will get back, and what they won and have not got."""
    rows = db.session.execute(text(_IN_PLAY), {"users": list(user_ids), "currency": currency})
    return {user_id: int(amount) for user_id, amount in rows}


def due() -> list[UUID]:
    """Draws whose results are final, and which still have something of the bankroll."""
    query = select(BetDraw.id).where(
        BetDraw.state == "resulted", BetDraw.final_at <= func.clock_timestamp(), BetDraw.allotted_minor > 0
    )
    return list(db.session.scalars(query.order_by(BetDraw.final_at)))


def end(draw_id: UUID) -> bool:
    """Give back what a draw has kept, unless it waits for a correction that was known before it was final."""
    draw = locked(draw_id)
    if draw.state != "resulted" or draw.final_at is None or draw.final_at > read_now():
        return False
    waits = select(BetResult.version).where(BetResult.draw_id == draw_id, BetResult.done_at.is_(None))
    if db.session.scalar(waits.limit(1)) is not None:
        return False
    draw.worst_minor = 0
    db.session.flush()
    capacity.narrow(draw_id, 0)
    return True


_IN_PLAY: Final = """
    SELECT user_id, sum(amount) FROM (
        SELECT ticket.user_id, entry.stake_minor AS amount
        FROM bet_tickets AS ticket
        JOIN bet_entries AS entry ON entry.ticket_id = ticket.id
        JOIN bet_draws AS draw ON draw.id = entry.draw_id
        WHERE ticket.user_id = ANY(:users) AND ticket.currency = :currency AND entry.state = 'posted'
          AND draw.state <> 'resulted'
        UNION ALL
        SELECT won.user_id, won.amount_minor
        FROM bet_winnings AS won
        JOIN bet_settlements AS settlement ON settlement.id = won.settlement_id
        JOIN bet_draws AS draw ON draw.id = settlement.draw_id
        WHERE won.user_id = ANY(:users) AND draw.currency = :currency AND won.paid_at IS NULL
          AND (settlement.reversed_at IS NULL OR settlement.is_borne)
    ) AS moved GROUP BY user_id
"""
