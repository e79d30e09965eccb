"""What operators' routes of wallets take and answer."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import Field

from app.core.wire.schemas import Answer, Question
from app.money.wallets.wire.schemas import Currency, Method, State


class WithdrawalsParameters(Question):
    """Which of them: one state, or all that have no end yet."""

    state: State | None = Field(default=None, description="in this state alone")
    method: Method | None = Field(default=None, description="by this way alone")
    currency: Currency | None = Field(default=None, description="in this currency alone")
    user_id: UUID | None = Field(default=None, strict=False, description="of this person")
    before: str | None = Field(default=None, max_length=40, description="`next` of the page before")


class OperatorsWithdrawal(Answer):
    """A withdrawal as operators see it. `approvalId` is the proposal that waits for a second of them."""

    id: str
    user_id: str
    status: State
    currency: Currency
    amount_minor: int
    method: Method
    account: str | None = Field(description="its last characters; the proposal shows it whole")
    reference: str
    provider_id: str
    fee_minor: int
    reason: str
    asked_at: datetime
    ended_at: datetime | None
    approval_id: str | None


class OperatorsWithdrawals(Answer):
    """Withdrawals, the newest first."""

    withdrawals: list[OperatorsWithdrawal]
    next: str | None
