"""What the main game's seal covers, and what becomes of it if the round is voided."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text

from app.core.database.session import db
from app.games.ticket_draw.models import Round
from app.games.ticket_draw.tickets import postings
from app.outcomes.draws.merkle_sum import Leaf
from app.record.ledger.entries import Posting
from app.selling.windows.questions.seal import Seal

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
            tickets = row.after - row.first
            yield row.id, postings.void(row.id, number, row.credited_sats, tickets, row.base_ticket_price_sats)

    def voided(self, round_: Round) -> None:
        """The round's slips hold nothing any more."""
        db.session.execute(text(_VOID_SLIPS), {"round": round_.round_number})
