"""Reads of tickets as they were sold."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final, NamedTuple, cast
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, bindparam, select

from app.core.database.session import db
from app.record.answers import together as answers
from app.selling.bets.models import BetDraw, BetEntry, BetLine, BetTicket

from .ticket import KEY_REUSED, Accepted, Line, Payment, Refusal, RefusedSale, Wanted


class Called(NamedTuple):
    """A ticket as its buyer knows it."""

    game: str
    id: UUID
    code: str


def behind(ids: Collection[UUID]) -> dict[UUID, Called]:
    """The tickets that lines of the ledger belong to, by a ticket's own id or that of one of its entries."""
    called = (BetTicket.game, BetTicket.id, BetTicket.code)
    own = select(BetTicket.id.label("key"), *called).where(BetTicket.id.in_(ids))
    of_entries = select(BetEntry.id.label("key"), *called).join(BetTicket, BetTicket.id == BetEntry.ticket_id)
    rows = db.session.execute(own.union_all(of_entries.where(BetEntry.id.in_(ids)))) if ids else ()
    return {key: Called(game, ticket_id, code) for key, game, ticket_id, code in rows}


def drawn_at(draw_ids: Collection[UUID]) -> dict[UUID, datetime]:
    """When draws are drawn, by their ids."""
    query = select(BetDraw.id, BetDraw.draws_at).where(BetDraw.id.in_(draw_ids))
    return {row.id: row.draws_at for row in db.session.execute(query)} if draw_ids else {}


def answered_already(wanted: Sequence[Wanted]) -> dict[UUID, Accepted | RefusedSale]:
    """What those are told who have asked before, by the id of what they want now: a ticket by its id, or by the key
    under which it was sold. Their players' rows are locked, under which every such key is kept."""
    known = answers.known([one.attempt for one in wanted if one.attempt is not None])
    ids = {
        one.ticket_id: one.ticket_id if one.attempt is None else known[one.attempt].id
        for one in wanted
        if one.attempt is None or one.attempt in known
    }
    sold = sold_already(ids.values()) if ids else {}
    found: dict[UUID, Accepted | RefusedSale] = {}
    for one in wanted:
        its = known.get(one.attempt) if one.attempt is not None else None
        if its is not None and one.attempt is not None and its.request_hash != one.attempt.request_hash:
            found[one.ticket_id] = RefusedSale(one.ticket_id, (Refusal(KEY_REUSED),))
        elif (before := sold.get(ids.get(one.ticket_id, one.ticket_id))) is not None:
            is_same = replace(before[0], ticket_id=one.ticket_id) == one
            found[one.ticket_id] = before[1] if is_same else RefusedSale(one.ticket_id, (Refusal("ticket_differs"),))
    return found


def sold_already(ticket_ids: Collection[UUID]) -> dict[UUID, tuple[Wanted, Accepted]]:
    """Of these tickets those that there are: what was wanted then, and what came of it."""
    tickets = db.session.scalars(_TICKETS, {"tickets": list(ticket_ids)}).all()
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


_TICKETS: Final = (
    select(BetTicket)
    .where(BetTicket.id == any_(bindparam("tickets", type_=ARRAY(Uuid()))))
    .execution_options(populate_existing=True)
)


def _wanted(ticket: BetTicket, lines: Collection[BetLine]) -> Wanted:
    bought = tuple(Line(line.draw_id, line.kind, line.selection, line.stake_minor) for line in lines)
    return Wanted(ticket.id, ticket.user_id, ticket.game, bought, cast(Payment, ticket.payment))


def _accepted(ticket: BetTicket, numbers: dict[UUID, int]) -> Accepted:
    return Accepted(ticket.id, ticket.code, ticket.total_minor, ticket.state, numbers)
