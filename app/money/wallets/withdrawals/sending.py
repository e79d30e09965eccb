"""Sends what is approved, and asks about what is on its way. The network lies between two transactions.

A withdrawal is marked as being sent before anybody is asked to, so that a process that dies leaves one that is asked
about, and never one that is sent twice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Final
from uuid import UUID

import structlog
from sqlalchemy import or_, select

from app.core import faults
from app.core.database.session import db, transaction
from app.money.wallets.models import Destination, Withdrawal
from app.money.wallets.ways import WAYS, PayoutAnswer, PayoutOrder, PayoutWay
from app.people.accounts.queries import database_now
from app.record.audit.service import raise_alarm
from app.record.ledger.entries import AccountRef

from . import service
from .states import ASKED

log = structlog.get_logger()

_AT_ONCE: Final = 20
_DEADLINE: Final = timedelta(minutes=2)
"""After so long without an outcome nobody is waiting for the answer any more."""
_LONG: Final = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class _Order:
    withdrawal_id: UUID
    way: PayoutWay
    order: PayoutOrder


def send() -> int:
    """Send what is approved, one after the other; how many were. What has no way is an operator's to pay."""
    count = 0
    while count < _AT_ONCE and (order := _claim()) is not None:
        faults.step("withdrawal.claimed")
        _conclude(order.withdrawal_id, partial(order.way.pay_out, order.order))
        count += 1
    return count


def ask() -> int:
    """Ask about what was sent and has no end yet, about what may have been, and whether what was paid is still there;
    how many were asked about."""
    with transaction():
        _give_up_waiting()
        due = [(row.id, row.method, row.reference) for row in _due()]
    asked = 0
    for withdrawal_id, method, reference in due:
        way = WAYS.get().get(method)
        if way is not None:
            _conclude(withdrawal_id, partial(way.ask, reference))
            asked += 1
    return asked


def _claim() -> _Order | None:
    ways = WAYS.get()
    with transaction():
        found = db.session.scalars(
            select(Withdrawal.id)
            .where(Withdrawal.state == "approved", Withdrawal.method.in_(list(ways)))
            .order_by(Withdrawal.id)
            .limit(1)
        ).first()
        if found is None:
            return None
        withdrawal = service.locked(found)
        way = ways[withdrawal.method]
        if withdrawal.state != "approved":
            return None  # another process was quicker: the next run finds the rest
        service.begin_sending(withdrawal, AccountRef("clearing", way.provider, withdrawal.currency))
        account = db.session.get_one(Destination, withdrawal.destination_id).account or ""
        order = PayoutOrder(withdrawal.reference, withdrawal.currency, withdrawal.amount_minor, account, "Tiraj")
        return _Order(withdrawal.id, way, order)


def _conclude(withdrawal_id: UUID, call: Callable[[], PayoutAnswer]) -> None:
    try:
        answer = call()
    except Exception as error:  # whatever it was, nobody knows whether the provider has it
        log.warning("payout_answer_lost", withdrawal=str(withdrawal_id), error=type(error).__name__)
        answer = PayoutAnswer("unknown")
    faults.step("withdrawal.answered")
    with transaction():
        withdrawal = service.locked(withdrawal_id)
        service.apply(withdrawal, answer)


def _give_up_waiting() -> None:
    """Whoever was sending these has died, or its answer was lost."""
    stuck = select(Withdrawal.id).where(Withdrawal.state == "sending", Withdrawal.sent_at < database_now() - _DEADLINE)
    for withdrawal_id in db.session.scalars(stuck.order_by(Withdrawal.id)).all():
        withdrawal = service.locked(withdrawal_id)
        if withdrawal.state == "sending":
            service.apply(withdrawal, PayoutAnswer("unknown"))
    long = select(Withdrawal.id).where(Withdrawal.state.in_(ASKED), Withdrawal.sent_at < database_now() - _LONG)
    for withdrawal_id in db.session.scalars(long).all():
        raise_alarm("withdrawal_open", f"withdrawal:{withdrawal_id}")


def _due() -> list[Withdrawal]:
    is_due = Withdrawal.next_ask_at <= database_now()
    is_open = Withdrawal.state.in_(ASKED) & or_(Withdrawal.next_ask_at.is_(None), is_due)
    was_sent = (Withdrawal.state == "paid") & Withdrawal.paid_from.startswith("clearing:") & is_due
    found: list[Withdrawal] = []
    for those in (is_open, was_sent):
        query = select(Withdrawal).where(those).order_by(Withdrawal.next_ask_at, Withdrawal.id)
        found += db.session.scalars(query.limit(_AT_ONCE - len(found)))
    return found
