"""A fact is told if and only if it became true, in an order nobody has to read twice."""

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.core.database.session import transaction
from app.core.ids import new_id
from app.core.ports import places
from app.record.events import queries, service
from app.record.events.service import EVENT_TYPES, Fact, record, record_many

SITE, OTHER = new_id(), new_id()


@pytest.fixture(autouse=True)
def _open_catalogue(request, monkeypatch):
    name = "committed_db" if "committed_db" in request.fixturenames else "app"
    monkeypatch.setitem(places(request.getfixturevalue(name)).held, EVENT_TYPES, frozenset({"round.opened", "win"}))


def test_facts_are_kept_in_the_order_given(session):
    record_many([Fact("win", "rounds", f"round:{number}", {"sats": number}, SITE) for number in range(50)])
    told = queries.feed()
    assert [event.payload["sats"] for event in told] == list(range(50))
    assert (told[0].type, told[0].game, told[0].subject, told[0].partner_site_id) == ("win", "rounds", "round:0", SITE)


def test_a_site_hears_its_own_facts_and_everybodys(session):
    record("win", "rounds", "round:1", {}, SITE)
    record("win", "rounds", "round:2", {}, OTHER)
    record("round.opened", "rounds", "round:3", {})
    assert [event.subject for event in queries.feed(site_id=SITE)] == ["round:1", "round:3"]
    assert [event.subject for event in queries.feed()] == ["round:1", "round:2", "round:3"]
    assert [event.subject for event in queries.about("round:2")] == ["round:2"]


def test_the_feed_goes_on_after_the_last_one_read(session):
    record_many([Fact("win", "rounds", str(number)) for number in range(5)])
    first = queries.feed(limit=2)
    assert [event.subject for event in queries.feed(first[-1].seq)] == ["2", "3", "4"]


def test_a_type_outside_the_catalogue_is_refused(session):
    with pytest.raises(ValueError, match=r"round\.eaten"):
        record("round.eaten", "rounds", "round:1", {})


@pytest.mark.parametrize("change", ["UPDATE events SET game = 'x'", "DELETE FROM events", "TRUNCATE events CASCADE"])
def test_events_are_only_ever_added(session, change):
    with pytest.raises(IntegrityError, match="only ever added"), session.begin_nested():
        session.execute(text(change))


def test_a_fact_that_was_rolled_back_is_never_told(committed_db):
    with suppress(RuntimeError), transaction():
        record("win", "rounds", "never", {})
        raise RuntimeError
    with transaction():
        record("win", "rounds", "true", {})
    assert [event.subject for event in queries.feed()] == ["true"]


@pytest.mark.parametrize(("announced", "readable"), [(True, []), (False, ["fast"])])
def test_a_later_row_waits_for_an_earlier_one_still_being_written(committed_db, monkeypatch, announced, readable):
    """Without it (the second case), a reader who goes on after the last `seq` would never hear of the slow one."""
    if not announced:
        monkeypatch.setattr(service, "announce_writing", lambda: None)
    written, finish = threading.Event(), threading.Event()

    def slow():
        with committed_db.app_context(), transaction():
            record("win", "rounds", "slow", {})
            written.set()
            finish.wait(60)

    thread = threading.Thread(target=slow)
    thread.start()
    assert written.wait(60)
    with transaction():
        record("win", "rounds", "fast", {})
    with transaction():
        during = [event.subject for event in queries.feed()]
    finish.set()
    thread.join()
    assert (during, [event.subject for event in queries.feed()]) == (readable, ["slow", "fast"])


def test_a_reader_among_many_writers_misses_nothing(committed_db):
    random.seed(3)
    heard, last, done = [], 0, threading.Event()

    def write(number):
        with committed_db.app_context(), transaction() as session:
            record("win", "rounds", str(number), {})
            session.execute(text("SELECT pg_sleep(:seconds)"), {"seconds": random.random() / 50})

    def write_all():
        with ThreadPoolExecutor(6) as pool:
            list(pool.map(write, range(150)))
        done.set()

    writers = threading.Thread(target=write_all)
    writers.start()
    while True:
        finished = done.is_set()
        with transaction():
            batch = [(event.seq, event.subject) for event in queries.feed(last, limit=7)]
        heard += [subject for _, subject in batch]
        last = batch[-1][0] if batch else last
        if finished and not batch:
            break
    writers.join()
    assert sorted(heard, key=int) == [str(number) for number in range(150)]
