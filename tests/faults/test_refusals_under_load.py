"""What a busy machine does to an order: a 503 that says when to come again, and leaves its reason in the log."""

from __future__ import annotations

import fcntl
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from threading import Thread
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import event, func, select
from structlog.testing import capture_logs
from werkzeug.test import TestResponse

import app as tiraj
from app import create_app
from app.core.database.leadership import dsn
from app.core.database.session import db
from app.games.luckotto.models import LuckottoOrder
from app.games.ticket_draw.models import TicketOrder
from dev.node.process import NodeProcess
from tests.factories.standing import at_once
from tests.factories.world import World


@pytest.fixture
def world(chain_app: Flask, node: NodeProcess) -> Iterator[World]:
    environment = {**chain_app.config["ENVIRONMENT_GIVEN"], "JOURNAL_SECONDS": "20"}
    app = create_app(environment)
    app.config["ENVIRONMENT_GIVEN"] = environment
    with app.app_context():
        yield World(app, node).begin()
        db.session.remove()
        db.engine.dispose()


@contextmanager
def session_setting(name: str, value: str) -> Iterator[None]:
    """Every transaction begun meanwhile has a setting of its own."""

    def put(connection: Any) -> None:
        connection.exec_driver_sql(f"SET LOCAL {name} = '{value}'")

    event.listen(db.engine, "begin", put)
    try:
        yield
    finally:
        event.remove(db.engine, "begin", put)


class Buyer:
    """An order of a thread of its own, and what was logged of it."""

    def __init__(self, world: World, site: str) -> None:
        self._world, self._site = world, site
        self.answers: list[TestResponse] = []
        self.thread = Thread(target=self._buy)

    def _buy(self) -> None:
        who = {"partnerName": self._site, "playerPublicIdentifier": "ada", "playerPrivateIdentifier": "p"}
        with self._world.app.app_context():
            self.answers.append(self._world.app.test_client().post("/api/slips", json=who))
            db.session.remove()

    def answer(self) -> TestResponse:
        self.thread.join(60)
        return self.answers[0]


def until(what: Callable[[], object]) -> None:
    deadline = time.monotonic() + 30
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def waits(outside: psycopg.Connection[Any], condition: str) -> Callable[[], object]:
    query = f"SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND {condition}"
    return lambda: outside.execute(query).fetchone()  # type: ignore[call-overload]


@contextmanager
def somebody(world: World) -> Iterator[psycopg.Connection[Any]]:
    """Another client of the same database, in a transaction that is rolled back."""
    with psycopg.connect(dsn(world.environment["DATABASE_URL"])) as outside:
        yield outside
        outside.rollback()


def check(world: World, answer: TestResponse, lines: list[Any], error: str) -> None:
    assert (answer.status_code, answer.json["code"]) == (503, "database_away")  # type: ignore[index]
    assert int(answer.headers["Retry-After"]) > 0
    assert [(line["error"], bool(line["reason"])) for line in lines if line["event"] == "database_away"] == [
        (error, True)
    ]
    assert db.session.scalar(select(func.count()).select_from(TicketOrder)) == 0


def test_a_row_that_somebody_keeps(world: World) -> None:
    buyer = Buyer(world, world.site().name)
    db.session.remove()
    with session_setting("lock_timeout", "300ms"), capture_logs() as lines, somebody(world) as outside:
        outside.execute("SELECT 1 FROM rounds FOR UPDATE")
        buyer.thread.start()
        answer = buyer.answer()
    check(world, answer, lines, "LockNotAvailable")


def test_a_deadlock(world: World) -> None:
    buyer = Buyer(world, world.site().name)
    db.session.remove()
    with (
        session_setting("deadlock_timeout", "2s"),
        capture_logs() as lines,
        somebody(world) as outside,
        psycopg.connect(dsn(world.environment["DATABASE_URL"]), autocommit=True) as observer,
    ):
        outside.execute("SET LOCAL deadlock_timeout = '60s'")
        outside.execute("SELECT 1 FROM rounds FOR UPDATE")
        buyer.thread.start()
        until(waits(observer, "wait_event_type = 'Lock'"))
        outside.execute("LOCK TABLE deposit_addresses IN EXCLUSIVE MODE")  # the order has written there
        answer = buyer.answer()
    check(world, answer, lines, "DeadlockDetected")


