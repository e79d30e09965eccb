"""The clock rings jobs at their rhythm, runs them itself while Redis is away, and leads alone."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import count

import psycopg
import pytest
import redis
from flask import Flask
from rq import Queue, SimpleWorker
from rq.serializers import JSONSerializer
from sqlalchemy import text

from app.core.database.leadership import dsn, lead, leads_since
from app.core.database.session import db
from app.core.jobs import queue
from app.core.jobs.clock import Clock
from app.core.jobs.queue import CHAIN_QUEUE, DEFAULT_QUEUE, DRAWS_QUEUE, PeriodicJob, connection
from app.core.ports import places
from dev.valkey import Valkey

ran: list[str] = []
"""What the jobs below did, in this process."""
may_end = threading.Event()


def fast() -> None:
    ran.append("fast")


def slow() -> None:
    ran.append("slow begins")
    assert may_end.wait(60)
    ran.append("slow ends")


def broken() -> None:
    ran.append("broken")
    raise RuntimeError("a job that always fails")


def job(name: str, seconds: float = 10, queue: str = DEFAULT_QUEUE) -> PeriodicJob:
    return PeriodicJob(f"test.{name}", {"fast": fast, "slow": slow, "broken": broken}[name], seconds, queue)


@pytest.fixture
def bell(own_valkey: Callable[[], Valkey]) -> Iterator[Valkey]:
    ran.clear()
    may_end.clear()
    server = own_valkey()
    yield server
    server.stop()


@pytest.fixture
def belled_app(app: Flask, bell: Valkey, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """The worker's application, with a bell that the test may take away."""
    monkeypatch.setitem(places(app).held, queue.REDIS, redis.Redis.from_url(bell.url(), socket_connect_timeout=1))
    known = (*queue.PERIODIC_JOBS.get(app), *(job(name) for name in ("fast", "slow", "broken")))
    monkeypatch.setitem(places(app).held, queue.PERIODIC_JOBS, known)
    with app.app_context():
        yield app


def waiting(name: str) -> int:
    return Queue(name, connection=connection(), serializer=JSONSerializer).count


def begin_all() -> None:
    """Workers begin what waits; it stays to be counted."""
    for name in (DEFAULT_QUEUE, DRAWS_QUEUE):
        for one in Queue(name, connection=connection(), serializer=JSONSerializer).jobs:
            queue.begun(one, connection())


