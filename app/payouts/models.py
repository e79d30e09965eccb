"""What is owed to partners on chain. Games owe; payouts will pay."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model


class Obligation(Model):
    """A debt to one partner at one address, created once per (kind, source, source id)."""

    __tablename__ = "obligations"
    __table_args__ = (
        UniqueConstraint("kind", "source", "source_id"),
        CheckConstraint("amount_sats > 0", name="amount"),
        CheckConstraint("kind IN ('jackpot', 'balance')", name="kind"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    source: Mapped[str]  # the game
    source_id: Mapped[str]  # its round, lot, …
    partner_site_id: Mapped[UUID] = mapped_column(ForeignKey("partner_sites.id"))
    address: Mapped[str]
    amount_sats: Mapped[int] = mapped_column(BigInteger)
