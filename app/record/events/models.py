"""Facts that partners may want to hear of: append-only, written in the fact's own transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Identity, Index, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database.append_only import append_only
from app.core.database.session import Model


class Event(Model):
    """One fact. `seq` is given when a row is written, not when it commits: read in order through `queries.feed`."""

    __tablename__ = "events"
    __table_args__ = (Index("events_site_idx", "partner_site_id", "seq"), Index("events_subject_idx", "subject", "seq"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, Identity(), unique=True)
    occurred_at: Mapped[datetime] = mapped_column(server_default=func.now())
    type: Mapped[str]
    game: Mapped[str]
    subject: Mapped[str]
    partner_site_id: Mapped[UUID | None]  # None: everybody's
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB)


append_only(Event.__table__)
