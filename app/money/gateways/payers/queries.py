"""Reads: what a payer sees of his own payments, and which payment a line of his statement was."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select

from app.core.database.session import db
from app.core.errors import NotFound
from app.core.ids import parse_id
from app.core.text.shortened import shortened
from app.money.gateways import purchases
from app.money.gateways.models import GatewayDispute, GatewayPayment, GatewayRefund
from app.money.gateways.queries import Seen, seen_of
from app.money.gateways.states import OPEN, State, went_back_already

MOVING: Final[tuple[State, ...]] = (*OPEN, "refunding")
"""In these a payment is on its way, in or back."""


@dataclass(frozen=True, slots=True)
class Back:
    """A refund as its payer reads it; amounts in minor units. `ended_at`: when it had left, or failed."""

    amount: int
    state: str
    asked_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Details:
    """All that a payer is told of one payment. `payer` is the account that paid, most of it left out, None of a card;
    `why` the code of why it went back by itself, "" where it did not; `said` what the provider has said of the
    last refund that failed; `called` what it buys, None of money for the wallet."""

    seen: Seen
    received: int
    payer: str | None
    is_card: bool
    paid_at: datetime | None
    ended_at: datetime | None
    refunds: Sequence[Back]
    disputed_at: datetime | None
    why: str
    said: str
    called: str | None

    @property
    def state(self) -> str:
        """How it stands for its payer: what the provider has given back before is back, though our refund failed."""
        is_back = self.seen.state == "refund_failed" and went_back_already(self.said)
        return "refunded" if is_back else self.seen.state


def details(payment_id: UUID) -> Details:
    """One payment. Raises NotFound `payment_not_found`."""
    row = db.session.get(GatewayPayment, payment_id, populate_existing=True)
    if row is None:
        raise NotFound("payment_not_found")
    refunds = select(GatewayRefund).where(GatewayRefund.payment_id == payment_id).order_by(GatewayRefund.id)
    disputed = select(GatewayDispute.opened_at).where(GatewayDispute.payment_id == payment_id)
    back = db.session.scalars(refunds.execution_options(populate_existing=True)).all()
    by_itself = next((one.because for one in back if one.asked_by == "system"), "")
    return Details(
        seen=seen_of(row),
        received=row.received_minor,
        payer=shortened(row.payer) if row.payer and not row.is_card else None,
        is_card=row.is_card,
        paid_at=row.paid_at,
        ended_at=row.ended_at,
        refunds=[Back(one.amount_minor, one.state, one.created_at, one.ended_at) for one in back],
        disputed_at=db.session.scalar(disputed.order_by(GatewayDispute.opened_at).limit(1)),
        why=row.refused_because if by_itself == "refused" else by_itself,
        said=next((one.said for one in reversed(back) if one.state == "failed"), ""),
        called=purchases.called(row.purchase_kind, row.purchase_id),
    )


def bought_at(payment_id: UUID) -> str | None:
    """The page of what a payment buys; None: its money is for the wallet."""
    query = select(GatewayPayment.purchase_kind, GatewayPayment.purchase_id).where(GatewayPayment.id == payment_id)
    found = db.session.execute(query).first()
    return purchases.seen_at(*found) if found is not None else None


def is_disputed(user_id: UUID) -> bool:
    """Whether a bank asks a payment of somebody's back, and has not decided yet."""
    its = select(GatewayPayment.id).where(GatewayPayment.user_id == user_id, GatewayPayment.state == "disputed")
    return db.session.scalar(its.limit(1)) is not None


def disputed_among(payment_ids: Collection[UUID]) -> set[UUID]:
    """Which of these a bank asks back, and has not decided about."""
    its = select(GatewayPayment.id).where(GatewayPayment.id.in_(payment_ids), GatewayPayment.state == "disputed")
    return set(db.session.scalars(its)) if payment_ids else set()


def page_of(
    user_id: UUID,
    *,
    states: Collection[State] = (),
    currency: str | None = None,
    before: UUID | None = None,
    limit: int = 50,
) -> Sequence[Seen]:
    """Somebody's payments, the newest first; of all states and currencies where none is named."""
    query = select(GatewayPayment).where(GatewayPayment.user_id == user_id)
    if states:
        query = query.where(GatewayPayment.state.in_(states))
    if currency is not None:
        query = query.where(GatewayPayment.currency == currency)
    if before is not None:
        query = query.where(GatewayPayment.id < before)
    rows = db.session.scalars(query.order_by(GatewayPayment.id.desc()).limit(limit))
    return [seen_of(row) for row in rows]


def behind(purchase_kind: str, keys: Collection[str]) -> Mapping[str, UUID]:
    """The payments that lines of the ledger belong to, by their keys: a purchase's id, a refund's or a dispute's."""
    ids = [found for key in keys if (found := parse_id(key)) is not None]
    if not ids:
        return {}
    of_purchase = select(GatewayPayment.purchase_id, GatewayPayment.id).where(
        GatewayPayment.purchase_kind == purchase_kind, GatewayPayment.purchase_id.in_(ids)
    )
    of_refund = select(GatewayRefund.id, GatewayRefund.payment_id).where(GatewayRefund.id.in_(ids))
    of_dispute = select(GatewayDispute.id, GatewayDispute.payment_id).where(GatewayDispute.id.in_(ids))
    rows = db.session.execute(of_purchase.union_all(of_refund, of_dispute))
    return {str(key): payment_id for key, payment_id in rows}