def test_a_transaction_that_the_server_threw_out_while_it_waited(world: World) -> None:
    """Postgres calls this an internal error, which was a 500."""
    buyer = Buyer(world, world.site().name)
    db.session.remove()
    with (
        session_setting("idle_in_transaction_session_timeout", "500ms"),
        capture_logs() as lines,
        psycopg.connect(dsn(world.environment["DATABASE_URL"]), autocommit=True) as observer,
    ):
        descriptor = os.open(world.app.config["SETTINGS"].terms_journal_path, os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        buyer.thread.start()
        until(waits(observer, "state = 'idle in transaction' AND state_change < now() - interval '0.1s'"))
        until(lambda: not waits(observer, "state = 'idle in transaction'")())
        os.close(descriptor)
        answer = buyer.answer()
    check(world, answer, lines, "IdleInTransactionSessionTimeout")


def test_more_threads_than_connections(world: World) -> None:
    buyer = Buyer(world, world.site().name)
    db.session.remove()
    with ExitStack() as taken, capture_logs() as lines:
        for _ in range(16):
            taken.enter_context(db.engine.connect())
        buyer.thread.start()
        answer = buyer.answer()
    check(world, answer, lines, "TimeoutError")


@pytest.mark.parametrize("room", [1, 3])
def test_forty_buyers_and_room_for_a_few(world: World, monkeypatch: pytest.MonkeyPatch, room: int) -> None:
    """Each is told 201 or 503, with the one order or none behind it, and nobody keeps a connection."""
    options = dict(tiraj._engine_options(world.app.config["SETTINGS"]))
    monkeypatch.setattr(
        tiraj,
        "_engine_options",
        lambda _settings: {**options, "pool_size": room, "max_overflow": 0, "pool_timeout": 0.4},
    )
    crowded = create_app(world.environment)
    site = world.site()
    ticket = {"partnerName": site.name, "playerPublicIdentifier": "ada", "playerPrivateIdentifier": "p"}
    chosen = {
        "partnerId": str(site.id),
        "playerUname": "Ada",
        "playerIdentifier": "ada",
        "requestedNumbers": [1, 2, 3, 4, 5, 6, 7],
    }
    db.session.remove()
    client = crowded.test_client()
    orders: list[Callable[[], TestResponse]] = [
        lambda: client.post("/api/slips", json=ticket),
        lambda: client.post("/api/luckotto/orders", json=chosen),
    ]
    with capture_logs() as lines:
        answers = [answer for _, answer in at_once(crowded, orders * 20)]
    told = Counter(answer.status_code for answer in answers)
    assert set(told) == {201, 503}
    assert all(int(answer.headers["Retry-After"]) > 0 for answer in answers if answer.status_code == 503)
    assert sum(line["event"] == "database_away" for line in lines) == told[503]
    made = [db.session.scalar(select(func.count()).select_from(one)) or 0 for one in (TicketOrder, LuckottoOrder)]
    assert sum(made) == told[201]
    with crowded.app_context():
        assert db.engine.pool.checkedout() == 0  # type: ignore[attr-defined]
        assert [client.post("/api/slips", json=ticket).status_code for _ in range(3)] == [201] * 3
        db.session.remove()
        db.engine.dispose()


def test_what_nobody_thought_of_leaves_its_traceback(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    buyer = Buyer(world, world.site().name)
    db.session.remove()
    monkeypatch.setattr("app.games.ticket_draw.service.create_order", lambda *_args, **_options: 1 / 0)
    with capture_logs() as lines:
        buyer.thread.start()
        answer = buyer.answer()
    assert (answer.status_code, answer.json["code"]) == (500, "unexpected")  # type: ignore[index]
    logged = [line for line in lines if line["event"] == "unexpected_error"]
    assert [(line["endpoint"], line["exc_info"]) for line in logged] == [("rounds_api.create_order", True)]
