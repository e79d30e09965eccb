"""What our books know of a provider's payments, refunds and disputes, in the form of its list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select

from app.core.database.session import db
from app.core.ids import parse_id
from app.money.gateways.clients.interface import Line
from app.money.gateways.models import GatewayDispute, GatewayPayment, GatewayRefund

from .service import Difference

_OLDER: Final = timedelta(days=2)
"""A payment may have been begun so long before it is on a list."""
_HEARD_LATE: Final = timedelta(days=1)
"""So long after the provider we may have heard of something."""


@dataclass(frozen=True, slots=True)
class Mine:
    """One of our lines, and the payment that it belongs to. `at`: when it happened by our books; None: it did not, or
    its answer `is_awaited`."""

    line: Line
    payment_id: UUID
    at: datetime | None
    is_awaited: bool = False


class Known:
    """Everything of one provider that could be on its list of some days."""

    def __init__(self, mine: Sequence[Mine]) -> None:
        self._mine = mine
        self._found = {
            (one.line.kind, name): one for one in mine for name in (one.line.reference, one.line.provider_id) if name
        }

    def lines(self, since: datetime, until: datetime) -> list[Line]:
        """What has to be on the provider's list."""
        first = since + _HEARD_LATE
        return [one.line for one in self._mine if one.at is not None and first <= one.at <= until]

    def unlike(self, line: Line) -> UUID | None:
        """The payment to ask about: one of ours that the list knows better than we do."""
        mine = self._match(line)
        if mine is not None:
            return mine.payment_id if mine.at is None or mine.line.amount_minor != line.amount_minor else None
        return parse_id(line.payment)

    def difference(self, line: Line) -> Difference | None:
        """How it is unlike ours; None if it is not."""
        mine, reference = self._match(line), line.provider_id or line.reference
        if mine is None or mine.at is None:
            kind = "refund_nobody_asked" if line.kind == "refund" and mine is None else "missing_here"
            return Difference(kind, reference, line.currency, 0, line.amount_minor)
        if (mine.line.currency, mine.line.amount_minor) != (line.currency, line.amount_minor):
            return Difference("amount", reference, line.currency, mine.line.amount_minor, line.amount_minor)
        return None

    def _match(self, line: Line) -> Mine | None:
        by_name = self._found.get((line.kind, line.provider_id)) or self._found.get((line.kind, line.reference))
        return by_name or self._unanswered(line)

    def _unanswered(self, line: Line) -> Mine | None:
        """A refund of ours whose answer was lost: its provider calls it by a number that we have not heard yet."""
        if line.kind != "refund" or line.reference:
            return None
        told = _key(line)
        awaited = (one for one in self._mine if one.is_awaited and not one.line.provider_id)
        return next((one for one in awaited if told == _key(one.line)), None)


def _key(line: Line) -> tuple[str, str, int]:
    return line.payment, line.currency, line.amount_minor


def known(provider: str, since: datetime) -> Known:
    """What was begun in these days, and a little before."""
    first = since - _OLDER
    payments = db.session.scalars(
        select(GatewayPayment).where(GatewayPayment.provider == provider, GatewayPayment.created_at >= first)
    )
    refunds = db.session.execute(
        select(GatewayRefund, GatewayPayment.currency)
        .join(GatewayPayment, GatewayPayment.id == GatewayRefund.payment_id)
        .where(GatewayPayment.provider == provider, GatewayRefund.created_at >= first)
    )
    disputes = db.session.execute(
        select(GatewayDispute, GatewayPayment.currency)
        .join(GatewayPayment, GatewayPayment.id == GatewayDispute.payment_id)
        .where(GatewayPayment.provider == provider, GatewayDispute.opened_at >= first)
    )
    return Known(
        [
            *(Mine(_payment(one), one.id, one.paid_at) for one in payments),
            *(
                Mine(_refund(one, currency), one.payment_id, _left_at(one), one.state == "asked")
                for one, currency in refunds
            ),
            *(Mine(_dispute(one, currency), one.payment_id, one.opened_at) for one, currency in disputes),
        ]
    )


def payments_since(provider: str, since: datetime) -> list[UUID]:
    """Payments of these days that the provider has heard of."""
    query = select(GatewayPayment.id).where(
        GatewayPayment.provider == provider,
        GatewayPayment.created_at >= since,
        GatewayPayment.begun_at.is_not(None),
    )
    return list(db.session.scalars(query.order_by(GatewayPayment.id)))


def as_lines(payment_id: UUID) -> list[Line]:
    """A payment as our books have it; none, if nothing came in."""
    row = db.session.get_one(GatewayPayment, payment_id)
    return [_payment(row)] if row.paid_at is not None else []


def _payment(row: GatewayPayment) -> Line:
    amount = row.received_minor or row.amount_minor
    return Line("payment", row.charge_id, str(row.id), row.currency, amount, str(row.id))


def _refund(row: GatewayRefund, currency: str) -> Line:
    return Line("refund", row.provider_id, str(row.id), currency, row.amount_minor, str(row.payment_id))


def _dispute(row: GatewayDispute, currency: str) -> Line:
    return Line("dispute", row.provider_id, "", currency, row.amount_minor, str(row.payment_id))


def _left_at(row: GatewayRefund) -> datetime | None:
    """What is still pending is on lists already, and is awaited on none."""
    return row.ended_at if row.state == "succeeded" else row.sent_at if row.state == "pending" else None
