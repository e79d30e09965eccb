"""How an event is told to a partner: the same object in a webhook and in the event feed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from app.record.events.models import Event


def envelope(event: Event) -> dict[str, Any]:
    """An event's public form."""
    return build(event.id, event.type, event.occurred_at, event.game, event.subject, event.payload)


def build(event_id: UUID, type_: str, at: datetime, game: str, subject: str, data: dict[str, Any]) -> dict[str, Any]:
    """The public form from its parts; times in UTC."""
    return {
        "id": str(event_id),
        "type": type_,
        "createdAt": at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "game": game,
        "subject": subject,
        "data": data,
    }


def body(told: dict[str, Any]) -> str:
    """The bytes that are signed and sent, as text."""
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def laid_out(sent: str) -> str:
    """The same over many lines, for people to read; its signature is of what was sent."""
    return json.dumps(json.loads(sent), ensure_ascii=False, indent=2)
