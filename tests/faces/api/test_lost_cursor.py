"""A partner's place in the feed that a restore has lost: the answer says where to go on, and nothing is left out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from app.core.database.session import db, transaction
from app.core.ids import earliest_id, new_id
from tests.factories.world import World

from .conftest import Server


@pytest.fixture
def world(shared_world: World) -> World:
    """Each test has partners of its own in it."""
    return shared_world


_INSERT = """
    INSERT INTO events (id, type, game, subject, partner_site_id, payload)
    VALUES (:id, 'order.paid', 'rounds', :subject, :site, '{}')
"""


def at(minutes: float, low: int = 0) -> UUID:
    """An id of so many minutes before a present that lies two hours after what the world's making told."""
    moment = earliest_id(datetime.now(UTC) + timedelta(hours=2) - timedelta(minutes=minutes))
    return UUID(int=moment.int | 7 << 76 | 2 << 62 | low)


def tell(identifier: UUID, subject: str, site_id: UUID | None) -> str:
    with transaction():
        db.session.execute(text(_INSERT), {"id": identifier, "subject": subject, "site": site_id})
    return str(identifier)


def lost(server: Server, cursor: UUID) -> Any:
    answer = server.get("/events", {"after": str(cursor)})
    assert (answer.status_code, answer.mimetype) == (410, "application/problem+json")
    problem = answer.get_json()
    assert (problem["code"], problem["field"]) == ("cursor_lost", "after")
    return problem.get("params", {}).get("beginAfter")


def subjects(server: Server, after: str | None) -> list[str]:
    query = {"after": after} if after else {}
    return [event["subject"] for event in server.get("/events", query).get_json()["events"]]


def test_a_reader_goes_on_after_the_last_event_that_was_not_lost(server: Server, other: Server) -> None:
    tell(at(30), "kept:1", server.site_id)
    last = tell(at(20), "kept:2", server.site_id)
    tell(at(19), "another's", other.site_id)
    cursor = at(10, low=5)  # told, and lost
    tell(at(2), "new:1", server.site_id)
    assert lost(server, cursor) == last
    assert subjects(server, last) == ["new:1"]


def test_what_another_process_wrote_at_that_time_is_told_rather_twice_than_never(server: Server) -> None:
    last = tell(at(20), "kept", server.site_id)
    tell(at(10.5), "its writer's clock is behind", server.site_id)
    tell(at(30), "and this one's far more", server.site_id)
    assert lost(server, at(10)) == last
    assert subjects(server, last) == ["its writer's clock is behind", "and this one's far more"]


def test_who_lost_everything_begins_again(server: Server) -> None:
    first = lost(server, at(10**6))
    assert first is None


@pytest.mark.parametrize("moment", [0, 1, 2**48 - 1])
def test_no_id_is_too_old_or_too_new_to_be_answered(server: Server, moment: int) -> None:
    lost(server, UUID(int=moment << 80 | 7 << 76 | 2 << 62))


def test_an_id_that_is_no_events_at_all_is_malformed(server: Server) -> None:
    answer = server.get("/events", {"after": "0190a000-0000-4000-8000-000000000000"})
    assert (answer.status_code, answer.get_json()["code"]) == (422, "cursor_unknown")


def test_after_the_newest_event_there_is_nothing_yet(server: Server) -> None:
    newest = tell(new_id(), "newest", server.site_id)
    assert server.get("/events", {"after": newest}).get_json() == {"events": [], "next": newest}
