"""The dictionary of dreams: a word in three languages, and the numbers that it stands for."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint, func
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database.session import Model


class Dream(Model):
    """One dream. `folded` is its Creole word without accents and case, by which it is known; `trigrams` are those of
    all its words, by which it is found. `source` says which list it is from."""

    __tablename__ = "tchala_dreams"
    __table_args__ = (
        UniqueConstraint("folded"),
        CheckConstraint("cardinality(numbers) BETWEEN 1 AND 6", name="numbers"),
        CheckConstraint("ht <> '' AND folded <> ''", name="word"),
        Index("tchala_dreams_trigrams_idx", "trigrams", postgresql_using="gin"),
        Index("tchala_dreams_numbers_idx", "numbers", postgresql_using="gin"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    folded: Mapped[str]
    ht: Mapped[str]
    fr: Mapped[str] = mapped_column(server_default="")
    en: Mapped[str] = mapped_column(server_default="")
    numbers: Mapped[list[str]] = mapped_column(ARRAY(Text))
    trigrams: Mapped[list[str]] = mapped_column(ARRAY(Text))
    source: Mapped[str]
    changed_by: Mapped[str]
    changed_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
