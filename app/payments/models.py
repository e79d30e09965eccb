"""The neutral header of every payment, whatever carried it. A rail that carries payments adds its own detail."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database.references import keep
from app.core.database.session import Model


class Payment(Model):
    """Money that reached us. It is live until `reversed_at`; it never becomes live again: that is a new payment."""

    __tablename__ = "payments"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("rail IN ('onchain')", name="rail"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    rail: Mapped[str] = mapped_column(server_default="onchain")
    currency: Mapped[str] = mapped_column(server_default="sat")
    amount: Mapped[int] = mapped_column(BigInteger)
    received_at: Mapped[datetime] = mapped_column(server_default=func.now())
    reversed_at: Mapped[datetime | None]


keep(Payment.__table__, ("id",))
