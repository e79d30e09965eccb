"""Providers asked between two transactions: what is meant to be asked is written down, asked, and its answer written.

Whoever dies in between has lost nothing: an answer that nobody heard is asked for again, and only what gives the same
payment back is begun a second time.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

import structlog
from sqlalchemy import select

from app.core.config import current_settings
from app.core.database.session import db, end_reading, transaction
from app.core.dependencies.breaker import breaker
from app.core.errors import DomainError
from app.core.faults import step
from app.people.players.queries import read_now

from . import service, states
from .clients.all_of_them import CLIENTS, client_of
from .clients.interface import Begun, Client, Order, RefundOrder, RefundTold, Refused, Told, Unknown
from .models import GatewayPayment, GatewayRefund
from .reconciling import soon
from .refunds import service as refunds
from .refunds import unasked

log = structlog.get_logger()

_LONGEST_RUN_SECONDS: Final = 60.0
_AT_ONCE: Final = 200
_LEASE: Final = timedelta(seconds=40)
"""Longer than any answer takes: meanwhile nobody else asks."""
_BEGIN_AGAIN_FOR: Final = timedelta(hours=5)
"""So long every provider that gives the first payment back remembers its key."""


@dataclass(frozen=True, slots=True)
class _Claim:
    """A payment that is ours to ask about, and how."""

    client: Client
    order: Order
    begins: bool
    is_due: bool
    is_over: bool


def begin(payment_id: UUID) -> None:
    """Tell the provider of a new payment, and keep where it is paid; whatever it answers, the payment says so."""
    with transaction():
        row = service.locked(payment_id)
        client = client_of(row.provider)
        if row.state != "initiated" or row.begun_at is not None or client is None:
            return
        row.begun_at = read_now()
        order = _order(row)
    step("gateway.begin")
    outcome = _begun(client, order)
    step("gateway.begun")
    with transaction():
        service.began(payment_id, outcome)


def ask(payment_id: UUID) -> None:
    """Ask about a payment now, unless somebody just does."""
    with transaction():
        claimed = _claim(payment_id)
    if claimed is None:
        return
    if claimed.begins:
        outcome = _begun(claimed.client, claimed.order)
        step("gateway.begun")
        with transaction():
            service.began(payment_id, outcome)
        return
    told = _told(claimed)
    step("gateway.asked")
    with transaction():
        service.settle(payment_id, told, is_over=claimed.is_over)
        is_new = unasked.found(payment_id, claimed.client.name, told.gone)
    if is_new:  # its list says what else differs, and the alarm names it
        soon.try_comparing(claimed.client.name)


def cancel(payment_id: UUID) -> None:
    """Its payer does not want to pay any more. Where the provider can, it lets nobody pay it from now on; where it
    cannot, what is paid all the same goes back. Paid is paid.

    Raises:
        NotFound: `payment_not_found`.
        DomainError: 409 `payment_moved_on`: it does not wait to be paid; 409 `payment_is_processing`: he has paid, and
            the provider has still to decide; 503 `payment_not_cancelled`: nobody knows how it stands.
    """
    with transaction():
        row = service.locked(payment_id)
        client = client_of(row.provider)
        if row.state != "pending" or client is None:
            raise DomainError("payment_moved_on", status=409)
        claimed = _Claim(client, _order(row), begins=False, is_due=True, is_over=False)
    told = _told(claimed)
    step("gateway.asked")
    if told.answered == "unknown":
        raise DomainError("payment_not_cancelled", status=503)
    if told.is_processing:
        with transaction():
            service.settle(payment_id, told)
        raise DomainError("payment_is_processing", status=409)
    with transaction():
        service.cancel(payment_id, told)


def send(refund_id: UUID) -> None:
    """Send a refund, or ask about one that was sent."""
    with transaction():
        claimed = _claim_refund(refund_id)
    if claimed is None:
        return
    client, order, is_new = claimed
    told = _refunded(client, order, is_new=is_new)
    step("gateway.refunded")
    with transaction():
        refund = db.session.get_one(GatewayRefund, refund_id)
        row = service.locked(refund.payment_id)
        db.session.refresh(refund)
        refunds.heard(row, service.payment_of(row), refund, told, client.refunds_from)
        service.stand(row)
        is_elsewhere = refund.state == "failed" and states.went_back_already(refund.said)
    if is_elsewhere:  # whose refund that was, its list says
        soon.try_comparing(client.name)


def run() -> int:
    """Everything that is due, for at most a minute; how many were asked. Who stands still is passed over."""
    until, done = time.monotonic() + _LONGEST_RUN_SECONDS, 0
    for due, one in ((_due_payments, ask), (_due_refunds, send)):
        for identifier in due():
            if time.monotonic() > until:
                return done
            try:
                one(identifier)
            except Exception:  # one payment's trouble is no other's
                log.exception("gateway_not_asked", subject=str(identifier))
                db.session.rollback()
            done += 1
    return done


def _begun(client: Client, order: Order) -> Begun | Refused | Unknown:
    try:
        return client.begin(order)
    except Exception as error:  # whatever it was, nobody knows whether the provider has it
        log.exception("gateway_answer_lost", provider=client.name, payment=order.reference)
        return Unknown(type(error).__name__)


def _told(claimed: _Claim) -> Told:
    try:
        found = claimed.client.cancel if claimed.is_due else claimed.client.ask
        return found(claimed.order)
    except Exception:
        log.exception("gateway_answer_lost", provider=claimed.client.name, payment=claimed.order.reference)
        return Told("unknown")


def _refunded(client: Client, order: RefundOrder, *, is_new: bool) -> RefundTold:
    try:
        return client.refund(order) if is_new else client.ask_refund(order)
    except Exception as error:
        log.exception("gateway_answer_lost", provider=client.name, refund=order.reference)
        return RefundTold("unknown", reason=type(error).__name__)


def _claim(payment_id: UUID) -> _Claim | None:
    row, now = service.locked(payment_id), read_now()
    client = client_of(row.provider)
    if client is None or (row.asked_at is not None and now - row.asked_at < timedelta(seconds=2)):
        return None
    never_begun = row.state == "initiated" and row.begun_at is None
    is_lost = row.state in ("initiated", "unknown") and not row.provider_id and not row.differs
    again = is_lost and client.begins_again and now < min(row.created_at + _BEGIN_AGAIN_FOR, row.expires_at)
    row.begun_at = now if never_begun else row.begun_at
    row.asked_at, row.next_ask_at, row.asks = now, now + _LEASE, row.asks + 1
    is_due = row.paid_at is None and now >= row.expires_at  # looking at it must not take money any more
    begins = (never_begun and not is_due) or again
    return _Claim(client, _order(row), begins, is_due, service.is_over(row, now))


def _claim_refund(refund_id: UUID) -> tuple[Client, RefundOrder, bool] | None:
    found = db.session.get_one(GatewayRefund, refund_id)
    row = service.locked(found.payment_id)
    db.session.refresh(found)
    client, now = client_of(row.provider), read_now()
    if client is None or found.next_ask_at is None or found.next_ask_at > now:
        return None
    is_new = found.state == "requested"
    if is_new:
        found.state, found.sent_at = "asked", now
    found.next_ask_at, found.asks = now + _LEASE, found.asks + 1
    order = RefundOrder(
        found.id, str(row.id), row.charge_id, row.payer, row.currency, found.amount_minor, found.provider_id
    )
    return client, order, is_new


def _order(row: GatewayPayment) -> Order:
    back = f"{current_settings().base_url}/payments/{row.id}/return"
    return Order(
        row.id,
        row.currency,
        row.amount_minor,
        row.provider_id,
        row.charge_id,
        row.created_at,
        row.expires_at,
        back,
    )


def order_of(payment_id: UUID) -> Order:
    """A payment as its provider is asked about it."""
    return _order(db.session.get_one(GatewayPayment, payment_id, populate_existing=True))


def _due_payments() -> list[UUID]:
    query = select(GatewayPayment.id).where(
        GatewayPayment.next_ask_at <= read_now(), GatewayPayment.provider.in_(_awake())
    )
    found = list(db.session.scalars(query.order_by(GatewayPayment.next_ask_at).limit(_AT_ONCE)))
    end_reading()
    return found


def _due_refunds() -> list[UUID]:
    query = (
        select(GatewayRefund.id)
        .join(GatewayPayment, GatewayPayment.id == GatewayRefund.payment_id)
        .where(GatewayRefund.next_ask_at <= read_now(), GatewayPayment.provider.in_(_awake()))
    )
    found = list(db.session.scalars(query.order_by(GatewayRefund.next_ask_at).limit(_AT_ONCE)))
    end_reading()
    return found


def _awake() -> list[str]:
    """Gateways that gave an answer when they were last asked."""
    return [name for name in CLIENTS.get() if not breaker(name).is_open]
