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
    its answer `is_awaited`. `is_unasked`: it was found on the list; `waits` until somebody bears it."""

    line: Line
    payment_id: UUID
    at: datetime | None
    is_awaited: bool = False
    is_unasked: bool = False
    waits: bool = False


class Known:
    """Everything of one provider that could be on its list of some days."""

    def __init__(self, mine: Sequence[Mine]) -> None:
        self._mine, self._payments = mine, {one.payment_id for one in mine}
        self._found = {
            (one.line.kind, name): one for one in mine for name in (one.line.reference, one.line.provider_id) if name
        }

    def expected(self, since: datetime, until: datetime) -> list[Mine]:
        """What has to be on the provider's list."""
        first, asked = since + _HEARD_LATE, (one for one in self._mine if not one.is_unasked)
        return [one for one in asked if one.at is not None and first <= one.at <= until]

    def unasked(self, lines: Sequence[Line]) -> list[Line]:
        """Refunds on the list that are none of ours, and say whose payment they are of."""
        refunds = (line for line in lines if line.kind == "refund" and parse_id(line.payment) is not None)
        return [line for line in refunds if self._match(line) is None]

    def unlike(self, line: Line) -> UUID | None:
        """The payment to ask about: one of ours that the list knows better than we do."""
        mine = self._match(line)
        if mine is not None:
            return mine.payment_id if mine.at is None or mine.line.amount_minor != line.amount_minor else None
        return parse_id(line.payment)

    def difference(self, line: Line) -> Difference | None:
        """How it is unlike ours; None if it is not."""
        mine, reference = self._match(line), line.provider_id or line.reference
        its = mine.payment_id if mine is not None else self._named(line)
        if line.kind == "refund" and (mine is None or mine.waits):
            return Difference("refund_nobody_asked", reference, line.currency, 0, line.amount_minor, its)
        if mine is None or mine.at is None:
            return Difference("missing_here", reference, line.currency, 0, line.amount_minor, its)
        if (mine.line.currency, mine.line.amount_minor) != (line.currency, line.amount_minor):
            return Difference("amount", reference, line.currency, mine.line.amount_minor, line.amount_minor, its)
        return None

    def _named(self, line: Line) -> UUID | None:
        """The payment that a line says it is of, if that is one of ours."""
        named = parse_id(line.payment)
        return named if named in self._payments else None

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
            *(_mine(one, currency) for one, currency in refunds),
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


def _mine(row: GatewayRefund, currency: str) -> Mine:
    waits = row.is_unasked and not row.borne_by
    return Mine(_refund(row, currency), row.payment_id, _left_at(row), row.state == "asked", row.is_unasked, waits)


def _dispute(row: GatewayDispute, currency: str) -> Line:
    return Line("dispute", row.provider_id, "", currency, row.amount_minor, str(row.payment_id))


def _left_at(row: GatewayRefund) -> datetime | None:
    """What is still pending is on lists already, and is awaited on none."""
    return row.ended_at if row.state == "succeeded" else row.sent_at if row.state == "pending" else None
