"""The event feed: everything a webhook would have said, for those who prefer asking."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from app.core.errors import DomainError
from app.core.ids import parse_id
from app.core.wire.paging import place_of
from app.faces.api import schemas
from app.people.partners.keys.operations import Call, Operations, Reply
from app.record.events import queries as events
from app.webhooks import queries as webhooks
from app.webhooks.delivery.envelope import envelope
from app.webhooks.service import catalogue

OPERATIONS = Operations()
_EVENT_IDS_VERSION: Final = 7


@OPERATIONS.add(
    "GET", "/events", "Events", query=schemas.EventsQuery, answer=schemas.EventsPage, refusals={410: "cursor_lost"}
)
def events_feed(call: Call) -> Reply:
    """What happened, in order, from the oldest on.

    `after` is the id of the last event you have, from this feed or from a webhook. Whoever goes on from there misses
    none, and gets none twice. Ids are stable: the same event has the same id wherever you meet it.

    410 `cursor_lost`: there is no such event any more, because it happened after the backup from which the platform was
    restored. `params.beginAfter` is the event to go on after; without it, begin without `after`. Read the lists of
    orders, payments and wins again for what you were told since: it may be told once more, under another id.
    """
    query: schemas.EventsQuery = call.query
    after = _position(query.after, call.site.id)
    rows = webhooks.feed(call.site.id, after, query.limit, _types(query.type))
    records = [_record(envelope(row)) for row in rows]
    following = records[-1].id if records else query.after
    return Reply(schemas.EventsPage(events=records, next=following))


def _types(wanted: str | None) -> tuple[str, ...] | None:
    if wanted is None:
        return None
    if wanted not in catalogue():
        raise DomainError("event_type_unknown", field="type")
    return (wanted,)


def _position(after: str | None, site_id: UUID) -> int:
    event_id = place_of(after, parse_id, "after")
    if event_id is None:
        return 0
    found = events.seq_of(event_id, site_id)
    if found is not None:
        return found
    if event_id.version != _EVENT_IDS_VERSION:
        raise DomainError("cursor_unknown", field="after")
    begin = webhooks.last_before_lost(site_id, event_id)
    raise DomainError("cursor_lost", status=410, field="after", **({"beginAfter": str(begin)} if begin else {}))


def _record(told: dict[str, Any]) -> schemas.EventRecord:
    return schemas.EventRecord.model_validate(told)
