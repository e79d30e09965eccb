"""Reads of the messages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select

from app.core.database.session import db

from .models import Message


def newest(limit: int = 50, channel: str = "email") -> Sequence[Message]:
    """The latest messages of a channel, newest first."""
    query = select(Message).where(Message.channel == channel).order_by(Message.id.desc()).limit(limit)
    return db.session.scalars(query).all()


def counted() -> Sequence[tuple[str, str, int]]:
    """How many messages of each channel are in each state."""
    each = (Message.channel, Message.state)
    query = select(*each, func.count()).group_by(*each).order_by(*each)
    return [(channel, state, count) for channel, state, count in db.session.execute(query)]


def due_for(age: timedelta) -> int:
    """How many messages should have left longer than `age` ago."""
    query = select(func.count()).where(Message.state == "due", Message.not_before < func.now() - age)
    return db.session.scalar(query) or 0


def one(message_id: UUID) -> Message:
    """A message, as it is now. Raises NoResultFound."""
    query = select(Message).where(Message.id == message_id).execution_options(populate_existing=True)
    return db.session.scalars(query).one()
