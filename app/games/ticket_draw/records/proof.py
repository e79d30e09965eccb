"""What the main game gives to those who doubt: its part of a round's bundle, its claims, tickets given once more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask_babel import gettext
from sqlalchemy import Row, select, text

from app.core.database.session import db
from app.games.ticket_draw.draw.drawing import ALGORITHMS, leaf_of
from app.games.ticket_draw.models import OrderPayment, PartnerWin, Round, SlipRange, TicketOrder
from app.games.ticket_draw.rules import Fate, Holding, Price, assess
from app.outcomes.draws.models import Draw
from app.selling.windows.queries import win_of
from app.selling.windows.questions.proof import Comparison, Evidence, Paid, Proof
from app.selling.windows.rounds.answers import frozen_round, order_fields, payment_fields, win_fields
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


class TicketProof(Proof[Round]):
    """Orders, payments and slips; tickets given once more."""

    def claims(self) -> Mapping[str, str]:
        return {
            "jackpot": gettext("The jackpot is the price of all tickets less the house's fee"),
            "prices": gettext(
                "Every price is the base price and the partner's edge, rounded up once; every minimum is the round's"
            ),
            "tickets": gettext("Tickets were given in chain order, as many as were paid for"),
            "ranges": gettext(
                "The slips' ranges are disjoint and without a hole, and every slip holds what its payments bought"
            ),
            "draw": gettext("The winning ticket follows from the closing block's hash"),
        }

    def evidence(self, round_: Round, draw: Draw | None, begin: int, last: int) -> Evidence:
        window = {"round": round_.round_number, "begin": begin, "last": last}
        payments = db.session.execute(text(_PAYMENTS), window).all()
        orders = db.session.execute(text(_ORDERS), window).all()
        records = {
            "round": frozen_round(FrozenRound, round_),
            "orders": [_order(row) for row in orders],
            "payments": [_payment(row) for row in payments],
            "slips": [_slip(row, round_) for row in orders if row.ticket_count is not None],
            "draw": ALGORITHMS.in_bundle(round_, draw),
            **ALGORITHMS.beside(round_, draw, is_first=begin == 0),
            "win": _win(round_),
        }
        return Evidence(
            ALGORITHMS.of_round(round_).bundle, records, [leaf_of(row) for row in payments if row.first is not None]
        )

    def replay(self, round_: Round) -> Comparison:
        number = round_.round_number
        orders = db.session.scalars(select(TicketOrder).where(TicketOrder.round_number == number)).all()
        payments = db.session.scalars(
            select(OrderPayment)
            .join(TicketOrder, TicketOrder.id == OrderPayment.order_id)
            .where(TicketOrder.round_number == number, OrderPayment.orphaned_at.is_(None))
        )
        ranges = db.session.scalars(
            select(SlipRange).where(SlipRange.round_number == number, SlipRange.payment_id.is_not(None))
        )
        stored = _Stored(
            round_.sales_end_height,
            round_.ticket_supply,
            {
                order.id: Price(order.base_ticket_price_sats, order.player_ticket_price_sats, order.min_payment_sats)
                for order in orders
            },
            {
                (row.txid, row.vout): _Payment(row.id, row.status, row.credited_sats, row.refundable_sats)
                for row in payments
            },
            {row.payment_id: (row.first or 0, row.after) for row in ranges if row.payment_id},
        )
        return stored.differences


def _order(row: Row[Any]) -> BundleOrder:
    return BundleOrder(**order_fields(row), player_public_identifier=row.player_public_identifier)


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
    return WinRecord(
        **win_fields(win, win.slip_id),
        player_public_identifier=win.player_public_identifier,
        winning_ticket=win.winning_ticket_number,
    )


@dataclass(frozen=True, slots=True)
class _Payment:
    id: UUID
    status: str
    credited: int
    refundable: int


@dataclass(slots=True)
class _Stored:
    """What the tables say, and how far the replay has come."""

    sales_end: int
    supply: int
    prices: dict[UUID, Price]
    payments: dict[tuple[str, int], _Payment]
    ranges: dict[UUID, tuple[int, int]]
    holdings: dict[UUID, Holding] = field(default_factory=dict)
    sold: int = 0

    def differences(self, found: Sequence[Paid]) -> Iterator[str]:
        """Everything that another payment, fate or range would be expected for."""
        for paid in found:
            row = self.payments.get((paid.txid, paid.vout))
            if row is not None and row.status != "void":
                yield from self._credit(paid, row)

    def _credit(self, paid: Paid, row: _Payment) -> Iterator[str]:
        holding = self.holdings.get(paid.order_id, Holding())
        fate = assess(
            paid.sats,
            self.prices[paid.order_id],
            holding,
            self.supply - self.sold,
            in_time=paid.height < self.sales_end,
        )
        if (str(fate.fate), fate.credited, fate.refundable) != (row.status, row.credited, row.refundable):
            yield f"{paid.txid}:{paid.vout}: expected {fate.fate} with {fate.credited} sats credited"
        if fate.tickets and self.ranges.get(row.id) != (self.sold, self.sold + fate.tickets):
            yield f"{paid.txid}:{paid.vout}: expected tickets {self.sold} to {self.sold + fate.tickets - 1}"
        if fate.fate is Fate.CREDITED:
            self.sold += fate.tickets
            self.holdings[paid.order_id] = Holding(holding.credited + fate.credited, holding.tickets + fate.tickets)
