"""Payments become tickets, in chain order, at the end of their round's sequence; a lost block takes them back.

Called by the scanner inside the block's own transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import select, text

from app.chain.listeners import BlockRef, ChainPayment
from app.core.db import db
from app.core.faults import step
from app.events import service as events
from app.ledger import queries as ledger_queries
from app.ledger import service as ledger
from app.ledger.entries import Posting, mirrored
from app.payouts import balances

from . import lifecycle, postings, statements
from .models import Round
from .rules import GAME, Assessment, Fate, Holding, Price, assess

_IRREVERSIBLE = ("sealed", "drawing")
_FINAL = ("settled", "void")


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


@dataclass(slots=True)
class _Batch:
    """Everything one block does to the game, collected first and written set-wise afterwards."""

    outcomes: list[_Outcome] = field(default_factory=list)
    legs: list[Posting] = field(default_factory=list)
    facts: list[events.Fact] = field(default_factory=list)


class Crediting:
    """The game's ear on the chain."""

    def connect(self, block: BlockRef, payments: Sequence[ChainPayment]) -> None:
        """Credit the block's payments and move rounds to their next phase."""
        if payments:
            self._credit(block, payments)
        lifecycle.follow_tip(block.height)

    def disconnect(self, block: BlockRef, payments: Sequence[ChainPayment]) -> None:
        """Take the block's tickets back, which are the last ones of their rounds."""
        lifecycle.halt_if_final(block.height)
        if payments:
            self._undo([payment.payment_id for payment in payments])
        lifecycle.follow_tip(block.height - 1)

    def _credit(self, block: BlockRef, payments: Sequence[ChainPayment]) -> None:
        orders = _orders_paid([payment.deposit_address_id for payment in payments])
        rounds = _lock_rounds({order.round_number for order in orders.values()})
        batch = _Batch()
        for payment in payments:
            order = orders.get(payment.deposit_address_id)
            if order is not None:
                _assess(batch, payment, order, rounds[order.round_number], block)
        step("credit.assessed")
        _write(batch, block)
        step("credit.written")
        ledger.post(batch.legs)
        events.record_many(batch.facts)

    def _undo(self, payment_ids: Sequence[UUID]) -> None:
        ids = {"ids": list(payment_ids)}
        mine = db.session.execute(text(statements.ORPHAN_PAYMENTS), ids).all()
        if not mine:
            return
        # A settled round never changes, not even when its payments fall out of the chain: a loss, and a person's case.
        movable = [row for row in mine if row.round_status != "settled"]
        db.session.execute(text(statements.DELETE_RANGES), {"ids": [row.id for row in movable]})
        db.session.execute(text(statements.SHRINK_SLIPS), {"ids": [row.order_id for row in movable]})
        db.session.execute(text(statements.COUNT_SOLD_AGAIN), {"rounds": list({row.round_number for row in movable})})
        legs = _taken_back([row.id for row in movable])
        legs += _lost([row.id for row in mine if row.round_status == "settled"])
        ledger.post(legs)
        events.record_many(
            [
                events.Fact("payment.orphaned", GAME, f"order:{row.order_id}",
                            {"orderId": str(row.order_id), "txid": row.txid, "vout": row.vout}, row.partner_site_id)
                for row in mine
            ]
        )  # fmt: skip
        balances.tell(GAME, legs, "refund_undone")


def _taken_back(payment_ids: Sequence[UUID]) -> list[Posting]:
    """The mirror of all that was posted for these payments, their voiding and refunds included."""
    ids = [str(payment_id) for payment_id in payment_ids]
    credited = ledger_queries.postings_of(postings.PAYMENT, ids, "credit")
    voided = ledger_queries.postings_of(postings.PAYMENT, ids, "void")
    return mirrored(credited, "undo") + mirrored(voided, "undo_void") + _refunds_taken_back(ids)


def _refunds_taken_back(ids: Sequence[str]) -> list[Posting]:
    return mirrored(ledger_queries.postings_of(postings.PAYMENT, ids, "refund"), "undo_refund")


