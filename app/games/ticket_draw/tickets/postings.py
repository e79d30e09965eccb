"""How the main game moves money: what its tickets cost, in the recipes that all games of windows share."""

from __future__ import annotations

from uuid import UUID

from app.core.money import Sats
from app.games.ticket_draw.rules import GAME, Assessment
from app.record.ledger.entries import Posting
from app.selling.windows import postings


def credit(payment_id: UUID, round_number: int, base_price: Sats, outcome: Assessment) -> list[Posting]:
    """A confirmed payment, whatever its fate. What is refundable of a credited one came when all was sold."""
    return postings.credit(
        payment_id,
        GAME,
        round_number,
        to_pool=outcome.tickets * base_price,
        credited=outcome.credited,
        refundable=outcome.refundable,
        reason=outcome.fate if outcome.credited == 0 else "sold_out",
    )


def void(payment_id: UUID, round_number: int, credited: Sats, tickets: int, base_price: Sats) -> list[Posting]:
    """One payment of a voided round: all that was credited of it waits for its refund."""
    return postings.void(payment_id, GAME, round_number, to_pool=tickets * base_price, credited=credited)
