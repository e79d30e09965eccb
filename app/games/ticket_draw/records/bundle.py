"""What the main game adds to a round's proof bundle: orders, payments with their tickets, slips, draw and win."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, text

from app.core.database.session import db
from app.games.ticket_draw.draw.drawing import ALGORITHMS, leaf_of
from app.games.ticket_draw.models import PartnerWin, Round
from app.outcomes.draws.models import Draw
from app.people.partners.models import PartnerSite
from app.selling.windows.queries import win_of
from app.selling.windows.questions.proof import Evidence
from app.selling.windows.rounds.answers import address_fields, frozen_round, payment_fields
from app.selling.windows.rules import ticket_status

from .schemas import BundleOrder, BundlePayment, FrozenRound, Slip, WinRecord

_PAYMENTS = """
SELECT p.id, p.order_id, p.txid, p.vout, p.tx_index, p.amount_sats, p.credited_sats, p.refundable_sats,
       p.block_height, p.block_hash, p.status, g.first, g.after, d.commitment
FROM order_payments p
JOIN ticket_orders o ON o.id = p.order_id
JOIN deposit_addresses d ON d.id = o.deposit_address_id
LEFT JOIN slip_ranges g ON g.payment_id = p.id
WHERE o.round_number = :round AND p.orphaned_at IS NULL AND p.block_height BETWEEN :begin AND :last
ORDER BY p.block_height, p.tx_index, p.vout
"""

# Orders whose first payment is in this part, so that all parts together tell each once.
_ORDERS = """
SELECT o.id, o.player_public_identifier, site.name, d.address, d.internal_key, d.terms, d.commitment,
       s.paid_sats, s.ticket_count, s.jackpot_contribution_sats, s.first_block_height, s.first_block_hash, s.status,
       (SELECT array_agg(ARRAY[g.first, g.after - 1] ORDER BY g.first) FROM slip_ranges g WHERE g.slip_id = o.id)
       AS ranges
FROM (
    SELECT p.order_id, min(p.block_height) AS first_paid
    FROM order_payments p JOIN ticket_orders o ON o.id = p.order_id
    WHERE o.round_number = :round AND p.orphaned_at IS NULL GROUP BY p.order_id
) AS paid
JOIN ticket_orders o ON o.id = paid.order_id
JOIN partner_sites site ON site.id = o.partner_site_id
JOIN deposit_addresses d ON d.id = o.deposit_address_id
LEFT JOIN ticket_slips s ON s.id = o.id
WHERE paid.first_paid BETWEEN :begin AND :last
ORDER BY o.id
"""


def evidence(round_: Round, draw: Draw | None, begin: int, last: int) -> Evidence:
    """The part whose payments are in the blocks `begin` to `last`."""
    window = {"round": round_.round_number, "begin": begin, "last": last}
    payments = db.session.execute(text(_PAYMENTS), window).all()
    orders = db.session.execute(text(_ORDERS), window).all()
    algorithm = ALGORITHMS.of_round(round_)
    records = {
        "round": frozen_round(FrozenRound, round_),
        "orders": [_order(row) for row in orders],
        "payments": [_payment(row) for row in payments],
        "slips": [_slip(row, round_) for row in orders if row.ticket_count is not None],
        "draw": algorithm.in_bundle(draw.seed, draw.outcome) if draw and draw.outcome is not None else None,
        "win": _win(round_),
    }
    return Evidence(algorithm.bundle, records, [leaf_of(row) for row in payments if row.first is not None])


def _order(row: Row[Any]) -> BundleOrder:
    return BundleOrder(
        identifier=str(row.id),
        partner_name=row.name,
        player_public_identifier=row.player_public_identifier,
        deposit_address=row.address,
        **address_fields(row),
    )


def _payment(row: Row[Any]) -> BundlePayment:
    return BundlePayment(
        **payment_fields(row),
        first_ticket=row.first,
        last_ticket=None if row.after is None else row.after - 1,
    )


def _slip(row: Row[Any], round_: Round) -> Slip:
    return Slip(
        identifier=str(row.id),
        paid_sats=row.paid_sats,
        ticket_count=row.ticket_count,
        jackpot_contribution_sats=row.jackpot_contribution_sats,
        ranges=row.ranges,
        first_block_height=row.first_block_height,
        first_block_hash=row.first_block_hash,
        status=ticket_status(row.status, round_.status),
    )


def _win(round_: Round) -> WinRecord | None:
    win = win_of(PartnerWin, round_)
    if win is None:
        return None
    site = db.session.get_one(PartnerSite, win.partner_site_id)
    return WinRecord(
        identifier=str(win.slip_id),
        partner_name=site.name,
        player_public_identifier=win.player_public_identifier,
        winning_ticket=win.winning_ticket_number,
        jackpot_sats=win.jackpot_sats,
        payout_address=win.payout_address,
    )
