"""A ticket's receipt: what the public log says of it, with what proves that."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from app.core.database.session import db
from app.core.errors import NotFound
from app.record.log.receipts import queries as receipts

from ..models import BetTicket
from ..sale.leaves import subject_of_ticket
from .schemas import TicketLeaf, TicketReceipt


def by_code(code: str) -> TicketReceipt:
    """For whoever has the ticket's code; without salts, so that it does not say whose it is. Raises NotFound
    `ticket_not_found`."""
    return _told(db.session.scalar(select(BetTicket).where(BetTicket.code == code)), has_salts=False)


def of_owner(ticket_id: UUID, user_id: UUID) -> TicketReceipt:
    """For who bought it. Raises NotFound `ticket_not_found`: it is not theirs."""
    query = select(BetTicket).where(BetTicket.id == ticket_id, BetTicket.user_id == user_id)
    return _told(db.session.scalar(query), has_salts=True)


def _told(ticket: BetTicket | None, *, has_salts: bool) -> TicketReceipt:
    if ticket is None:
        raise NotFound("ticket_not_found")
    leaves = [
        TicketLeaf(
            kind=one.kind,
            leaf=one.leaf.hex(),
            text=one.data,
            salt=one.salt.hex() if has_salts and one.salt is not None else None,
            promise=one.promise,
            number=one.number,
            proof=one.proof,
        )
        for one in receipts.leaves_of(subject_of_ticket(ticket.id))
    ]
    return TicketReceipt(
        ticket=str(ticket.id),
        code=ticket.code,
        game=ticket.game,
        total=ticket.total_minor,
        currency=ticket.currency,
        leaves=leaves,
    )
