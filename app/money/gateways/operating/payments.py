"""Payments as operators look through them: a list that is narrowed, and what all of it adds up to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from app.core.database.session import db
from app.core.ids import parse_id
from app.money.gateways.models import GatewayDispute, GatewayPayment, GatewayRefund
from app.money.gateways.settings import PROVIDERS
from app.money.gateways.states import OPEN, OVER, STATES
from app.people.players.profile.queries import names_of

GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "open": OPEN,
    "paid": ("succeeded", "partly_refunded", "dispute_won"),
    "back": ("refunding", "refunded"),
    "trouble": ("unknown", "refund_failed", "disputed", "dispute_lost"),
    "nothing": OVER,
}
"""What a list may be narrowed to at once, beside each single state."""
CHOICES: Final = (*GROUPS, *STATES)


@dataclass(frozen=True, slots=True)
class Filters:
    """Which payments: `state` is one of `CHOICES`, amounts in minor units, `until` is not in it; `ids` those that were
    found by a name of theirs, None for any."""

    state: str = ""
    provider: str = ""
    currency: str = ""
    user_id: UUID | None = None
    least: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    ids: Sequence[UUID] | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A payment in a list. `amount` is what came in, or else what was asked for, in minor units; `name` is the payer's,
    "" where nobody knows it."""

    id: UUID
    user_id: UUID
    name: str
    provider: str
    currency: str
    amount: int
    fee: int
    state: str
    is_paid: bool
    created_at: datetime
    paid_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Sum:
    """What came in of all that is wanted in one currency, and what of it went back to its payers, in minor units.
    `fees`: what gateways kept of it, for disputes too."""

    currency: str
    payments: int
    received: int
    fees: int
    returned: int


def found(filters: Filters, before: UUID | None, limit: int) -> list[Line]:
    """One page, the newest first; `before` is the id of the previous page's last."""
    query = select(GatewayPayment).where(*_where(filters)).order_by(GatewayPayment.id.desc()).limit(limit)
    if before is not None:
        query = query.where(GatewayPayment.id < before)
    rows = db.session.scalars(query).all()
    names = names_of({row.user_id for row in rows})
    return [_line(row, names.get(row.user_id, "")) for row in rows]


def there(ids: Sequence[UUID]) -> list[UUID]:
    """Those of these that there are, in the order in which whoever locks several of them takes them."""
    return list(
        db.session.scalars(select(GatewayPayment.id).where(GatewayPayment.id.in_(ids)).order_by(GatewayPayment.id))
    )


def sums(filters: Filters) -> list[Sum]:
    """What came in adds up to, by currency; what nobody has paid yet is in none."""
    row = GatewayPayment
    returned = (
        select(func.sum(GatewayRefund.amount_minor))
        .where(GatewayRefund.payment_id == row.id, GatewayRefund.state == "succeeded")
        .correlate(row)
        .scalar_subquery()
    )
    disputed = (
        select(func.coalesce(func.sum(GatewayDispute.fee_minor), 0))
        .where(GatewayDispute.payment_id == row.id)
        .correlate(row)
        .scalar_subquery()
    )
    columns = (
        *(func.count(), func.sum(row.received_minor), func.sum(row.fee_minor + disputed)),
        func.coalesce(func.sum(returned), 0),
    )
    query = select(row.currency, *columns).where(row.paid_at.is_not(None), *_where(filters))
    found = db.session.execute(query.group_by(row.currency).order_by(row.currency))
    return [Sum(currency, count, *map(int, amounts)) for currency, count, *amounts in found]


def named(text: str) -> list[UUID]:
    """The payments that this is a name of: our id, that of a refund, or one of the gateway's."""
    own = parse_id(text)
    queries = [
        select(GatewayPayment.id).where(GatewayPayment.provider.in_(PROVIDERS), GatewayPayment.provider_id == text),
        select(GatewayPayment.id).where(GatewayPayment.charge_id == text),
        select(GatewayRefund.payment_id).where(GatewayRefund.provider_id == text),
        select(GatewayDispute.payment_id).where(GatewayDispute.provider_id == text),
    ]
    if own is not None:
        queries = [
            select(GatewayPayment.id).where(GatewayPayment.id == own),
            select(GatewayRefund.payment_id).where(GatewayRefund.id == own),
        ]
    return list(dict.fromkeys(one for query in queries for one in db.session.scalars(query.limit(_MOST))))


_MOST: Final = 50


def _where(filters: Filters) -> list[ColumnElement[bool]]:
    row = GatewayPayment
    amount = func.greatest(row.received_minor, row.amount_minor)
    wanted: list[ColumnElement[bool]] = []
    if filters.state:
        wanted.append(row.state.in_(GROUPS.get(filters.state, (filters.state,))))
    if filters.provider:
        wanted.append(row.provider == filters.provider)
    if filters.currency:
        wanted.append(row.currency == filters.currency)
    if filters.user_id is not None:
        wanted.append(row.user_id == filters.user_id)
    if filters.least is not None:
        wanted.append(amount >= filters.least)
    if filters.since is not None:
        wanted.append(row.created_at >= filters.since)
    if filters.until is not None:
        wanted.append(row.created_at < filters.until)
    if filters.ids is not None:
        wanted.append(row.id.in_(filters.ids))
    return wanted


def _line(row: GatewayPayment, name: str) -> Line:
    return Line(
        row.id,
        row.user_id,
        name,
        row.provider,
        row.currency,
        row.received_minor or row.amount_minor,
        row.fee_minor,
        row.state,
        row.paid_at is not None,
        row.created_at,
        row.paid_at,
        row.ended_at,
    )
