"""What partners' servers are told of payouts."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from app.core.wire.parameters import Next, UuidText
from app.core.wire.schemas import Answer, Sats


class SitePayout(Answer):
    """A payout with something for you."""

    id: UuidText
    txid: str
    state: Annotated[Literal["on_its_way", "confirmed"], Field(description="confirmed: buried in the chain")]
    amount_sats: Sats
    created_at: datetime
    broadcast_at: datetime | None


class PayoutsPage(Answer):
    """Payouts with something for you, the newest first."""

    payouts: list[SitePayout]
    next: Next
