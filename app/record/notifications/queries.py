"""Reads of the messages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import func, select

from app.core.database.session import db

from .models import Message


def newest(limit: int = 50) -> Sequence[Message]:
    """The latest messages, newest first."""
    return db.session.scalars(select(Message).order_by(Message.id.desc()).limit(limit)).all()


def due_for(age: timedelta) -> int:
    """How many messages should have left longer than `age` ago."""
    query = select(func.count()).where(Message.state == "due", Message.not_before < func.now() - age)
    return db.session.scalar(query) or 0
