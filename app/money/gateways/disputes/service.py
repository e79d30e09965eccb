"""Disputes: what one takes stands apart until it ends, won or lost. In the caller's transaction, the payment locked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast
from uuid import UUID

from sqlalchemy import select

from app.core.database.session import db
from app.core.ids import new_id
from app.core.text.amounts import plain
from app.money.gateways import postings
from app.money.gateways.clients.interface import DisputeTold
from app.money.gateways.models import GatewayDispute, GatewayPayment
from app.money.gateways.payers import telling
from app.money.gateways.purchases import PURCHASES, Payment
from app.money.gateways.states import DisputeState
from app.people.players.queries import read_now
from app.record.audit.service import close_alarm, note, raise_alarm
from app.record.ledger import queries as ledger_queries
from app.record.ledger import service as ledger


def of(payment_id: UUID) -> Sequence[DisputeState]:
    """How each of a payment's disputes stands."""
    found = db.session.scalars(select(GatewayDispute.state).where(GatewayDispute.payment_id == payment_id))
    return [cast(DisputeState, state) for state in found]


def heard(row: GatewayPayment, payment: Payment, told: DisputeTold) -> bool:
    """What the provider says of a dispute, from its first day to its last; an end that was heard stays. False: it is
    not believed, for no dispute takes more than was paid. One that took nothing is none."""
    if told.amount_minor > row.received_minor:
        amount = f"{plain(told.amount_minor, row.currency)} {row.currency}"
        raise_alarm("payment_differs", f"payment:{row.id}", told=f"dispute of {amount}")
        return False
    close_alarm("payment_differs", f"payment:{row.id}")
    if told.amount_minor >= 1:
        _heard(row, payment, told)
    return True


def _heard(row: GatewayPayment, payment: Payment, told: DisputeTold) -> None:
    found = _known(row.id, told)
    if told.state == "lost" and row.is_taken and (found is None or found.state == "open"):
        PURCHASES.get()[row.purchase_kind].kind.give_up(payment, told.amount_minor)
    found = found or _open(row, payment, told)
    found.answer_by = told.answer_by or found.answer_by
    _charge(payment, found, told.fee_minor)
    if found.state != "open" or told.state == "open":
        return
    found.state, found.ended_at = told.state, read_now()
    if told.state == "won":
        ledger.post(postings.reinstated(found.id, payment.clearing, found.amount_minor))
    elif row.is_taken:
        PURCHASES.get()[row.purchase_kind].kind.charged_back(payment, found.amount_minor, str(found.id))
    else:
        in_refund = ledger_queries.balance(payment.refund)
        ledger.post(postings.lost_unsold(found.id, payment.refund, in_refund, found.amount_minor))
    close_alarm("payment_disputed", f"payment:{row.id}")
    db.session.flush()
    telling.disputed(row, found)


def _charge(payment: Payment, found: GatewayDispute, fee: int) -> None:
    """The house bears what the provider charges, and has it back where that comes back."""
    if fee == found.fee_minor:
        return
    times = len(ledger_queries.postings_of(postings.DISPUTE, [str(found.id)], "fee"))
    ledger.post(postings.dispute_fee(found.id, payment.clearing, fee - found.fee_minor, times))
    found.fee_minor = fee


def _known(payment_id: UUID, told: DisputeTold) -> GatewayDispute | None:
    its = (GatewayDispute.payment_id == payment_id) & (GatewayDispute.provider_id == told.provider_id)
    return db.session.scalars(select(GatewayDispute).where(its)).one_or_none()


def _open(row: GatewayPayment, payment: Payment, told: DisputeTold) -> GatewayDispute:
    """It took its amount, which may be more than is there: that is an alarm, and no money in hand."""
    made = GatewayDispute(
        id=new_id(),
        payment_id=row.id,
        provider_id=told.provider_id,
        amount_minor=told.amount_minor,
        state="open",
        because=told.because[:200],
    )
    db.session.add(made)
    db.session.flush()
    ledger.post(postings.withdrawn(made.id, payment.clearing, made.amount_minor))
    until = {"until": f"{told.answer_by:%Y-%m-%d %H:%M} UTC"} if told.answer_by is not None else {}
    raise_alarm("payment_disputed", f"payment:{row.id}", why=made.because, **until)
    if ledger_queries.balance(payment.clearing) < 0:
        raise_alarm("gateway_below_zero", f"clearing:{row.provider}:{row.currency}")
    figures = {"amount_minor": made.amount_minor, "currency": row.currency}
    note("system", "gateway.dispute_opened", f"payment:{row.id}", made.because, **figures)
    telling.disputed(row, made)
    return made
