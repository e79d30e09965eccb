"""Somebody holds the terms journal's lock, or its disk hangs: orders are refused in time, the scanner goes on, a person
is told."""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Thread

import psycopg
import pytest
from flask import Flask
from sqlalchemy import func, select

from app import create_app
from app.chain.models import DepositAddress
from app.core.database.leadership import dsn
from app.core.database.session import db
from app.core.dependencies.breaker import breaker
from app.faces.admin.watch import watch
from app.games.ticket_draw.models import TicketOrder
from app.record.audit.models import Alarm
from dev.node.process import NodeProcess
from tests.factories.standing import at_once, seconds_of
from tests.factories.world import World

DEADLINE = 0.5
SLACK = 2.0


@pytest.fixture
def world(chain_app: Flask, node: NodeProcess) -> Iterator[World]:
    environment = {
        **chain_app.config["ENVIRONMENT_GIVEN"],
        "JOURNAL_SECONDS": str(DEADLINE),
        "BREAKER_SECONDS": "30",
    }
    app = create_app(environment)
    app.config["ENVIRONMENT_GIVEN"] = environment
    with app.app_context():
        yield World(app, node).begin()
        db.session.remove()
        db.engine.dispose()


@contextmanager
def held(world: World) -> Iterator[None]:
    descriptor = os.open(world.app.config["SETTINGS"].terms_journal_path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def ticket(site: str, player: str = "ada") -> dict[str, object]:
    return {"partnerName": site, "playerPublicIdentifier": player, "playerPrivateIdentifier": "p"}


def numbers(site: str) -> dict[str, object]:
    return {
        "partnerId": site,
        "playerUname": "Ada",
        "playerIdentifier": "ada",
        "requestedNumbers": [1, 2, 3, 4, 5, 6, 7],
    }


def open_alarms() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Alarm.code).where(Alarm.closed_at.is_(None))))


def test_orders_are_refused_in_time_and_it_is_told(world: World) -> None:
    made, client = world.site(), world.app.test_client()
    site, site_id = made.name, str(made.id)
    before = db.session.scalar(select(func.count()).select_from(DepositAddress))
    db.session.remove()
    with held(world):
        answers = at_once(
            world.app,
            [lambda: client.post("/api/slips", json=ticket(site))] * 3
            + [lambda: client.post("/api/luckotto/orders", json=numbers(site_id))],
        )
        assert {(answer.status_code, answer.json["code"]) for _, answer in answers} == {(503, "journal_away")}
        assert all(answer.headers["Retry-After"] for _, answer in answers)
        assert max(seconds for seconds, _ in answers) < 2 * DEADLINE + SLACK
        took, answer = seconds_of(lambda: client.get("/api/ready"))
        assert (answer.status_code, answer.json["params"]["failing"]) == (503, "journal")
        assert took < DEADLINE + SLACK
        watch.look()
        assert "journal_away" in open_alarms()
    breaker("journal").close()  # its half minute over
    assert client.post("/api/slips", json=ticket(site)).status_code == 201
    assert db.session.scalar(select(func.count()).select_from(DepositAddress)) == (before or 0) + 1
    assert client.get("/api/ready").status_code == 200
    watch.look()
    assert "journal_away" not in open_alarms()


def test_an_order_that_waits_for_the_journal_does_not_stop_the_scanner(world: World) -> None:
    placed, other = world.order(world.site()), world.site().name
    world.send(placed.address, 3_300)
    db.session.remove()
    patient = create_app({**world.environment, "JOURNAL_SECONDS": "30"})
    answers: list[int] = []

    def buy() -> None:
        with patient.app_context():
            answers.append(patient.test_client().post("/api/slips", json=ticket(other, "bob")).status_code)
            db.session.remove()
            db.engine.dispose()

    with held(world):
        thread = Thread(target=buy)
        thread.start()
        with psycopg.connect(dsn(world.environment["DATABASE_URL"]), autocommit=True) as outside:
            until_the_key_is_held(outside, placed.round_number)
        world.mine()
        assert world.round(placed.round_number).sold_tickets == 3
        assert thread.is_alive()
        assert answers == []
    thread.join(60)
    assert answers == [201]


def until_the_key_is_held(outside: psycopg.Connection[object], number: int) -> None:
    """An order holds its round's key once it is written: a lock that stands in its way would stop the scanner too."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            outside.execute("SELECT 1 FROM rounds WHERE round_number = %s FOR UPDATE NOWAIT", [number])
        except psycopg.errors.LockNotAvailable:
            return
        time.sleep(0.05)
    pytest.fail("no order waits")


@contextmanager
def hanging(world: World) -> Iterator[int]:
    """A journal whose writes never end, as on a disk that is gone: a pipe that is full. Gives its reading end."""
    path = world.app.config["SETTINGS"].terms_journal_path
    path.unlink(missing_ok=True)
    os.mkfifo(path)
    descriptor = os.open(path, os.O_RDWR | os.O_NONBLOCK)
    try:
        with suppress(BlockingIOError):
            while True:
                os.write(descriptor, b"x" * 4096)
        yield descriptor
    finally:
        path.unlink()
        with suppress(BlockingIOError):
            while True:
                os.read(descriptor, 65536)
        os.close(descriptor)


def wait_for_threads(count: int) -> None:
    """Until no more are left: one that has done its work waits a moment for more."""
    deadline = time.monotonic() + 30
    while threading.active_count() > count and time.monotonic() < deadline:
        time.sleep(0.05)
    assert threading.active_count() <= count


def test_a_disk_that_hangs_keeps_one_thread_of_its_own(world: World) -> None:
    """A write that hangs heeds neither deadlines nor signals. All threads of the web were gone, each with a connection,
    and the locks of its order."""
    made, client = world.site(), world.app.test_client()
    site, site_id = made.name, str(made.id)
    db.session.remove()
    with hanging(world):
        before = threading.active_count()
        answers = at_once(world.app, [lambda: client.post("/api/slips", json=ticket(site))] * 3)
        assert {(answer.status_code, answer.json["code"]) for _, answer in answers} == {(503, "journal_away")}
        assert max(seconds for seconds, _ in answers) < 3 * DEADLINE + SLACK
        for _ in range(3):
            breaker("journal").close()  # its half minute over
            took, answer = seconds_of(lambda: client.post("/api/luckotto/orders", json=numbers(site_id)))
            assert (answer.status_code, answer.json["code"], took < SLACK) == (503, "journal_away", True)
        wait_for_threads(before + 1)  # the others found its lock held
        took, answer = seconds_of(lambda: client.get("/api/ready"))
        assert (answer.status_code, answer.json["params"]["failing"], took < SLACK) == (503, "journal", True)
        world.mine()
        db.session.remove()
        with psycopg.connect(dsn(world.environment["DATABASE_URL"]), autocommit=True) as outside:
            outside.execute("SELECT 1 FROM rounds FOR UPDATE NOWAIT")  # no order keeps anything
    wait_for_threads(before)
    breaker("journal").close()
    assert client.post("/api/slips", json=ticket(site)).status_code == 201
    assert db.session.scalar(select(func.count()).select_from(TicketOrder)) == 1