def until(condition: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, ran
        time.sleep(0.01)


def test_each_job_is_rung_at_its_own_rhythm(belled_app: Flask) -> None:
    clock = Clock(belled_app, (job("fast", 2), job("slow", 5, DRAWS_QUEUE)))
    counts = []
    for moment in (100.0, 101.0, 102.0, 104.0, 105.0):
        clock.tick(moment)
        counts.append((waiting(DEFAULT_QUEUE), waiting(DRAWS_QUEUE)))
        begin_all()
    assert counts == [(1, 1), (1, 1), (2, 1), (3, 1), (3, 2)]
    assert waiting(CHAIN_QUEUE) == 0
    assert ran == [], "ringing runs nothing here"


def test_a_ring_that_waits_stands_for_those_that_follow(belled_app: Flask) -> None:
    """However often it is rung for, a job that nobody has begun waits once: no rhythm crowds others out."""
    clock = Clock(belled_app, (job("fast", 1), job("slow", 10)))
    for moment in range(100, 110):
        clock.tick(float(moment))
    assert waiting(DEFAULT_QUEUE) == 2
    begin_all()
    clock.tick(110.0)
    assert waiting(DEFAULT_QUEUE) == 4, "whoever has begun may have looked already"


def test_a_worker_answers_the_bell(belled_app: Flask) -> None:
    Clock(belled_app, (job("fast"),)).tick(1.0)
    queue = Queue(DEFAULT_QUEUE, connection=connection(), serializer=JSONSerializer)
    SimpleWorker([queue], connection=connection(), serializer=JSONSerializer).work(burst=True)
    assert ran == ["fast"]


def test_a_draw_is_never_cut_off_and_other_jobs_are(belled_app: Flask) -> None:
    Clock(belled_app, (job("fast"), job("slow", queue=DRAWS_QUEUE))).tick(1.0)
    limits = {
        name: Queue(name, connection=connection(), serializer=JSONSerializer).jobs[0].timeout
        for name in (DEFAULT_QUEUE, DRAWS_QUEUE)
    }
    assert limits[DRAWS_QUEUE] == -1
    assert 0 < (limits[DEFAULT_QUEUE] or 0) <= 600


def test_while_redis_is_away_the_clock_runs_the_jobs_itself(belled_app: Flask, bell: Valkey) -> None:
    clock = Clock(belled_app, (job("fast", 2),))
    bell.stop()
    clock.tick(100.0)
    until(lambda: ran == ["fast"])
    clock.tick(101.0)
    time.sleep(0.1)
    assert ran == ["fast"], "it is not due yet"
    clock.tick(102.0)
    until(lambda: ran == ["fast", "fast"])


def test_one_job_delays_no_other_and_never_meets_itself(belled_app: Flask, bell: Valkey) -> None:
    clock = Clock(belled_app, (job("slow", 1), job("fast", 1)))
    bell.stop()
    clock.tick(100.0)
    until(lambda: {"slow begins", "fast"} <= set(ran))
    time.sleep(0.1)
    clock.tick(101.0)
    until(lambda: ran.count("fast") == 2)
    may_end.set()
    until(lambda: "slow ends" in ran)
    assert ran.count("slow begins") == 1, "it was still running when its time came again"


def test_a_job_that_fails_stops_neither_the_clock_nor_itself(belled_app: Flask, bell: Valkey) -> None:
    clock = Clock(belled_app, (job("broken", 1), job("fast", 1)))
    bell.stop()
    moments = count(100.0)

    def both_ran_twice() -> bool:
        clock.tick(next(moments))
        return ran.count("fast") > 1 and ran.count("broken") > 1

    until(both_ran_twice)


def test_the_bell_is_used_again_when_it_is_back(belled_app: Flask, bell: Valkey, tmp_path: object) -> None:
    clock = Clock(belled_app, (job("fast", 1),))
    bell.stop()
    clock.tick(100.0)
    until(lambda: ran == ["fast"])
    bell.start(bell.folder.parent / "log")
    clock.tick(101.0)
    assert waiting(DEFAULT_QUEUE) == 1
    assert ran == ["fast"]


def test_flushing_redis_loses_nothing_but_rings(belled_app: Flask, bell: Valkey) -> None:
    clock = Clock(belled_app, (job("fast", 1),))
    clock.tick(100.0)
    with redis.Redis.from_url(bell.url()) as client:
        client.flushall()
    assert waiting(DEFAULT_QUEUE) == 0
    clock.tick(101.0)
    assert waiting(DEFAULT_QUEUE) == 1


def test_periodic_jobs_are_told_apart_by_their_names(app: Flask) -> None:
    jobs = queue.PERIODIC_JOBS.get(app)
    assert jobs
    assert all(callable(one.function) for one in jobs)
    assert len({one.name for one in jobs}) == len(jobs)


def test_of_two_leaders_one_leads(database_url: str) -> None:
    with (
        lead(database_url, "test") as first,
        lead(database_url, "test") as second,
        lead(database_url, "other") as other,
    ):
        assert [bool(one) for one in (first, second, other)] == [True, False, True]
    with lead(database_url, "test") as next_one:
        assert next_one


def test_who_has_led_is_in_nobodys_way(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy server ends a connection later than whoever closed it goes on: here it never does."""
    monkeypatch.setattr("app.core.database.connecting.Connection.close", lambda self: None)
    for _ in range(2):
        with lead(database_url, "again") as leading:
            assert leading


def test_leadership_falls_with_its_connection(database_url: str) -> None:
    """A leader whose machine went away keeps nobody waiting longer than its connection lives."""
    with lead(database_url, "fallen") as first:
        assert first
        with psycopg.connect(dsn(database_url), autocommit=True) as other:
            other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid()"
                " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            )
        until(lambda: _can_lead(database_url, "fallen"))


def _can_lead(url: str, name: str) -> bool:
    with lead(url, name) as leading:
        return bool(leading)


def test_many_want_to_lead_and_one_does(database_url: str) -> None:
    barrier, done, leading = threading.Barrier(8), threading.Barrier(8), []

    def want() -> None:
        barrier.wait(60)
        with lead(database_url, "many") as mine:
            leading.append(bool(mine))
            done.wait(60)

    threads = [threading.Thread(target=want) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(leading) == [False] * 7 + [True]


def clock_since() -> datetime | None:
    """Since when a clock leads, read anew: within one transaction Postgres says the same of its connections."""
    db.session.rollback()
    return leads_since(db.session, "clock")


def test_who_leads_keeps_the_lock_while_the_connection_lives(
    app: Flask, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever let go of the lock to take it anew left the product without a clock for seconds, now and then."""
    monkeypatch.setattr("app.core.jobs.clock._ASKED_EVERY", 0.02)
    monkeypatch.setattr("app.core.jobs.clock._TICK_SECONDS", 0.01)
    clock = Clock(app, ())
    running = threading.Thread(target=clock.serve, daemon=True)
    running.start()
    with app.app_context():
        until(lambda: clock_since() is not None)
        first = clock_since()
        assert [clock_since() for _ in range(100)] == [first] * 100
        ending = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_start = :at"
        db.session.execute(text(ending), {"at": first})
        until(lambda: clock_since() not in (None, first))
    clock.stop()
    running.join(10)
    assert not running.is_alive()
