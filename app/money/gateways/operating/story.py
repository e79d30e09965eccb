"""One payment with its whole story: asked and answered, given back, disputed, what was sent to us, what was posted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast
from uuid import UUID

from sqlalchemy import func, select

from app.core.database.session import db
from app.core.errors import NotFound
from app.money.gateways import postings, service
from app.money.gateways.models import GatewayDispute, GatewayNotice, GatewayPayment, GatewayRefund
from app.money.gateways.refunds import service as refunds
from app.money.gateways.states import LIVE_REFUNDS, RefundState, failures, went_back_already
from app.people.players.profile.queries import names_of
from app.record.ledger.posted import Posted, posted_for

_NOTICES: Final = 20
_SHOWN_BYTES: Final = 2_000


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that was sent to our webhook about it. `body` as far as it is shown."""

    kind: str
    event_id: str
    is_signed: bool
    received_at: datetime
    understood_at: datetime | None
    body: str
    is_cut: bool


@dataclass(frozen=True, slots=True)
class Story:
    """A payment and all that belongs to it. `left` is what may still go back, in minor units; `spent` what nobody gave
    back yet and is not there any more."""

    payment: GatewayPayment
    name: str
    left: int
    spent: int
    refunds: Sequence[GatewayRefund]
    disputes: Sequence[GatewayDispute]
    notices: Sequence[Notice]
    notices_kept: int
    posted: Sequence[Posted]

    @property
    def amount(self) -> int:
        """What came in, or else what was asked for."""
        return self.payment.received_minor or self.payment.amount_minor

    @property
    def failed(self) -> Sequence[GatewayRefund]:
        """Refunds that failed and were not made good; the money is not with its payer. One that the gateway has made
        before is none."""
        own = [one for one in self.refunds if not went_back_already(one.said)]
        return [own[place] for place in failures([(cast(RefundState, one.state), one.amount_minor) for one in own])]

    @property
    def gone(self) -> int:
        """What of it is with its payer again."""
        return sum(one.amount_minor for one in self.refunds if one.state == "succeeded")

    @property
    def on_its_way(self) -> int:
        """What of it is going back to its payer."""
        return sum(one.amount_minor for one in self.refunds if one.state in LIVE_REFUNDS)

    @property
    def last_refusal(self) -> str:
        """What the gateway has said of the last refund that failed."""
        return next((one.said for one in reversed(self.refunds) if one.state == "failed"), "")

    @property
    def to_bear(self) -> Sequence[GatewayRefund]:
        """Refunds that nobody here has asked for, until two people say who bears them."""
        return [one for one in self.refunds if one.is_unasked and not one.borne_by]

    @property
    def can_refund(self) -> bool:
        """Whether anything may go back now."""
        return self.payment.paid_at is not None and self.left > 0 and self.payment.state != "disputed"


def story_of(payment_id: UUID) -> Story:
    """Raises NotFound `payment_not_found`."""
    row = db.session.scalars(
        select(GatewayPayment).where(GatewayPayment.id == payment_id).execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        raise NotFound("payment_not_found")
    its_refunds, its_disputes = refunds_of(payment_id), disputes_of(payment_id)
    left = refunds.returnable(row, service.payment_of(row))
    kept = db.session.scalar(select(func.count()).where(GatewayNotice.payment_id == payment_id)) or 0
    return Story(
        row,
        names_of({row.user_id}).get(row.user_id, ""),
        left,
        refunds.left(row) - left,
        its_refunds,
        its_disputes,
        _notices(payment_id),
        kept,
        posted_for(_keys(row, its_refunds, its_disputes)),
    )


def refunds_of(payment_id: UUID) -> list[GatewayRefund]:
    """A payment's refunds, the oldest first."""
    query = select(GatewayRefund).where(GatewayRefund.payment_id == payment_id).order_by(GatewayRefund.id)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def disputes_of(payment_id: UUID) -> list[GatewayDispute]:
    """A payment's disputes, the oldest first."""
    query = select(GatewayDispute).where(GatewayDispute.payment_id == payment_id).order_by(GatewayDispute.id)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def _notices(payment_id: UUID) -> list[Notice]:
    query = select(GatewayNotice).where(GatewayNotice.payment_id == payment_id).order_by(GatewayNotice.id.desc())
    return [
        Notice(
            one.kind,
            one.event_id,
            one.is_signed,
            one.received_at,
            one.understood_at,
            one.body[:_SHOWN_BYTES].decode("utf-8", "replace"),
            len(one.body) > _SHOWN_BYTES,
        )
        for one in db.session.scalars(query.limit(_NOTICES))
    ]


def _keys(
    row: GatewayPayment, its_refunds: Sequence[GatewayRefund], its_disputes: Sequence[GatewayDispute]
) -> list[tuple[str, str]]:
    """What was posted for it: by the payment, its refunds and disputes, and for each by its purchase."""
    bought = row.purchase_kind
    return [
        (postings.PAYMENT, str(row.id)),
        (bought, str(row.purchase_id)),
        *((source, str(one.id)) for one in its_refunds for source in (postings.REFUND, bought)),
        *((postings.UNASKED, one.provider_id) for one in its_refunds if one.is_unasked),
        *((source, str(one.id)) for one in its_disputes for source in (postings.DISPUTE, bought)),
    ]
