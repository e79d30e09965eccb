"""By which algorithms rounds are drawn; what the seal covers; whose a drawn ticket is, and what its win is."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, and_, select, text

from app.core.database.session import db
from app.core.ids import new_id
from app.games.ticket_draw.models import OrderPayment, PartnerWin, Round, SlipRange, TicketOrder, TicketSlip
from app.games.ticket_draw.rules import GAME
from app.outcomes.draws.merkle_sum import Leaf
from app.record.ledger.entries import Posting
from app.selling.windows import postings
from app.selling.windows.questions.draw import Algorithms, Drawing
from app.selling.windows.questions.seal import Seal

from .algorithms import HashDraw, TicketOutcome
from .sealed import SealedTicketDraw
from .views import DrawView

HASH_DRAW: Final = HashDraw()
SEALED_DRAW: Final = SealedTicketDraw()

ALGORITHMS: Final = Algorithms[Round, TicketOutcome, DrawView](HASH_DRAW, SEALED_DRAW, of_new_rounds=HASH_DRAW)


_CREDITED = """
SELECT p.id, d.commitment, p.txid, p.vout, p.amount_sats, p.credited_sats, g.first, g.after, o.base_ticket_price_sats,
       p.block_height, p.block_hash, o.id AS order_id, g.slip_id
FROM slip_ranges g
JOIN order_payments p ON p.id = g.payment_id
JOIN ticket_orders o ON o.id = p.order_id
JOIN deposit_addresses d ON d.id = o.deposit_address_id
WHERE g.round_number = :round
ORDER BY g.first
"""

_VOID_SLIPS = "UPDATE ticket_slips SET status = 'void' WHERE round_number = :round"


def credited(number: int) -> Sequence[Row[Any]]:
    """A round's credited payments, in ticket order."""
    return db.session.execute(text(_CREDITED), {"round": number}).all()


def leaf_of(row: Row[Any]) -> Leaf:
    """An order's commitment, one outpoint that paid it, and the tickets it got: canonical JSON."""
    record = {
        "amountSats": row.amount_sats,
        "commitment": row.commitment.hex(),
        "creditedSats": row.credited_sats,
        "firstTicket": row.first,
        "lastTicket": row.after - 1,
        "txid": row.txid,
        "vout": row.vout,
    }
    data = json.dumps(record, sort_keys=True, separators=(",", ":")).encode()
    return Leaf(data, row.after - row.first, row.credited_sats)


class TicketSeal(Seal[Round]):
    """Every credited payment with the tickets it bought, in ticket order."""

    def leaves(self, number: int) -> Sequence[Leaf]:
        """A range given to another order than the one that paid for it was exchanged since: without it the root is
        another."""
        return [leaf_of(row) for row in credited(number) if row.slip_id == row.order_id]

    def sold(self, round_: Round) -> Mapping[str, int]:
        return {"soldTickets": round_.sold_tickets}

    def voids(self, number: int) -> Iterator[tuple[UUID, list[Posting]]]:
        for row in credited(number):
            to_pool = (row.after - row.first) * row.base_ticket_price_sats
            yield row.id, postings.void(row.id, GAME, number, to_pool=to_pool, credited=row.credited_sats)

    def voided(self, round_: Round) -> None:
        """The round's slips hold nothing any more."""
        db.session.execute(text(_VOID_SLIPS), {"round": round_.round_number})


class TicketDrawing(Drawing[Round, TicketOrder, TicketOutcome]):
    """One of all tickets, sold or not."""

    algorithms = ALGORITHMS

    def columns(self, result: TicketOutcome) -> Mapping[str, int]:
        return {"winning_ticket": result.winning_ticket}

    def words(self, round_: Round, result: TicketOutcome) -> str:
        return f"ticket {result.winning_ticket:0{round_.ticket_digits}d}"

    def winner(self, round_: Round, result: TicketOutcome) -> TicketOrder | None:
        return winning_order(round_.round_number, result.winning_ticket)

    def holder(self, round_: Round) -> TicketOrder | None:
        ticket = round_.winning_ticket
        return winning_order(round_.round_number, ticket) if ticket is not None else None

    def record_win(self, round_: Round, order: TicketOrder, result: TicketOutcome) -> Mapping[str, object]:
        return record_win(round_, order, result.winning_ticket)

    def told(self, number: int) -> Mapping[str, object] | None:
        win = db.session.scalars(select(PartnerWin).where(PartnerWin.round_number == number)).one_or_none()
        return _payload(win) if win is not None else None


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
    return _payload(win)


def _payload(win: PartnerWin) -> dict[str, object]:
    return {
        "winId": str(win.id),
        "orderId": str(win.slip_id),
        "roundNumber": win.round_number,
        "winningTicket": win.winning_ticket_number,
        "jackpotSats": win.jackpot_sats,
        "payoutAddress": win.payout_address,
        "playerPublicIdentifier": win.player_public_identifier,
    }
