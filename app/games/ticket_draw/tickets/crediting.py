"""Payments become tickets, in chain order, at the end of their round's sequence; a lost block takes them back.

Called by the rail inside the block's own transaction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import func, select, text

from app.chain.listeners import BlockRef, ChainPayment
from app.core.database.session import db
from app.core.faults import step
from app.core.money import Sats
from app.games.ticket_draw.models import TABLES, Round, TicketOrder, TicketSlip
from app.games.ticket_draw.rules import GAME, Assessment, Fate, Holding, Price, assess
from app.record.events import service as events
from app.record.ledger import service as ledger
from app.record.ledger.entries import Posting
from app.selling.windows import postings
from app.selling.windows.models import FINAL_STATUSES
from app.selling.windows.orders.crediting import IRREVERSIBLE, NO_MORE_CREDIT, lock_rounds, told, write_payments
from app.selling.windows.orders.leaves import Fated, Held
from app.selling.windows.questions.crediting import Crediting, Orphan
from app.selling.windows.rounds import lifecycle
from app.selling.windows.tables import AnyTables

from . import statements


@dataclass(slots=True)
class _Order:
    """An order being paid in this block, with what it holds so far."""

    id: UUID
    site_id: UUID
    round_number: int
    price: Price
    holding: Holding
    is_new: bool  # it has no slip yet
    commitment: bytes
    person: str  # by its partner's own name


@dataclass(slots=True)
class _Sale:
    """A round while the block is credited, in plain values: a row's attributes cost more than the rules."""

    row: Round
    supply: int
    sold: int
    status: str
    in_time: bool


class _Assigned(NamedTuple):
    """Tickets that a payment brought."""

    order: _Order
    payment_id: UUID
    first: int
    tickets: int


@dataclass(slots=True)
class _Batch:
    """Everything one block does to the game, collected first and written set-wise afterwards."""

    game: AnyTables
    sales: dict[int, _Sale]
    fated: list[Fated] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)  # of each of them
    assigned: list[_Assigned] = field(default_factory=list)
    legs: list[Posting] = field(default_factory=list)
    facts: list[events.Fact] = field(default_factory=list)


def credit(game: AnyTables, block: BlockRef, payments: Sequence[ChainPayment]) -> None:
    """Give the block's payments to orders of the main game, which is `game`, their fates and their tickets."""
    orders = _orders_paid([payment.deposit_address_id for payment in payments])
    if not orders:
        return
    batch = _Batch(game, _sales(game, block, {order.round_number for order in orders.values()}))
    for payment in payments:
        order = orders.get(payment.deposit_address_id)
        if order is not None:
            _assess(batch, payment, order)
    step("credit.assessed")
    _write(batch, block)
    step("credit.written")
    ledger.post(batch.legs)
    events.record_many(batch.facts)


def take_back(payments: Sequence[Orphan]) -> None:
    """Cut the payments' tickets off, which are the last ones of their rounds."""
    db.session.execute(text(statements.DELETE_RANGES), {"ids": [row.id for row in payments]})
    db.session.execute(text(statements.SHRINK_SLIPS), {"ids": list({row.order_id for row in payments})})
    db.session.execute(text(statements.COUNT_SOLD_AGAIN), {"rounds": list({row.round_number for row in payments})})


def _orders_paid(address_ids: Sequence[UUID]) -> dict[UUID, _Order]:
    rows = db.session.execute(text(statements.ORDERS_PAID), {"addresses": list(address_ids)}).all()
    return {
        address_id: _Order(
            order_id,
            site_id,
            number,
            Price(base, player, least),
            Holding(paid or 0, tickets or 0),
            tickets is None,
            commitment,
            person,
        )
        for order_id, address_id, site_id, number, base, player, least, paid, tickets, commitment, person in rows
    }


def _sales(game: AnyTables, block: BlockRef, numbers: set[int]) -> dict[int, _Sale]:
    rounds: dict[int, Round] = lock_rounds(TABLES, numbers)
    return {
        number: _Sale(row, row.ticket_supply, row.sold_tickets, row.status, block.height < row.sales_end_height)
        for number, row in rounds.items()
    }


def _assess(batch: _Batch, payment: ChainPayment, order: _Order) -> None:
    sale = batch.sales[order.round_number]
    outcome = assess(payment.amount_sats, order.price, order.holding, sale.supply - sale.sold, in_time=sale.in_time)
    if sale.status in NO_MORE_CREDIT and outcome.fate in (Fate.CREDITED, Fate.SOLD_OUT):
        # A deep reorganisation brought it.
        outcome = Assessment(Fate.VOID, 0, 0, payment.amount_sats)
    fated = Fated(
        payment, order.id, order.site_id, order.round_number, str(outcome.fate), outcome.credited, outcome.refundable
    )
    batch.fated.append(fated)
    batch.legs += transfers(payment.payment_id, order.round_number, order.price.base, outcome)
    batch.facts.append(told(batch.game, fated))
    tickets = None
    if outcome.fate is Fate.CREDITED:
        tickets = _assign(batch, payment, order, outcome)
        if sale.status in IRREVERSIBLE:  # only a reorganisation deeper than a seal's burial leads here
            lifecycle.halt(batch.game, sale.row, "credited_after_seal")
            sale.status = sale.row.status
    batch.held.append(_named(order.commitment, order.person, tickets))


