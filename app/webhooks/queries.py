"""Reads of endpoints, deliveries and the feed of a site's events."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select

from app.core.database.session import db
from app.core.errors import NotFound
from app.core.ids import parse_id, some_time_before
from app.record.events.models import Event
from app.record.events.order import readable_until

from .models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from .rules import MOST_ATTEMPTS
from .service import catalogue

SHOWN_ATTEMPTS: Final = 2 * MOST_ATTEMPTS
_AS_LONG_AS_A_ROUND: Final = 10
_CLOCKS_DIFFER: Final = timedelta(minutes=1)


def endpoints_of(site_id: UUID) -> Sequence[WebhookEndpoint]:
    """A site's endpoints, the oldest first."""
    query = select(WebhookEndpoint).where(
        WebhookEndpoint.partner_site_id == site_id, WebhookEndpoint.status != "removed"
    )
    return db.session.scalars(query.order_by(WebhookEndpoint.id)).all()


def endpoint_of(site_id: UUID, text: str) -> WebhookEndpoint:
    """The site's endpoint with that id.

    Raises NotFound for another site's as for none.
    """
    identifier = parse_id(text)
    found = db.session.get(WebhookEndpoint, identifier) if identifier else None
    if found is None or found.partner_site_id != site_id or found.status == "removed":
        raise NotFound
    return found


def delivery_of(endpoint_id: UUID, text: str) -> WebhookDelivery:
    """The endpoint's delivery with that id.

    Raises NotFound for another endpoint's as for none.
    """
    identifier = parse_id(text)
    found = db.session.get(WebhookDelivery, identifier) if identifier else None
    if found is None or found.endpoint_id != endpoint_id:
        raise NotFound
    return found


def pending_by_endpoint(endpoint_ids: Collection[UUID]) -> Mapping[UUID, int]:
    """How many deliveries each has before it; none: absent."""
    query = select(WebhookDelivery.endpoint_id, func.count()).where(
        WebhookDelivery.endpoint_id.in_(endpoint_ids), WebhookDelivery.state == "pending"
    )
    rows = db.session.execute(query.group_by(WebhookDelivery.endpoint_id)).all()
    return {row[0]: row[1] for row in rows}


@dataclass(frozen=True, slots=True)
class Sought:
    """Which deliveries are wanted, "" being all: of a state, or `retried`: tried, and not over; of a type; about an
    order, by a part of its id, about a round, by its number, or of an event, by its id."""

    state: str = ""
    type: str = ""
    about: str = ""


EVERYTHING: Final = Sought()


def deliveries_page(
    endpoint_id: UUID, before: UUID | None = None, limit: int = 50, sought: Sought = EVERYTHING
) -> Sequence[WebhookDelivery]:
    """The newest deliveries, or those older than `before`; all, or those that are sought."""
    query = select(WebhookDelivery).where(WebhookDelivery.endpoint_id == endpoint_id, *_about(sought.about))
    if sought.state == "retried":
        query = query.where(WebhookDelivery.state == "pending", WebhookDelivery.attempts > 0)
    elif sought.state:
        query = query.where(WebhookDelivery.state == sought.state)
    if sought.type:
        query = query.where(WebhookDelivery.type == sought.type)
    if before is not None:
        query = query.where(WebhookDelivery.id < before)
    return db.session.scalars(query.order_by(WebhookDelivery.id.desc()).limit(limit)).all()


def _about(text: str) -> list[ColumnElement[bool]]:
    if not text:
        return []
    subject = WebhookDelivery.subject
    if text.isascii() and text.isdigit() and len(text) < _AS_LONG_AS_A_ROUND:
        return [subject.endswith(f":{text}")]
    event_id = parse_id(text)
    part = subject.contains(text.lower(), autoescape=True)
    return [part if event_id is None else or_(part, WebhookDelivery.event_id == event_id)]


