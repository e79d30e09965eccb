"""Texts that operators write for readers: what is shown of each, and every version of its words."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database.append_only import append_only
from app.core.database.session import Model


class ContentText(Model):
    """One text. `newest` numbers its last version, `shown` the one that readers get; None: they get none.

    `place` orders texts of a kind, the smallest first. `page` names the page that a text of that kind stands on.
    """

    __tablename__ = "content_texts"
    __table_args__ = (
        CheckConstraint("kind IN ('announcement', 'question', 'banner', 'page')", name="kind"),
        CheckConstraint("(kind = 'page') = (page IS NOT NULL)", name="page"),
        CheckConstraint("place BETWEEN 0 AND 999", name="place"),
        CheckConstraint("newest >= 1", name="newest"),
        CheckConstraint("shown BETWEEN 1 AND newest", name="shown"),
        CheckConstraint("(shown IS NULL) = (shown_from IS NULL)", name="shown_from"),
        CheckConstraint("shown_until IS NULL OR shown_until > shown_from", name="shown_until"),
        UniqueConstraint("page"),
        Index("content_texts_kind_idx", "kind", "place"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    page: Mapped[str | None]
    place: Mapped[int] = mapped_column(server_default="0")
    newest: Mapped[int] = mapped_column(server_default="1")
    shown: Mapped[int | None]
    shown_from: Mapped[datetime | None]
    shown_until: Mapped[datetime | None]


class ContentVersion(Model):
    """What somebody wrote, once and for good. `words` are title and body (Markdown) by language."""

    __tablename__ = "content_versions"
    __table_args__ = (
        CheckConstraint("number >= 1", name="number"),
        UniqueConstraint("text_id", "number"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    text_id: Mapped[UUID] = mapped_column(ForeignKey(ContentText.id))
    number: Mapped[int]
    words: Mapped[dict[str, dict[str, str]]] = mapped_column(JSONB)
    written_by: Mapped[str]
    written_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())


append_only(ContentVersion.__table__)
