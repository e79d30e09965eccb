"""A round's orders funded once more, in chain order, and given their numbers again. Nothing is written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from sqlalchemy import select

from app.chain.models import DepositAddress
from app.core.database.session import db
from app.games.luckotto.models import LuckottoOrder, LuckottoPayment, LuckottoRound, LuckottoTicket
from app.games.luckotto.rules import Fate, Standing, fate, is_funded_by, numbers_of
from app.games.luckotto.tickets import allocation
from app.selling.windows.questions.proof import Comparison, Paid

_SELLING = ("scheduled", "open", "unbacked", "closed")


def of_round(round_: LuckottoRound) -> Comparison:
    """What compares the chain's payments with the round's fates, money and tickets as they are now."""
    number = round_.round_number
    orders = db.session.execute(
        select(LuckottoOrder, DepositAddress.commitment)
        .join(DepositAddress, DepositAddress.id == LuckottoOrder.deposit_address_id)
        .where(LuckottoOrder.round_number == number)
    )
    payments = db.session.scalars(
        select(LuckottoPayment)
        .join(LuckottoOrder, LuckottoOrder.id == LuckottoPayment.order_id)
        .where(LuckottoOrder.round_number == number, LuckottoPayment.orphaned_at.is_(None))
    )
    tickets = db.session.scalars(select(LuckottoTicket).where(LuckottoTicket.round_number == number))
    return _Replay(
        round_.sales_end_height,
        round_.pool_size,
        round_.status,
        {row.id: _Order(row.requested, row.total_sats, row.min_payment_sats, commitment) for row, commitment in orders},
        {(row.txid, row.vout): (row.status, row.credited_sats, row.refundable_sats) for row in payments},
        {row.id: (row.sequence, row.numbers) for row in tickets},
    ).differences


@dataclass(frozen=True, slots=True)
class _Order:
    requested: int
    total: int
    minimum: int
    commitment: bytes
    standing: Standing = field(default_factory=Standing)


@dataclass(slots=True)
class _Replay:
    """What the tables say, and how far the replay has come."""

    sales_end: int
    pool_size: int
    status: str
    orders: dict[UUID, _Order]
    payments: dict[tuple[str, int], tuple[str, int, int]]
    tickets: dict[UUID, tuple[int, int]]
    given: dict[UUID, int] = field(default_factory=dict)
    looked_at: dict[int, int] = field(default_factory=dict)

    def differences(self, found: Sequence[Paid]) -> Iterator[str]:
        """Every payment with another fate, and every order with other numbers, than the chain gives them."""
        fates = [(paid, self._fund(paid)) for paid in found]
        for paid, first_fate in fates:
            yield from self._compare(paid, first_fate)
        expected = {order: (sequence, numbers) for sequence, (order, numbers) in enumerate(self.given.items())}
        for order in sorted(expected.keys() | self.tickets.keys()):
            right, stored = expected.get(order), self.tickets.get(order)
            if right != stored:
                yield f"order {order}: expected {_ticket(right)}, stored {_ticket(stored)}"

    def _fund(self, paid: Paid) -> Fate:
        order = self.orders[paid.order_id]
        standing = order.standing
        found = fate(paid.sats, order.minimum, standing, in_time=paid.height < self.sales_end, is_over=False)
        if found is not Fate.CREDITED:
            return found
        is_allocated = standing.is_allocated
        if is_funded_by(paid.sats, order.total, standing):
            is_allocated = self._allocate(paid, order)
            found = found if is_allocated else Fate.UNALLOCATED
        credited = standing.credited + paid.sats
        after = Standing(credited, is_allocated) if found is Fate.CREDITED else replace(standing, is_unallocated=True)
        self.orders[paid.order_id] = replace(order, standing=after)
        return found

    def _allocate(self, paid: Paid, order: _Order) -> bool:
        before = self.looked_at.get(paid.height, 0)
        taken = allocation.masks(list(self.given.values()))
        numbers, looked_at = allocation.search(order.requested, self.pool_size, taken, order.commitment, before)
        self.looked_at[paid.height] = before + looked_at
        if numbers is not None:
            self.given[paid.order_id] = numbers
        return numbers is not None

    def _compare(self, paid: Paid, found: Fate) -> Iterator[str]:
        row = self.payments.get((paid.txid, paid.vout))
        if row is None or row[0] == "void":
            return
        found = self._decided(paid, found, row[0])
        credited = paid.sats if found is Fate.CREDITED else 0
        if row != (str(found), credited, paid.sats - credited):
            yield f"{paid.txid}:{paid.vout}: expected {found} with {credited} sats credited"

    def _decided(self, paid: Paid, found: Fate, stored: str) -> Fate:
        """Once sales are buried, what was credited to an order without a ticket waits for its refund."""
        standing = self.orders[paid.order_id].standing
        if found is not Fate.CREDITED or standing.is_allocated or self.status in _SELLING:
            return found
        if self.status == "halted" and stored == Fate.CREDITED:  # credited once more, and not decided again
            return found
        return Fate.UNALLOCATED if standing.is_unallocated else Fate.UNDERFUNDED


def _ticket(ticket: tuple[int, int] | None) -> str:
    if ticket is None:
        return "no ticket"
    sequence, numbers = ticket
    return f"ticket {sequence} with {', '.join(map(str, numbers_of(numbers)))}"
