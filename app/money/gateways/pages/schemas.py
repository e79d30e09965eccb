"""The JSON of payments."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from app.core.money import MOST_MINOR
from app.core.wire.schemas import Answer, Question


class TopupWanted(Question):
    """So much, in the currency's minor unit, through a gateway."""

    amount_minor: int = Field(ge=1, le=MOST_MINOR)
    gateway: Literal["moncash", "paymongo", "paypal", "stripe"]


class PaymentRecord(Answer):
    """A payment. `url` is the gateway's own page, where it is paid while `status` is pending; `page` is ours, which
    says how it stands without anybody's being signed in."""

    id: UUID
    status: str
    gateway: str
    currency: str
    amount_minor: int
    url: str | None
    client_secret: str | None
    page: str
    expires_at: datetime


class PaymentAnswer(Answer):
    """One payment."""

    payment: PaymentRecord
