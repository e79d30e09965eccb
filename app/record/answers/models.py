"""Answers that are kept for a day, so that a request sent again has one effect."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, LargeBinary, SmallInteger, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database.session import Model
from app.core.sealing.columns import Sealed, sealed_text_or_none


class IdempotencyKey(Model):
    """What one request did, written in the transaction that did it. The answer never holds a secret; it may say who
    somebody is, and is sealed.

    `owner` is a partner's site or a player by their ids, an operator by the name: this floor knows no tables of theirs.
    """

    __tablename__ = "idempotency_keys"
    __table_args__ = (
        UniqueConstraint("owner_kind", "owner", "key"),
        CheckConstraint("owner_kind IN ('partner', 'player', 'operator')", name="owner_kind"),
        CheckConstraint("length(key) BETWEEN 1 AND 255", name="key"),
        CheckConstraint("status_code BETWEEN 200 AND 299", name="status_code"),
        CheckConstraint("num_nonnulls(body, body_sealed) = 1", name="body"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    owner_kind: Mapped[str]
    owner: Mapped[str]
    key: Mapped[str]
    method: Mapped[str]
    path: Mapped[str]
    request_hash: Mapped[bytes] = mapped_column(LargeBinary)
    status_code: Mapped[int] = mapped_column(SmallInteger)
    body: Mapped[str | None]  # of partners' answers from before they were sealed: none is written any more
    body_sealed: Mapped[bytes | None] = mapped_column(Sealed())
    created_at: Mapped[datetime] = mapped_column(server_default=func.now(), index=True)

    answer = sealed_text_or_none("body_sealed")

    @property
    def text(self) -> str:
        """The answer as it was sent, its secret left empty."""
        return self.answer or self.body or ""
