"""Draws of every game: which algorithm, from which seed, with what outcome."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database.session import Model


class Draw(Model):
    """One run of an algorithm. A run whose seed turned out wrong stays, as `void`; at most one per subject is not."""

    __tablename__ = "draws"
    __table_args__ = (
        CheckConstraint("state IN ('provisional', 'confirmed', 'halted', 'void')", name="state"),
        CheckConstraint("source IN ('closing_block', 'seed_beacon', 'official_result')", name="source"),
        CheckConstraint("state <> 'confirmed' OR outcome IS NOT NULL", name="confirmed_has_outcome"),
        Index("draws_current_idx", "game", "subject", unique=True, postgresql_where=text("state <> 'void'")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    game: Mapped[str]
    subject: Mapped[str]  # a round number, a lot's id, …
    source: Mapped[str]
    algorithm: Mapped[str]
    seed: Mapped[str]
    parameters: Mapped[dict[str, Any]] = mapped_column(JSONB)
    state: Mapped[str] = mapped_column(server_default="provisional")
    checkpoint: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    outcome: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    mark: Mapped[str | None]  # of the process of ours that hashed this outcome
    started_at: Mapped[datetime] = mapped_column(server_default=func.now())
    finished_at: Mapped[datetime | None]


class DrawState(Model):
    """A checkpoint of a long draw, by its number: between two of them everybody may repeat the hashing."""

    __tablename__ = "draw_states"
    __table_args__ = (
        CheckConstraint("number >= 0", name="number"),
        CheckConstraint("octet_length(state) = 32", name="state"),
    )

    draw_id: Mapped[UUID] = mapped_column(ForeignKey("draws.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    state: Mapped[bytes] = mapped_column(LargeBinary)
