"""What a drawn ticket means: whose it is, and what its win is."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import and_, select

from app.core.database.session import db
from app.core.ids import new_id
from app.games.ticket_draw.models import OrderPayment, PartnerWin, Round, SlipRange, TicketOrder, TicketSlip
from app.selling.windows.questions.draw import Drawing

from .algorithms import TicketOutcome
from .known import ALGORITHMS


class TicketDrawing(Drawing[Round, TicketOrder, TicketOutcome]):
    """One of all tickets, sold or not."""

    algorithms = ALGORITHMS

    def columns(self, result: TicketOutcome) -> Mapping[str, int]:
        return {"winning_ticket": result.winning_ticket}

    def winner(self, round_: Round, result: TicketOutcome) -> TicketOrder | None:
        return winning_order(round_.round_number, result.winning_ticket)

    def holder(self, round_: Round) -> TicketOrder | None:
        ticket = round_.winning_ticket
        return winning_order(round_.round_number, ticket) if ticket is not None else None

    def record_win(self, round_: Round, order: TicketOrder, result: TicketOutcome) -> Mapping[str, object]:
        return record_win(round_, order, result.winning_ticket)


def winning_order(number: int, ticket: int) -> TicketOrder | None:
    """The order whose range contains the ticket, as it was sealed: that of the payment which the range was given for.
    One look into the ranges' index."""
    return db.session.scalars(
        select(TicketOrder)
        .join(OrderPayment, OrderPayment.order_id == TicketOrder.id)
        .join(SlipRange, and_(SlipRange.payment_id == OrderPayment.id, SlipRange.slip_id == OrderPayment.order_id))
        .where(SlipRange.round_number == number, SlipRange.after > ticket, SlipRange.first <= ticket)
        .order_by(SlipRange.after)
        .limit(1)
        .execution_options(populate_existing=True)
    ).first()


def record_win(round_: Round, order: TicketOrder, ticket: int) -> dict[str, object]:
    """Write the win for the partner's dashboard; what its event says."""
    number = round_.round_number
    win = PartnerWin(
        id=new_id(),
        partner_site_id=order.partner_site_id,
        round_number=number,
        slip_id=order.id,
        winning_ticket_number=ticket,
        jackpot_sats=round_.jackpot_sats,
        payout_address=order.payout_address,
        player_public_identifier=order.player_public_identifier,
        player_private_identifier=order.player_private_identifier,
    )
    db.session.add(win)
    db.session.get_one(TicketSlip, order.id).status = "won"
    return {
        "winId": str(win.id),
        "orderId": str(order.id),
        "roundNumber": number,
        "winningTicket": ticket,
        "jackpotSats": round_.jackpot_sats,
        "payoutAddress": order.payout_address,
        "playerPublicIdentifier": order.player_public_identifier,
    }
