"""Reads of tickets as they were sold."""

from __future__ import annotations

from collections.abc import Collection
from typing import cast
from uuid import UUID

from sqlalchemy import select

from app.core.database.session import db
from app.selling.bets.models import BetEntry, BetLine, BetTicket

from .ticket import Accepted, Line, Payment, Wanted


def sold_already(ticket_ids: Collection[UUID]) -> dict[UUID, tuple[Wanted, Accepted]]:
    """Of these tickets those that there are: what was wanted then, and what came of it."""
    query = select(BetTicket).where(BetTicket.id.in_(ticket_ids)).execution_options(populate_existing=True)
    tickets = db.session.scalars(query).all()
    if not tickets:
        return {}
    ids = [ticket.id for ticket in tickets]
    lines = db.session.scalars(
        select(BetLine).where(BetLine.ticket_id.in_(ids)).order_by(BetLine.ticket_id, BetLine.place)
    ).all()
    numbers = db.session.execute(
        select(BetEntry.ticket_id, BetEntry.draw_id, BetEntry.number).where(BetEntry.ticket_id.in_(ids))
    ).all()
    return {
        one.id: (
            _wanted(one, [line for line in lines if line.ticket_id == one.id]),
            _accepted(
                one,
                {
                    draw_id: number
                    for ticket_id, draw_id, number in numbers
                    if ticket_id == one.id and number is not None
                },
            ),
        )
        for one in tickets
    }


def _wanted(ticket: BetTicket, lines: Collection[BetLine]) -> Wanted:
    bought = tuple(Line(line.draw_id, line.kind, line.selection, line.stake_minor) for line in lines)
    return Wanted(ticket.id, ticket.user_id, ticket.game, bought, cast(Payment, ticket.payment))


def _accepted(ticket: BetTicket, numbers: dict[UUID, int]) -> Accepted:
    return Accepted(ticket.id, ticket.code, ticket.total_minor, ticket.state, numbers)