def _lost(payment_ids: Sequence[UUID]) -> list[Posting]:
    ids = [str(payment_id) for payment_id in payment_ids]
    posted = ledger_queries.postings_of(postings.PAYMENT, ids, "credit")
    return postings.lost_after_settlement(posted) + _refunds_taken_back(ids)


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


def _lock_rounds(numbers: set[int]) -> dict[int, Round]:
    rows = db.session.scalars(
        select(Round)
        .where(Round.round_number.in_(numbers))
        .order_by(Round.round_number)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {row.round_number: row for row in rows}


def _assess(batch: _Batch, payment: ChainPayment, order: _Order, round_: Round, block: BlockRef) -> None:
    supply_left = round_.ticket_supply - round_.sold_tickets
    in_time = block.height < round_.sales_end_height
    outcome = assess(payment.amount_sats, order.price, order.holding, supply_left, in_time=in_time)
    if round_.status in _FINAL and outcome.fate in (Fate.CREDITED, Fate.SOLD_OUT):  # a deep reorganisation brought it
        outcome = Assessment(Fate.VOID, 0, 0, payment.amount_sats)
    batch.outcomes.append(_Outcome(payment, order, outcome, round_.sold_tickets))
    batch.legs += postings.credit(payment.payment_id, order.round_number, order.price.base, outcome)
    if outcome.fate is Fate.CREDITED:
        round_.sold_tickets += outcome.tickets
        order.holding = Holding(order.holding.credited + outcome.credited, order.holding.tickets + outcome.tickets)
        if round_.status in _IRREVERSIBLE:  # only a reorganisation deeper than a seal's burial leads here
            lifecycle.halt(round_, "credited_after_seal")
    batch.facts += _facts(batch.outcomes[-1], round_)


def _facts(outcome: _Outcome, round_: Round) -> list[events.Fact]:
    order, payment, assessment = outcome.order, outcome.payment, outcome.assessment
    payload = {
        "orderId": str(order.id),
        "roundNumber": round_.round_number,
        "txid": payment.txid,
        "vout": payment.vout,
        "amountSats": payment.amount_sats,
        "creditedSats": assessment.credited,
        "refundableSats": assessment.refundable,
        "status": str(assessment.fate),
    }
    name = "order.paid" if assessment.fate is Fate.CREDITED else f"payment.{assessment.fate}"
    facts = [events.Fact(name, GAME, f"order:{order.id}", payload, order.site_id)]
    if assessment.tickets:
        assigned = {
            "orderId": str(order.id),
            "roundNumber": round_.round_number,
            "range": [outcome.first, outcome.first + assessment.tickets - 1],
            "ticketCount": order.holding.tickets,
        }
        facts.append(events.Fact("slip.assigned", GAME, f"order:{order.id}", assigned, order.site_id))
    return facts


def _write(batch: _Batch, block: BlockRef) -> None:
    if not batch.outcomes:
        return
    _write_payments(batch.outcomes, block)
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


def _write_payments(outcomes: Sequence[_Outcome], block: BlockRef) -> None:
    assessments = [outcome.assessment for outcome in outcomes]
    payments = [outcome.payment for outcome in outcomes]
    db.session.execute(
        text(statements.INSERT_PAYMENTS),
        {
            "height": block.height,
            "hash": block.hash_hex,
            "ids": [payment.payment_id for payment in payments],
            "orders": [outcome.order.id for outcome in outcomes],
            "txids": [payment.txid for payment in payments],
            "vouts": [payment.vout for payment in payments],
            "indexes": [payment.tx_index for payment in payments],
            "amounts": [payment.amount_sats for payment in payments],
            "statuses": [str(assessment.fate) for assessment in assessments],
            "credited": [assessment.credited for assessment in assessments],
            "refundable": [assessment.refundable for assessment in assessments],
            "rounds": [
                outcome.order.round_number if outcome.assessment.fate is Fate.CREDITED else None
                for outcome in outcomes
            ],
        },
    )  # fmt: skip


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
