"""Answers that are kept for a day, so that a request sent again has one effect."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, SmallInteger, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database.session import Model


class IdempotencyKey(Model):
    """What one request did, written in the transaction that did it. `body` never holds a secret."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (
        UniqueConstraint("partner_site_id", "key"),
        CheckConstraint("length(key) BETWEEN 1 AND 255", name="key"),
        CheckConstraint("status_code BETWEEN 200 AND 299", name="status_code"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    partner_site_id: Mapped[UUID] = mapped_column(ForeignKey("partner_sites.id"))
    key: Mapped[str]
    method: Mapped[str]
    path: Mapped[str]
    request_hash: Mapped[bytes] = mapped_column(LargeBinary)
    status_code: Mapped[int] = mapped_column(SmallInteger)
    body: Mapped[str]  # as it was sent, its secret left empty
    created_at: Mapped[datetime] = mapped_column(server_default=func.now(), index=True)
