"""Writes facts. Each is a row of the transaction that made it true: it is told if, and only if, that commits."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import text

from app.core.database.session import db
from app.core.database.together import Part
from app.core.ids import new_id, new_ids
from app.core.ports import Port

from .order import ANNOUNCING, announce_writing
from .types import EventType


class Fact(NamedTuple):
    """What happened: `type` as catalogued, the game, the thing concerned, and whom it concerns (None: everybody)."""

    type: str
    game: str
    subject: str
    payload: Mapping[str, Any] = MappingProxyType({})
    site_id: UUID | None = None


EVENT_TYPES: Final = Port[Mapping[str, EventType]]("types of events", {})


def record(type: str, game: str, subject: str, payload: Mapping[str, Any], site_id: UUID | None = None) -> None:
    """Write one fact.

    Raises:
        ValueError: the catalogue has no such type.
    """
    record_many([Fact(type, game, subject, payload, site_id)])


def record_many(facts: Sequence[Fact]) -> None:
    """Write facts in the given order, in one statement.

    Raises:
        ValueError: the catalogue has no such type, or a payload is not JSON.
    """
    if not facts:
        return
    _check({fact.type for fact in facts})
    announce_writing()
    db.session.execute(
        text(_INSERT),
        {
            "ids": new_ids(len(facts)),
            "types": [fact.type for fact in facts],
            "games": [fact.game for fact in facts],
            "subjects": [fact.subject for fact in facts],
            "sites": [fact.site_id for fact in facts],
            "payloads": json.dumps([fact.payload for fact in facts], allow_nan=False, default=_plain),
        },
    )


def _plain(value: object) -> dict[str, Any]:
    """A mapping of another kind as JSON knows it."""
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"no JSON: {type(value).__name__}")


def writing(fact: Fact) -> Part:
    """One fact as a part of what its thing leaves behind.

    Raises ValueError as `record_many`.
    """
    _check({fact.type})
    values = {
        "id": new_id(),
        "type": fact.type,
        "game": fact.game,
        "subject": fact.subject,
        "site": fact.site_id,
        "payload": json.dumps(fact.payload, allow_nan=False, default=_plain),
    }
    return Part(_INSERT_ONE, values)


def _check(types: set[str]) -> None:
    catalogue = EVENT_TYPES.get()
    unknown = [one for one in types if one not in catalogue] if catalogue else []
    if unknown:
        raise ValueError(f"not in the catalogue of events: {sorted(unknown)}")


# The lock is taken before the row gets its number: a default is worked out for a row that the question has brought.
_INSERT_ONE: Final = f"""
    INSERT INTO events (id, type, game, subject, partner_site_id, payload)
    WITH announced AS MATERIALIZED ({ANNOUNCING})
    SELECT CAST({{id}} AS uuid), {{type}}, {{game}}, {{subject}}, CAST({{site}} AS uuid), CAST({{payload}} AS jsonb)
    FROM announced
"""

# The payloads travel as one text, which the database reads once.
_INSERT: Final = """
    INSERT INTO events (id, type, game, subject, partner_site_id, payload)
    SELECT id, type, game, subject, site, payload
    FROM ROWS FROM (unnest(CAST(:ids AS uuid[]), CAST(:types AS text[]), CAST(:games AS text[]),
                           CAST(:subjects AS text[]), CAST(:sites AS uuid[])),
                    jsonb_array_elements(CAST(:payloads AS jsonb)))
        WITH ORDINALITY AS fact (id, type, game, subject, site, payload, position)
    ORDER BY position
"""
