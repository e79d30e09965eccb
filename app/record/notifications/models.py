"""Messages to people. A row is written with the fact it tells of; a job sends it afterwards."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database.session import Model


class Message(Model):
    """One message by one channel to one recipient. `template` and `params` are rendered when it is sent."""

    __tablename__ = "messages"
    __table_args__ = (
        CheckConstraint("channel IN ('email', 'sms')", name="channel"),
        CheckConstraint("state IN ('due', 'sent', 'failed')", name="state"),
        Index("messages_due_idx", "not_before", postgresql_where=text("state = 'due'")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(server_default="email")
    locale: Mapped[str] = mapped_column(server_default="en")
    recipient: Mapped[str]
    template: Mapped[str]
    params: Mapped[dict[str, Any]] = mapped_column(JSONB)
    state: Mapped[str] = mapped_column(server_default="due")
    attempts: Mapped[int] = mapped_column(server_default="0")
    not_before: Mapped[datetime] = mapped_column(server_default=func.now())
    sent_at: Mapped[datetime | None]
    last_error: Mapped[str | None]
