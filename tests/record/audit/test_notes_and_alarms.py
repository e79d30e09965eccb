"""Who did what is written with the deed; an alarm stays open until somebody closes it."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.record.audit import queries
from app.record.audit.service import close_alarm, note, raise_alarm


def test_a_note_keeps_actor_action_subject_reason_and_detail(session):
    note("operator:anna", "site.paused", "site:1", "asked by its owner", tickets=7)
    (entry,) = queries.entries("site:1")
    assert (entry.actor, entry.action, entry.reason) == ("operator:anna", "site.paused", "asked by its owner")
    assert entry.detail == {"tickets": 7}


def test_entries_come_newest_first_in_pages(session):
    ids = [note("system", "test", "subject:1") for _ in range(3)]
    first = queries.entries("subject:1", limit=2)
    assert [entry.id for entry in first] == [ids[2], ids[1]]
    assert [entry.id for entry in queries.entries("subject:1", before=first[-1].id)] == [ids[0]]


@pytest.mark.parametrize("change", ["UPDATE {} SET {} = NULL", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
@pytest.mark.parametrize(("table", "column"), [("audit_entries", "actor"), ("audit_seals", "hash")])
def test_entries_and_seals_are_only_ever_added(session, table, column, change):
    with pytest.raises(IntegrityError, match="only ever added"), session.begin_nested():
        session.execute(text(change.format(table, column)))


def test_an_alarm_is_open_once_until_it_is_closed(session):
    assert [raise_alarm("node_wrong_network", "node", chain="main") for _ in range(2)] == [True, False]
    assert raise_alarm("node_wrong_network", "other node") is True
    assert [(alarm.code, alarm.subject) for alarm in queries.open_alarms()] == [
        ("node_wrong_network", "node"),
        ("node_wrong_network", "other node"),
    ]
    assert [close_alarm("node_wrong_network", "node") for _ in range(2)] == [True, False]
    assert raise_alarm("node_wrong_network", "node") is True


def test_what_one_person_did_is_found_by_an_index(session):
    session.execute(text("SET LOCAL enable_seqscan = off"))  # little is here, and would be read whole
    query = "EXPLAIN SELECT id FROM audit_entries WHERE actor = 'operator:ada' ORDER BY id DESC LIMIT 50"
    assert "audit_entries_actor_idx" in " ".join(session.scalars(text(query)))
