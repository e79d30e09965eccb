"""Partner sites: what an owner configures and an embed reads."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model

MAX_EDGE_PERCENT = 15
NORMALIZED_NAME = "translate(replace(lower(name), '-', ''), '0134578', 'oleastb')"


class PartnerSite(Model):
    """Document 001, "Important schema shape". Nothing cascades into it: it may hold money."""

    __tablename__ = "partner_sites"
    __table_args__ = (
        CheckConstraint("status IN ('draft', 'live', 'paused')", name="status"),
        CheckConstraint(f"house_edge_percent BETWEEN 0 AND {MAX_EDGE_PERCENT}", name="house_edge_percent"),
        CheckConstraint("name ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND length(name) BETWEEN 3 AND 64", name="name"),
        Index("partner_sites_normalized_name_idx", text(NORMALIZED_NAME), unique=True),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    owner_user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    name: Mapped[str] = mapped_column(unique=True)  # the slug; it never changes
    display_name: Mapped[str]
    status: Mapped[str] = mapped_column(server_default="draft")
    theme: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    embed_allowed_origins: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    house_edge_percent: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    payout_address: Mapped[str]
    payout_address_network: Mapped[str]
    payout_address_changed_at: Mapped[datetime]
