"""Tickets that were not paid come to nothing: what they weighed is free again, exactly once."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select, update

from app.core.database.session import db
from app.people.players import spending
from app.selling.bets import exposure, rules
from app.selling.bets.bankroll import capacity
from app.selling.bets.models import BetEntry, BetTicket
from app.selling.bets.sale import draws

from .queries import entries_of


def locked(ticket_id: UUID) -> BetTicket:
    """A ticket that nobody else changes until the transaction ends; its player's row is locked first. Raises
    NoResultFound: there is none."""
    query = select(BetTicket).where(BetTicket.id == ticket_id).execution_options(populate_existing=True)
    spending.hold(db.session.scalars(select(BetTicket.user_id).where(BetTicket.id == ticket_id)).one())
    return db.session.scalars(query.with_for_update(key_share=True)).one()


def release(ticket_id: UUID, because: str) -> bool:
    """Give back what a ticket has reserved; whether it still had. In the caller's transaction."""
    ticket = locked(ticket_id)
    if ticket.state != "reserved":
        return False
    entries = entries_of(ticket_id)
    found, _ = draws.locked([entry.draw_id for entry in entries])
    for entry in entries:
        weight = rules.added(bet.weight for bet in entry.bets)
        state = found[entry.draw_id].state
        if state == "resulted":
            continue  # what it could cost is its winnings now
        worst = exposure.remove(entry.draw_id, weight)
        if state == "cancelled":
            capacity.narrow(entry.draw_id, worst)
    ticket.state, ticket.released_because = "released", because
    db.session.execute(update(BetEntry).where(BetEntry.ticket_id == ticket_id).values(state="released"))
    db.session.flush()
    return True
