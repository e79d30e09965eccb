"""Rates that two people have said, and quotes that were made by them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Numeric, func
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database.append_only import append_only
from app.core.database.frozen import freeze
from app.core.database.session import Model
from app.people.players.models import Player


class ExchangeRate(Model):
    """So many units of what is got for one of what is given, from then on. Its id is that of the decision."""

    __tablename__ = "wallet_rates"
    __table_args__ = (
        CheckConstraint("sold <> bought", name="two_currencies"),
        CheckConstraint("rate > 0", name="rate"),
        Index("wallet_rates_pair_idx", "sold", "bought", "said_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    sold: Mapped[str]
    bought: Mapped[str]
    rate: Mapped[Decimal] = mapped_column(Numeric(12, 6))
    said_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())


append_only(ExchangeRate.__table__)


class ExchangeQuote(Model):
    """What somebody would get, for ten minutes: the rate is frozen in it. `used_at` says that he took it."""

    __tablename__ = "wallet_quotes"
    __table_args__ = (
        CheckConstraint("sold_minor > 0 AND bought_minor > 0", name="amounts"),
        CheckConstraint("expires_at > quoted_at", name="time"),
        CheckConstraint("used_at BETWEEN quoted_at AND expires_at", name="used_in_time"),
        Index("wallet_quotes_user_id_idx", "user_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey(Player.user_id))
    rate_id: Mapped[UUID] = mapped_column(ForeignKey(ExchangeRate.id))
    sold: Mapped[str]
    sold_minor: Mapped[int] = mapped_column(BigInteger)
    bought: Mapped[str]
    bought_minor: Mapped[int] = mapped_column(BigInteger)
    rate: Mapped[Decimal] = mapped_column(Numeric(12, 6))
    quoted_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


freeze(
    ExchangeQuote.__table__,
    (
        *("id", "user_id", "rate_id", "sold", "sold_minor"),
        *("bought", "bought_minor", "rate", "quoted_at", "expires_at"),
    ),
)
