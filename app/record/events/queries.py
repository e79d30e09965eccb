"""Reads of the events."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import or_, select

from app.core.database.session import db

from .models import Event
from .order import readable_until


def feed(after_seq: int = 0, limit: int = 100, site_id: UUID | None = None) -> Sequence[Event]:
    """The next events in order of `seq`; a reader that continues after the last one it got misses none.

    With `site_id`, what concerns that site or everybody; without, all.
    """
    query = select(Event).where(Event.seq > after_seq, Event.seq <= readable_until())
    if site_id is not None:
        query = query.where(or_(Event.partner_site_id == site_id, Event.partner_site_id.is_(None)))
    return db.session.scalars(query.order_by(Event.seq).limit(limit)).all()


def seq_of(event_id: UUID, site_id: UUID) -> int | None:
    """Where an event stands in the order, if that site may know of it."""
    query = select(Event.seq).where(
        Event.id == event_id, or_(Event.partner_site_id == site_id, Event.partner_site_id.is_(None))
    )
    return db.session.scalar(query)


def about(subject: str, limit: int = 100) -> Sequence[Event]:
    """What happened to one thing, oldest first."""
    return db.session.scalars(select(Event).where(Event.subject == subject).order_by(Event.seq).limit(limit)).all()