def _named(commitment: bytes, person: str, tickets: list[int] | None) -> Held:
    """What the public log names of a payment: the first and the last ticket that it brought."""
    return Held(commitment, person, {"tickets": tickets})


def transfers(payment_id: UUID, round_number: int, base_price: Sats, outcome: Assessment) -> list[Posting]:
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


def _assign(batch: _Batch, payment: ChainPayment, order: _Order, outcome: Assessment) -> list[int] | None:
    """What is credited is held, and the tickets it pays for stand at the end of the round's sequence: from the first
    to the last of them."""
    sale, tickets = batch.sales[order.round_number], outcome.tickets
    first, held = sale.sold, order.holding
    order.holding = Holding(held.credited + outcome.credited, held.tickets + tickets)
    if not tickets:
        return None
    sale.sold += tickets
    batch.assigned.append(_Assigned(order, payment.payment_id, first, tickets))
    key, brought = str(order.id), [first, first + tickets - 1]
    payload = {
        "orderId": key,
        "roundNumber": order.round_number,
        "range": brought,
        "ticketCount": order.holding.tickets,
    }
    batch.facts.append(events.Fact("slip.assigned", batch.game.name, f"order:{key}", payload, order.site_id))
    return brought


def _write(batch: _Batch, block: BlockRef) -> None:
    write_payments(batch.game, batch.fated, batch.held, block)
    if not batch.assigned:
        return
    held = {assigned.order.id: assigned.order for assigned in batch.assigned}
    _write_slips(list(held.values()), block)
    for sale in batch.sales.values():
        sale.row.sold_tickets = sale.sold
    db.session.flush()  # the rounds' sold tickets, before the ranges that are checked against them
    db.session.execute(
        text(statements.INSERT_RANGES),
        {
            "rounds": [assigned.order.round_number for assigned in batch.assigned],
            "firsts": [assigned.first for assigned in batch.assigned],
            "afters": [assigned.first + assigned.tickets for assigned in batch.assigned],
            "slips": [assigned.order.id for assigned in batch.assigned],
            "payments": [assigned.payment_id for assigned in batch.assigned],
        },
    )


def _write_slips(orders: Sequence[_Order], block: BlockRef) -> None:
    fresh = [order for order in orders if order.is_new]
    if fresh:
        place = {"height": block.height, "hash": block.hash_hex, "rounds": [order.round_number for order in fresh]}
        db.session.execute(text(statements.INSERT_SLIPS), _holdings(fresh) | place)
    known = [order for order in orders if not order.is_new]
    if known:
        db.session.execute(text(statements.GROW_SLIPS), _holdings(known))


def _holdings(orders: Sequence[_Order]) -> dict[str, Any]:
    return {
        "ids": [order.id for order in orders],
        "paid": [order.holding.credited for order in orders],
        "tickets": [order.holding.tickets for order in orders],
        "contributions": [order.holding.tickets * order.price.base for order in orders],
    }


class TicketCrediting(Crediting[Round]):
    """Tickets for payments, and what players paid beyond base prices: edges and remainders."""

    def credit(self, block: BlockRef, payments: Sequence[ChainPayment]) -> None:
        credit(TABLES, block, payments)

    def take_back(self, payments: Sequence[Orphan]) -> None:
        take_back(payments)

    def bought_nothing(self, order_id: UUID) -> Held:
        row = db.session.execute(text(statements.NAMED), {"id": order_id}).one()
        return _named(row.commitment, row.player_private_identifier, None)

    def pool_sats(self, round_: Round) -> Sats:
        return round_.sold_tickets * round_.base_ticket_price_sats

    def held_by_site(self, number: int) -> Mapping[UUID, Sats]:
        rows = db.session.execute(text(statements.HELD_BY_SITE), {"round": number})
        return {site: int(held) for site, held in rows}

    def unsettled_sats(self, site_id: UUID) -> Sats:
        query = (
            select(func.coalesce(func.sum(TicketSlip.paid_sats - TicketSlip.jackpot_contribution_sats), 0))
            .join(TicketOrder, TicketOrder.id == TicketSlip.id)
            .join(Round, Round.round_number == TicketSlip.round_number)
            .where(TicketOrder.partner_site_id == site_id, Round.status.not_in(FINAL_STATUSES))
        )
        return int(db.session.scalar(query) or 0)
