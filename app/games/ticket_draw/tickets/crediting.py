"""Payments become tickets, in chain order, at the end of their round's sequence; a lost block takes them back.

Called by the rail inside the block's own transaction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import func, select, text

from app.chain.listeners import BlockRef, ChainPayment
from app.core.database.session import db
from app.core.faults import step
from app.core.money import Sats
from app.games.ticket_draw.models import TABLES, Round, TicketOrder, TicketSlip
from app.games.ticket_draw.rules import Assessment, Fate, Holding, Price, assess
from app.record.events import service as events
from app.record.ledger import service as ledger
from app.record.ledger.entries import Posting
from app.selling.windows.models import FINAL_STATUSES
from app.selling.windows.orders.crediting import IRREVERSIBLE, NO_MORE_CREDIT, Fated, lock_rounds, told, write_payments
from app.selling.windows.questions.crediting import Crediting, Orphan
from app.selling.windows.rounds import lifecycle
from app.selling.windows.tables import AnyTables

from . import postings, statements


@dataclass(slots=True)
class _Order:
    """An order being paid in this block, with what it holds so far."""

    id: UUID
    site_id: UUID
    round_number: int
    price: Price
    holding: Holding
    is_new: bool


@dataclass(slots=True)
class _Outcome:
    payment: ChainPayment
    order: _Order
    assessment: Assessment
    first: int  # the first ticket's number, if there are tickets

    @property
    def fated(self) -> Fated:
        order, found = self.order, self.assessment
        return Fated(
            self.payment, order.id, order.site_id, order.round_number, str(found.fate), found.credited, found.refundable
        )


@dataclass(slots=True)
class _Batch:
    """Everything one block does to the game, collected first and written set-wise afterwards."""

    outcomes: list[_Outcome] = field(default_factory=list)
    legs: list[Posting] = field(default_factory=list)
    facts: list[events.Fact] = field(default_factory=list)


def credit(game: AnyTables, block: BlockRef, payments: Sequence[ChainPayment]) -> None:
    """Give the block's payments to orders of the main game, which is `game`, their fates and their tickets."""
    orders = _orders_paid([payment.deposit_address_id for payment in payments])
    rounds: dict[int, Round] = lock_rounds(game, {order.round_number for order in orders.values()})
    batch = _Batch()
    for payment in payments:
        order = orders.get(payment.deposit_address_id)
        if order is not None:
            _assess(game, batch, payment, order, rounds[order.round_number], block)
    step("credit.assessed")
    _write(game, batch, block)
    step("credit.written")
    ledger.post(batch.legs)
    events.record_many(batch.facts)


def take_back(payments: Sequence[Orphan]) -> None:
    """Cut the payments' tickets off, which are the last ones of their rounds."""
    db.session.execute(text(statements.DELETE_RANGES), {"ids": [row.id for row in payments]})
    db.session.execute(text(statements.SHRINK_SLIPS), {"ids": [row.order_id for row in payments]})
    db.session.execute(text(statements.COUNT_SOLD_AGAIN), {"rounds": list({row.round_number for row in payments})})


def _orders_paid(address_ids: Sequence[UUID]) -> dict[UUID, _Order]:
    rows = db.session.execute(text(statements.ORDERS_PAID), {"addresses": list(set(address_ids))})
    return {
        row.deposit_address_id: _Order(
            row.id,
            row.partner_site_id,
            row.round_number,
            Price(row.base_ticket_price_sats, row.player_ticket_price_sats, row.min_payment_sats),
            Holding(row.paid_sats or 0, row.ticket_count or 0),
            is_new=row.ticket_count is None,
        )
        for row in rows
    }


def _assess(
    game: AnyTables, batch: _Batch, payment: ChainPayment, order: _Order, round_: Round, block: BlockRef
) -> None:
    supply_left = round_.ticket_supply - round_.sold_tickets
    in_time = block.height < round_.sales_end_height
    outcome = assess(payment.amount_sats, order.price, order.holding, supply_left, in_time=in_time)
    if round_.status in NO_MORE_CREDIT and outcome.fate in (
        Fate.CREDITED,
        Fate.SOLD_OUT,
    ):  # a deep reorganisation brought it
        outcome = Assessment(Fate.VOID, 0, 0, payment.amount_sats)
    batch.outcomes.append(_Outcome(payment, order, outcome, round_.sold_tickets))
    batch.legs += postings.credit(payment.payment_id, order.round_number, order.price.base, outcome)
    if outcome.fate is Fate.CREDITED:
        round_.sold_tickets += outcome.tickets
        order.holding = Holding(order.holding.credited + outcome.credited, order.holding.tickets + outcome.tickets)
        if round_.status in IRREVERSIBLE:  # only a reorganisation deeper than a seal's burial leads here
            lifecycle.halt(game, round_, "credited_after_seal")
    batch.facts += _facts(game, batch.outcomes[-1])


def _facts(game: AnyTables, outcome: _Outcome) -> list[events.Fact]:
    order, assessment = outcome.order, outcome.assessment
    facts = [told(game, outcome.fated)]
    if assessment.tickets:
        assigned = {
            "orderId": str(order.id),
            "roundNumber": order.round_number,
            "range": [outcome.first, outcome.first + assessment.tickets - 1],
            "ticketCount": order.holding.tickets,
        }
        facts.append(events.Fact("slip.assigned", game.name, f"order:{order.id}", assigned, order.site_id))
    return facts


def _write(game: AnyTables, batch: _Batch, block: BlockRef) -> None:
    if not batch.outcomes:
        return
    write_payments(game, [outcome.fated for outcome in batch.outcomes], block)
    assigned = [outcome for outcome in batch.outcomes if outcome.assessment.tickets]
    if not assigned:
        return
    _write_slips({outcome.order.id: outcome.order for outcome in assigned}, block)
    db.session.flush()  # the rounds' sold tickets, before the ranges that are checked against them
    db.session.execute(
        text(statements.INSERT_RANGES),
        {
            "rounds": [outcome.order.round_number for outcome in assigned],
            "firsts": [outcome.first for outcome in assigned],
            "afters": [outcome.first + outcome.assessment.tickets for outcome in assigned],
            "slips": [outcome.order.id for outcome in assigned],
            "payments": [outcome.payment.payment_id for outcome in assigned],
        },
    )


def _write_slips(orders: dict[UUID, _Order], block: BlockRef) -> None:
    held = list(orders.values())
    db.session.execute(
        text(statements.UPSERT_SLIPS),
        {
            "height": block.height,
            "hash": block.hash_hex,
            "ids": [order.id for order in held],
            "rounds": [order.round_number for order in held],
            "paid": [order.holding.credited for order in held],
            "tickets": [order.holding.tickets for order in held],
            "contributions": [order.holding.tickets * order.price.base for order in held],
        },
    )


class TicketCrediting(Crediting[Round]):
    """Tickets for payments, and what players paid beyond base prices: edges and remainders."""

    def credit(self, block: BlockRef, payments: Sequence[ChainPayment]) -> None:
        credit(TABLES, block, payments)

    def take_back(self, payments: Sequence[Orphan]) -> None:
        take_back(payments)

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
