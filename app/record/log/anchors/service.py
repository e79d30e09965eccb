"""Writes which root stands in which block, as blocks come and go."""

from __future__ import annotations

from sqlalchemy import func, update

from app.core.database.session import db

from .models import Anchor


def record(anchor: Anchor) -> None:
    """A block holds it."""
    db.session.add(anchor)
    db.session.flush()


def take_back(block_hash: bytes) -> None:
    """That block is not on the chain any more."""
    db.session.execute(
        update(Anchor)
        .where(Anchor.block_hash == block_hash, Anchor.orphaned_at.is_(None))
        .values(orphaned_at=func.clock_timestamp())
        .execution_options(synchronize_session=False)
    )
