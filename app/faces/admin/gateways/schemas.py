"""What operators' routes of payments and reconciliation take and answer."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.core.money import MOST_MINOR
from app.core.wire.schemas import Answer, OneOf, Question
from app.faces.admin.payouts.schemas import Decision
from app.money.gateways.operating.differences import SHOWN
from app.money.gateways.operating.payments import CHOICES
from app.money.gateways.settings import PROVIDERS
from app.money.gateways.states import STATES
from app.money.wallets.rules import WALLET_CURRENCIES

Gateway = Annotated[str, OneOf(PROVIDERS)]
Currency = Annotated[str, OneOf(WALLET_CURRENCIES)]
PaymentState = Annotated[str, OneOf(STATES)]
RefundState = Annotated[str, OneOf(("requested", "asked", "pending", "succeeded", "failed"))]
DisputeState = Annotated[str, OneOf(("open", "won", "lost"))]
_CURSOR = "`next` of the page before"


class PaymentsParameters(Question):
    """Which payments. `state` is a state, or a group of them: `open`, `paid`, `back`, `trouble`, `nothing`."""

    state: Annotated[str, OneOf(CHOICES)] | None = Field(default=None, description="in this state, or group of states")
    gateway: Gateway | None = Field(default=None, description="through this gateway alone")
    currency: Currency | None = Field(default=None, description="in this currency alone")
    user_id: UUID | None = Field(default=None, strict=False, description="of this person")
    least_minor: int | None = Field(default=None, ge=1, le=MOST_MINOR, strict=False, description="of so much at least")
    since: date | None = Field(default=None, strict=False, description="begun on this day (UTC) or later")
    until: date | None = Field(default=None, strict=False, description="begun on this day (UTC) or before")
    before: str | None = Field(default=None, max_length=40, description=_CURSOR)


class OperatorsPayment(Answer):
    """A payment as operators see it. `amountMinor` is what came in, or else what was asked for."""

    id: str
    user_id: str
    status: PaymentState
    gateway: Gateway
    currency: Currency
    amount_minor: int
    fee_minor: int
    created_at: datetime
    paid_at: datetime | None
    ended_at: datetime | None


class OperatorsPayments(Answer):
    """Payments, the newest first; `next` goes on."""

    payments: list[OperatorsPayment]
    next: str | None


class RefundRecord(Answer):
    """Money on its way back, or there."""

    id: str
    status: RefundState
    amount_minor: int
    reason: str
    asked_by: str
    borne_by: str = Field(
        description="of one that nobody here asked for: `wallet`, `house`, `payer`; empty until decided"
    )
    provider_id: str
    created_at: datetime
    ended_at: datetime | None


class DisputeRecord(Answer):
    """A payer's complaint at his bank."""

    id: str
    status: DisputeState
    amount_minor: int
    reason: str
    provider_id: str
    answer_by: datetime | None = Field(description="until when the gateway takes an answer, where it says so")
    opened_at: datetime
    ended_at: datetime | None


class PostingRecord(Answer):
    """A transfer of the ledger; accounts by their names."""

    at: datetime
    kind: str
    debit: str
    credit: str
    amount_minor: int


class PaymentStory(OperatorsPayment):
    """One payment with all that belongs to it. `leftMinor` may still go back; `providerId` is the gateway's number."""

    provider_id: str
    left_minor: int
    asks: int
    asked_at: datetime | None
    next_ask_at: datetime | None
    expires_at: datetime
    refunds: list[RefundRecord]
    disputes: list[DisputeRecord]
    postings: list[PostingRecord]
    notices: int = Field(description="how many notices of the gateway about it are kept")


class RefundWanted(Decision):
    """So much of it, and why."""

    amount_minor: int = Field(ge=1, le=MOST_MINOR, description="in the payment's minor unit")


class RefundAnswer(Answer):
    """What became of it: `approvalId` waits for a second operator, or else the refund is on its way."""

    payment_id: str
    status: PaymentState
    amount_minor: int
    left_minor: int
    approval_id: str | None
    refund: RefundRecord | None


class DifferencesParameters(Question):
    """Which differences: those that nobody has explained, that somebody has, or that are gone."""

    show: Annotated[str, OneOf(SHOWN)] = Field(default="open", description="which of them")
    gateway: Gateway | None = Field(default=None, description="of this gateway alone")
    before: str | None = Field(default=None, max_length=40, description=_CURSOR)


class ComparisonRecord(Answer):
    """One comparison with a gateway's own list."""

    id: str
    gateway: Gateway
    since: datetime
    lines: int
    differences: int
    made_at: datetime


class DifferenceRecord(Answer):
    """What the list and our books do not agree on, in minor units; 0 where one does not have it."""

    id: str
    gateway: Gateway
    kind: str
    reference: str
    payment_id: str | None = Field(description="the payment of ours that it is of, where that is known")
    currency: str
    ours_minor: int
    theirs_minor: int
    found_at: datetime
    resolved_at: datetime | None
    explained_at: datetime | None
    explained_by: str
    explanation: str


class Reconciliation(Answer):
    """The last comparison with each gateway, and differences, the newest first; `next` goes on."""

    comparisons: list[ComparisonRecord]
    differences: list[DifferenceRecord]
    next: str | None
