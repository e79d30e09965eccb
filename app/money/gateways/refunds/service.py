"""Refunds: asked for, sent once, asked about, and undone if they fail, even after they had succeeded. In the caller's
transaction, the payment locked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, cast
from uuid import UUID

from sqlalchemy import func, select, update

from app.core.database.session import db
from app.core.errors import DomainError
from app.core.ids import new_id
from app.money.gateways import postings, states
from app.money.gateways.clients.interface import RefundTold
from app.money.gateways.models import GatewayDispute, GatewayPayment, GatewayRefund
from app.money.gateways.payers import telling
from app.money.gateways.purchases import PURCHASES, Payment
from app.money.gateways.states import RefundState
from app.people.players.queries import read_now
from app.record.audit.service import close_alarm, note, raise_alarm
from app.record.ledger import service as ledger
from app.record.ledger.entries import AccountRef

LATE: Final = timedelta(hours=1)
"""After so long a refund that its provider does not know was never taken."""


def of(payment_id: UUID) -> Sequence[tuple[RefundState, int]]:
    """State and amount of each of a payment's refunds, the oldest first."""
    query = select(GatewayRefund.state, GatewayRefund.amount_minor).where(GatewayRefund.payment_id == payment_id)
    return [
        (cast(RefundState, state), amount) for state, amount in db.session.execute(query.order_by(GatewayRefund.id))
    ]


def left(row: GatewayPayment) -> int:
    """What of a payment may still be given back: what a dispute took is with the payer, or his bank has it for now."""
    its = (GatewayDispute.payment_id == row.id) & (GatewayDispute.state != "won")
    taken = db.session.scalar(select(func.coalesce(func.sum(GatewayDispute.amount_minor), 0)).where(its))
    return max(row.received_minor - int(taken or 0) - sum(back for state, back in of(row.id) if state != "failed"), 0)


def returnable(row: GatewayPayment, payment: Payment) -> int:
    """What of that is still there: what it bought has not played or spent it. Minor units."""
    rest = left(row)
    if not row.is_taken or not rest:
        return rest
    return min(rest, PURCHASES.get()[row.purchase_kind].kind.returnable(payment))


def check(row: GatewayPayment, amount: int) -> None:
    """Whether so much of a payment may be given back on somebody's wish.

    Raises DomainError 422 `amount_out_of_range`; 409 `payment_not_paid`, `payment_disputed`, `refund_too_much`.
    """
    if row.paid_at is None:
        raise DomainError("payment_not_paid", status=409)
    if row.state == "disputed":
        raise DomainError("payment_disputed", status=409)
    _check_amount(row, amount)


def request(row: GatewayPayment, payment: Payment, amount: int, *, because: str, actor: str) -> UUID:
    """Money is to go back: the purchase gives it up first. Returns the refund's id.

    Raises DomainError 422 `amount_out_of_range`; 409 `refund_too_much`, and what the purchase refuses with.
    """
    _check_amount(row, amount)
    refund_id = new_id()
    if row.is_taken:
        PURCHASES.get()[row.purchase_kind].kind.take_back(payment, amount, str(refund_id))
    made = GatewayRefund(
        id=refund_id,
        payment_id=row.id,
        amount_minor=amount,
        state="requested",
        because=because[:500],
        asked_by=actor,
        was_taken_back=row.is_taken,
        next_ask_at=read_now(),
    )
    db.session.add(made)
    db.session.flush()
    told = {"amount_minor": amount, "currency": row.currency}
    note(actor, "gateway.refund_asked", f"payment:{row.id}", made.because, **told)
    return refund_id


def heard(row: GatewayPayment, payment: Payment, refund: GatewayRefund, told: RefundTold, paid_from: str) -> None:
    """What the provider says of it. `paid_from`: whose clearing account it leaves."""
    now = read_now()
    before = cast(RefundState, refund.state)
    is_late = refund.sent_at is not None and now >= refund.sent_at + LATE
    after = states.refund_heard(before, told.answered, is_late=is_late)
    refund.provider_id = told.provider_id or refund.provider_id
    refund.next_ask_at = now + timedelta(seconds=states.back_off(refund.asks))
    if after != before:
        refund.state, refund.said = after, told.reason[:200]
        _move(row, payment, refund, before, AccountRef("clearing", paid_from, row.currency))
    if after == "succeeded" and refund.ended_at is not None:  # it may fail days later
        refund.next_ask_at = next((refund.ended_at + one for one in states.LATER if refund.ended_at + one > now), None)
    elif after == "failed":
        refund.next_ask_at = None
    db.session.flush()


def ask_soon(payment_id: UUID, soon: datetime) -> None:
    """Somebody says that something has happened to a payment: its refunds are asked about too."""
    its = (GatewayRefund.payment_id == payment_id) & (GatewayRefund.state != "failed") & ~GatewayRefund.is_unasked
    is_later = GatewayRefund.next_ask_at.is_(None) | (GatewayRefund.next_ask_at > soon)
    db.session.execute(update(GatewayRefund).where(its, is_later).values(next_ask_at=soon))


def close_failed(payment_id: UUID) -> None:
    """Money of it has gone back after all: what was said of an earlier refund is past, as far as this makes it good."""
    close_alarm("refund_made_elsewhere", f"payment:{payment_id}")
    if not states.failures(of(payment_id)):
        close_alarm("refund_failed", f"payment:{payment_id}")


def _check_amount(row: GatewayPayment, amount: int) -> None:
    if amount <= 0:
        raise DomainError("amount_out_of_range", field="amountMinor")
    if amount > left(row):
        told: dict[str, str | int] = {"currency": row.currency, "leftMinor": left(row)}
        raise DomainError("refund_too_much", status=409, field="amountMinor", **told)


def _move(
    row: GatewayPayment, payment: Payment, refund: GatewayRefund, before: RefundState, clearing: AccountRef
) -> None:
    amount = refund.amount_minor
    if refund.state == "succeeded":
        ledger.post(postings.returned(refund.id, payment.refund, clearing, amount))
        close_failed(row.id)
    if refund.state == "failed":
        if before == "succeeded":
            ledger.post(postings.came_back(refund.id, payment.refund, clearing, amount))
        if refund.was_taken_back:
            PURCHASES.get()[row.purchase_kind].kind.give_back(payment, amount, str(refund.id))
        if states.went_back_already(refund.said):
            raise_alarm("refund_made_elsewhere", f"payment:{row.id}", why=refund.said)
        else:
            where = "in_wallet" if refund.was_taken_back else "owed"
            told = {"amount_minor": amount, "currency": row.currency, "why": refund.said}
            raise_alarm("refund_failed", f"payment:{row.id}", reason=where, **told)
    if refund.state in ("succeeded", "failed"):
        refund.ended_at = read_now()
        figures = {"amount_minor": amount, "currency": row.currency}
        note("system", f"gateway.refund_{refund.state}", f"payment:{row.id}", refund.said, **figures)
        telling.refund_ended(row, refund)
