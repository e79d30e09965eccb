"""Reads of tickets that wait for their payment."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import func, select

from app.core.database.session import db, end_reading
from app.people.players.queries import read_now
from app.selling.bets.games import game_named
from app.selling.bets.models import BetEntry, BetLine, BetTicket
from app.selling.bets.rules import Odds
from app.selling.bets.sale.ticket import Bet, Line
from app.selling.bets.sale.writing import Entry

from . import rules


def reserved_by(user_ids: Collection[UUID]) -> set[UUID]:
    """Who of these has one."""
    if not user_ids:
        return set()
    query = select(BetTicket.user_id).where(BetTicket.state == "reserved", BetTicket.user_id.in_(user_ids))
    return set(db.session.scalars(query))


def unpaid(currency: str) -> int:
    """What all of them could win together, in minor units of a currency: no draw costs more by them."""
    query = (
        select(func.coalesce(func.sum(BetLine.wins_minor), 0))
        .join(BetTicket, BetTicket.id == BetLine.ticket_id)
        .where(BetTicket.state == "reserved", BetTicket.currency == currency)
    )
    return int(db.session.execute(query).scalar_one())


def over() -> list[UUID]:
    """Those of whose payment nothing counts any more."""
    query = select(BetTicket.id).where(
        BetTicket.state == "reserved", BetTicket.reserved_until <= read_now() - rules.GRACE
    )
    found = list(db.session.scalars(query.order_by(BetTicket.reserved_until)))
    end_reading()
    return found


def page_of(ticket_id: UUID) -> str | None:
    """Where its buyer sees a ticket, paid or not."""
    name = db.session.scalar(select(BetTicket.game).where(BetTicket.id == ticket_id))
    return game_named(name).page_of(ticket_id) if name is not None else None


def called(ticket_id: UUID) -> str | None:
    """Its game and its code."""
    found = db.session.execute(select(BetTicket.game, BetTicket.code).where(BetTicket.id == ticket_id)).first()
    return f"{game_named(found.game).title} {found.code}" if found is not None else None


def entries_of(ticket_id: UUID) -> list[Entry]:
    """A ticket's parts, in the order of its lines."""
    ids = {
        draw_id: entry_id
        for entry_id, draw_id in db.session.execute(
            select(BetEntry.id, BetEntry.draw_id).where(BetEntry.ticket_id == ticket_id)
        )
    }
    by_draw: dict[UUID, list[Bet]] = {}
    query = select(BetLine).where(BetLine.ticket_id == ticket_id).order_by(BetLine.place)
    for row in db.session.scalars(query):
        line = Line(row.draw_id, row.kind, row.selection, row.stake_minor)
        by_draw.setdefault(row.draw_id, []).append(_bet(line, row))
    return [
        Entry(ids[draw_id], draw_id, sum(bet.line.stake for bet in own), tuple(own)) for draw_id, own in by_draw.items()
    ]


def _bet(line: Line, row: BetLine) -> Bet:
    """A line as it was sold."""
    odds, numbers = Odds(row.numerator, row.denominator), row.odds_by_mark or ()
    by_mark = tuple(Odds(*numbers[at : at + 2]) for at in range(0, len(numbers), 2))
    return Bet(line, odds, tuple(row.marks), row.wins_minor, by_mark, tuple(row.wins_by_mark or ()))
