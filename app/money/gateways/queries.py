"""Reads of payments, for pages and JSON."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from app.core import clock
from app.core.database.session import db
from app.core.errors import NotFound

from .models import GatewayPayment


@dataclass(frozen=True, slots=True)
class Seen:
    """A payment as its payer sees it. `url`: where it is paid, as long as it can be. `received_minor`: what came in,
    which may be less than was asked for; 0 before. `is_processing`: he has paid, and the provider has not decided yet.
    """

    id: UUID
    user_id: UUID
    provider: str
    currency: str
    amount_minor: int
    state: str
    url: str | None
    client_secret: str | None
    created_at: datetime
    expires_at: datetime
    because: str
    received_minor: int
    is_processing: bool

    @property
    def seconds_left(self) -> float:
        """How long it can still be paid."""
        return max((self.expires_at - clock.now()).total_seconds(), 0)


def payment(payment_id: UUID) -> Seen:
    """One payment. Raises NotFound `payment_not_found`."""
    row = db.session.scalars(
        select(GatewayPayment).where(GatewayPayment.id == payment_id).execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        raise NotFound("payment_not_found")
    return seen_of(row)


def of_purchase(kind: str, purchase_id: UUID) -> UUID | None:
    """The payment of a purchase."""
    its = (GatewayPayment.purchase_kind == kind) & (GatewayPayment.purchase_id == purchase_id)
    return db.session.scalar(select(GatewayPayment.id).where(its))


def not_taken(kind: str, user_id: UUID, limit: int = 20) -> dict[UUID, Seen]:
    """What somebody paid for purchases that did not take it, by the purchase, the newest first: it goes back."""
    its = (GatewayPayment.purchase_kind == kind) & (GatewayPayment.user_id == user_id)
    came = GatewayPayment.paid_at.is_not(None) & GatewayPayment.is_taken.is_(False)
    query = select(GatewayPayment).where(its, came).order_by(GatewayPayment.id.desc()).limit(limit)
    rows = db.session.scalars(query.execution_options(populate_existing=True))
    return {row.purchase_id: seen_of(row) for row in rows}


def seen_of(row: GatewayPayment) -> Seen:
    """A payment's row as its payer sees it."""
    can_be_paid = row.state == "pending" and clock.now() < row.expires_at
    return Seen(
        row.id,
        row.user_id,
        row.provider,
        row.currency,
        row.amount_minor,
        row.state,
        row.url if can_be_paid else None,
        row.client_secret if can_be_paid else None,
        row.created_at,
        row.expires_at,
        row.refused_because,
        row.received_minor,
        row.state == "pending" and row.url is None and bool(row.provider_id),
    )
