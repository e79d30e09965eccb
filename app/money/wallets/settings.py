"""How much may be drawn out, who reviews it, and how long what a card paid waits."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from pydantic import Field, field_validator

from app.core.config import PartOfSettings, current_settings
from app.core.text.settings_words import Group
from app.people.players.verification.rules import parse_limits

from .origins.rules import Waits


class WalletSettings(PartOfSettings):
    """Amounts are in minor units by currency: HTG=2500000,USD=20000."""

    told: ClassVar[Group | None] = Group(
        "Wallets",
        {
            "withdrawal_day_limits": "The most that a player draws out in 24 hours, by currency",
            "withdrawal_month_limits": "The most that a player draws out in 30 days, by currency",
            "withdrawal_one_reviewer": "Up to which amount one operator is enough to approve a withdrawal",
            "withdrawal_grace_minutes": "After so long a payout that its provider does not know was never sent",
            "exchange_rate_hours": "So long currencies are exchanged by a rate; after that somebody has to say it anew",
            "exchange_rate_step_percent": "A rate that differs by more percent from the last one is written twice",
            "card_days_secured": "So many days what a card with 3-D Secure paid leaves no other way",
            "card_days_unsecured": "The same of a card without",
        },
    )

    withdrawal_day_limits: str = Field(
        default="HTG=5000000,PHP=2500000,USD=50000", description="HTG=5000000,USD=50000: minor units in 24 hours"
    )
    withdrawal_month_limits: str = Field(
        default="HTG=50000000,PHP=25000000,USD=500000", description="the same in 30 days"
    )
    withdrawal_one_reviewer: str | None = Field(default=None, description="HTG=100000; not set: two for all")
    withdrawal_grace_minutes: int = Field(default=60, ge=1, le=10_080)
    exchange_rate_hours: int = Field(default=24, ge=1, le=720)
    exchange_rate_step_percent: int = Field(default=20, ge=0, le=1000)
    card_days_secured: int = Field(default=30, ge=0, le=365)
    card_days_unsecured: int = Field(default=120, ge=0, le=730)

    @field_validator("withdrawal_day_limits", "withdrawal_month_limits", "withdrawal_one_reviewer")
    @classmethod
    def _are_amounts(cls, value: str | None) -> str | None:
        parse_limits(value or "")
        return value

    @property
    def waits(self) -> Waits:
        """How long a card's money waits."""
        return Waits(timedelta(days=self.card_days_secured), timedelta(days=self.card_days_unsecured))

    @property
    def grace(self) -> timedelta:
        """How long a provider may be slow to know of a payout."""
        return timedelta(minutes=self.withdrawal_grace_minutes)


def wallet_settings() -> WalletSettings:
    """Those in force."""
    return current_settings().of(WalletSettings)
