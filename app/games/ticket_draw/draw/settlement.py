"""What a drawn ticket means: whose it is, what its win is, and whose the round's money has become."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text

from app.core.database.session import db
from app.core.ids import new_id
from app.games.ticket_draw.models import PartnerWin, Round, SlipRange, TicketOrder, TicketSlip
from app.selling.windows.models import FINAL_STATUSES


def held_by_site(number: int) -> dict[UUID, int]:
    """What each partner's players paid beyond base prices: edges and remainders."""
    rows = db.session.execute(
        text(
            "SELECT o.partner_site_id, sum(s.paid_sats - s.jackpot_contribution_sats) "
            "FROM ticket_slips s JOIN ticket_orders o ON o.id = s.id WHERE s.round_number = :round GROUP BY 1"
        ),
        {"round": number},
    )
    return {site: int(held) for site, held in rows}


def unsettled_sats(site_id: UUID) -> int:
    """Edges and remainders of a partner in rounds that are not drawn: its own once they are settled."""
    query = (
        select(func.coalesce(func.sum(TicketSlip.paid_sats - TicketSlip.jackpot_contribution_sats), 0))
        .join(TicketOrder, TicketOrder.id == TicketSlip.id)
        .join(Round, Round.round_number == TicketSlip.round_number)
        .where(TicketOrder.partner_site_id == site_id, Round.status.not_in(FINAL_STATUSES))
    )
    return int(db.session.scalar(query) or 0)


def winning_order(number: int, ticket: int) -> TicketOrder | None:
    """The order whose range contains the ticket: one look into the ranges' index."""
    row = db.session.scalars(
        select(SlipRange)
        .where(SlipRange.round_number == number, SlipRange.after > ticket)
        .order_by(SlipRange.after)
        .limit(1)
    ).first()
    if row is None or row.slip_id is None or row.first is None or row.first > ticket:
        return None
    return db.session.get_one(TicketOrder, row.slip_id)


def record_win(round_: Round, order: TicketOrder, ticket: int) -> dict[str, Any]:
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
