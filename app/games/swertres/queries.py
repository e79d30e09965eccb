"""Reads: by what the game goes now, and by what it went before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

from sqlalchemy import select

from app.core.database.session import db

from .models import SwertresConfiguration
from .rules import Configuration


def configuration() -> Configuration:
    """In force."""
    return read(newest())


def newest() -> SwertresConfiguration | None:
    """The last one that was said; None: nobody has said any."""
    return db.session.scalars(_NEWEST_FIRST.limit(1)).first()


def history(limit: int = 50) -> Sequence[SwertresConfiguration]:
    """What was said, the newest first."""
    return db.session.scalars(_NEWEST_FIRST.limit(limit)).all()


def read(row: SwertresConfiguration | None) -> Configuration:
    """A row as the rules know it; without one, the defaults."""
    if row is None:
        return Configuration()
    return Configuration(**{field.name: getattr(row, field.name) for field in fields(Configuration)})


_NEWEST_FIRST = select(SwertresConfiguration).order_by(SwertresConfiguration.version.desc())
