"""A ticket's receipt: what the public log says of it, with what proves that."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from app.core.database.session import db
from app.core.errors import NotFound
from app.record.log.format.leaves import Leaf
from app.record.log.receipts import queries as receipts
from app.record.log.receipts.queries import LeafTold

from ..games import game_named
from ..models import BetTicket
from ..sale.leaves import SOLD, subject_of_ticket
from ..sale.ticket import Accepted, Wanted
from .schemas import TicketLeaf, TicketReceipt


def by_code(code: str) -> TicketReceipt:
    """For whoever has the ticket's code; without salts, so that it does not say whose it is. Raises NotFound
    `ticket_not_found`."""
    return _told(db.session.scalar(select(BetTicket).where(BetTicket.code == code)), has_salts=False)


def of_owner(ticket_id: UUID, user_id: UUID) -> TicketReceipt:
    """For who bought it. Raises NotFound `ticket_not_found`: it is not theirs."""
    query = select(BetTicket).where(BetTicket.id == ticket_id, BetTicket.user_id == user_id)
    return _told(db.session.scalar(query), has_salts=True)


def of_sale(wanted: Wanted, sold: Accepted) -> TicketReceipt:
    """For who has bought it just now: of what the sale itself says, so that nothing is read."""
    if sold.at is None:
        raise ValueError("what the log says of it has to be read")
    subject = subject_of_ticket(sold.ticket_id)
    leaves = [(Leaf(SOLD, subject, said.text), said.salt) for said in sold.said]
    return TicketReceipt(
        ticket=str(sold.ticket_id),
        code=sold.code,
        game=wanted.game,
        total=sold.total,
        currency=game_named(wanted.game).currency,
        leaves=[_leaf(one, has_salts=True) for one in receipts.leaves_told(leaves, sold.at)],
    )


def _told(ticket: BetTicket | None, *, has_salts: bool) -> TicketReceipt:
    if ticket is None:
        raise NotFound("ticket_not_found")
    leaves = [_leaf(one, has_salts=has_salts) for one in receipts.leaves_of(subject_of_ticket(ticket.id))]
    return TicketReceipt(
        ticket=str(ticket.id),
        code=ticket.code,
        game=ticket.game,
        total=ticket.total_minor,
        currency=ticket.currency,
        leaves=leaves,
    )


def _leaf(one: LeafTold, *, has_salts: bool) -> TicketLeaf:
    return TicketLeaf(
        kind=one.kind,
        leaf=one.leaf.hex(),
        text=one.data,
        salt=one.salt.hex() if has_salts and one.salt is not None else None,
        promise=one.promise,
        number=one.number,
        proof=one.proof,
    )
