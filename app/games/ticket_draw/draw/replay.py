"""A round's payments credited once more, in chain order, and compared with what is stored. Nothing is written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import select

from app.core.database.session import db
from app.games.ticket_draw.models import OrderPayment, Round, SlipRange, TicketOrder
from app.games.ticket_draw.rules import Fate, Holding, Price, assess
from app.selling.windows.questions.proof import Comparison, Paid


def of_round(round_: Round) -> Comparison:
    """What compares the chain's payments with the round's fates, money and tickets as they are now."""
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
