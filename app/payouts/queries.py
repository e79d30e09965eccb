"""Reads of what is owed."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from app.core.db import db

from .models import Obligation


def obligations_of(site_id: UUID, before: UUID | None = None, limit: int = 50) -> Sequence[Obligation]:
    """A site's debts, the newest first, below `before`."""
    query = select(Obligation).where(Obligation.partner_site_id == site_id)
    if before is not None:
        query = query.where(Obligation.id < before)
    return db.session.scalars(query.order_by(Obligation.id.desc()).limit(limit)).all()