def events_of(event_ids: Collection[UUID]) -> Mapping[UUID, Event]:
    """These events by their ids; a test is none."""
    return {event.id: event for event in db.session.scalars(select(Event).where(Event.id.in_(event_ids)))}


def deliveries_of(
    endpoints: Collection[WebhookEndpoint], event_ids: Collection[UUID]
) -> Mapping[UUID, list[tuple[WebhookEndpoint, WebhookDelivery]]]:
    """To which of these endpoints each event was sent, or is; none: absent."""
    of = {one.id: one for one in endpoints}
    query = select(WebhookDelivery).where(WebhookDelivery.endpoint_id.in_(of), WebhookDelivery.event_id.in_(event_ids))
    found: dict[UUID, list[tuple[WebhookEndpoint, WebhookDelivery]]] = {}
    for delivery in db.session.scalars(query.order_by(WebhookDelivery.endpoint_id)):
        found.setdefault(delivery.event_id, []).append((of[delivery.endpoint_id], delivery))
    return found


def attempts_of(delivery_ids: Collection[UUID]) -> Mapping[UUID, list[WebhookAttempt]]:
    """The last tries of several deliveries, each list oldest first; one sent again and again has no end of them."""
    found: dict[UUID, list[WebhookAttempt]] = {delivery_id: [] for delivery_id in delivery_ids}
    newest_first = func.row_number().over(partition_by=WebhookAttempt.delivery_id, order_by=WebhookAttempt.id.desc())
    ranked = (
        select(WebhookAttempt.id, newest_first.label("place"))
        .where(WebhookAttempt.delivery_id.in_(delivery_ids))
        .subquery()
    )
    query = (
        select(WebhookAttempt).join(ranked, ranked.c.id == WebhookAttempt.id).where(ranked.c.place <= SHOWN_ATTEMPTS)
    )
    for attempt in db.session.scalars(query.order_by(WebhookAttempt.id)):
        found[attempt.delivery_id].append(attempt)
    return found


def feed(site_id: UUID, after_seq: int = 0, limit: int = 100, types: Collection[str] | None = None) -> Sequence[Event]:
    """What a site's webhooks would say after `after_seq`, in order; a reader who goes on after the last misses none."""
    query = _visible(site_id, types).where(Event.seq > after_seq, Event.seq <= readable_until())
    return db.session.scalars(query.order_by(Event.seq).limit(limit)).all()


def last_before_lost(site_id: UUID, lost: UUID) -> UUID | None:
    """After which event a reader goes on whose last one is not here any more, as after a restore; None: from the start.

    An id says when it was made. Everything up to the answer was told before the lost event; what follows may be told to
    that reader twice, but nothing is left out, though the processes' clocks differ.
    """
    since = some_time_before(lost, _CLOCKS_DIFFER)
    until = readable_until()
    visible = _visible(site_id, None).where(Event.seq <= until)
    first_newer = visible.with_only_columns(func.coalesce(func.min(Event.seq), until + 1)).where(Event.id >= since)
    before = visible.where(Event.seq < first_newer.scalar_subquery())
    return db.session.scalar(before.with_only_columns(Event.id).order_by(Event.seq.desc()).limit(1))


def newest_events(
    site_id: UUID, before_seq: int | None = None, limit: int = 50, types: Collection[str] | None = None
) -> Sequence[Event]:
    """The same events for people: the newest first, or those before `before_seq`."""
    query = _visible(site_id, types)
    if before_seq is not None:
        query = query.where(Event.seq < before_seq)
    return db.session.scalars(query.order_by(Event.seq.desc()).limit(limit)).all()


def _visible(site_id: UUID, types: Collection[str] | None) -> Select[Event]:
    chosen = set(catalogue()) if types is None else set(catalogue()) & set(types)
    return select(Event).where(
        Event.type.in_(chosen), or_(Event.partner_site_id == site_id, Event.partner_site_id.is_(None))
    )
