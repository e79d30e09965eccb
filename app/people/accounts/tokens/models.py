"""The columns of a table of refresh tokens. The table is its owner's, and refers to the owner's sessions."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column


class Rotating:
    """The columns of such a table; `session_id` gets its reference where the table is."""

    id: Mapped[UUID] = mapped_column(primary_key=True)
    session_id: Mapped[UUID]
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
