"""What is met at Redis' address answers, but not as Redis would, or refuses: the bell is away, and that is all."""

from __future__ import annotations

import base64
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask import Flask

from app import create_app
from app.core.database.session import db
from app.core.dependencies.breaker import breaker
from app.core.jobs.clock import Clock
from app.core.jobs.queue import PeriodicJob
from app.record.notifications.jobs import deliver
from dev.node.process import NodeProcess
from dev.valkey import Valkey
from tests.factories.speaking import Talk, server
from tests.factories.standing import seconds_of
from tests.factories.world import World
from tests.settings import EXPLORE, OPERATOR_PASSWORD

DEADLINE = 0.5
SLACK = 2.0
ANSWERS = {  # what Redis says in trouble, and what is no answer at all; who says yes to everything is believed
    "loading": b"-LOADING Redis is loading the dataset in memory\r\n",
    "a replica": b"-READONLY You can't write against a read only replica.\r\n",
    "full": b"-OOM command not allowed when used memory > 'maxmemory'.\r\n",
    "no disk": b"-MISCONF Errors writing to the AOF file: No space left on device\r\n",
    "cluster": b"-MOVED 3999 127.0.0.1:6381\r\n",
    "no password": b"-NOAUTH Authentication required.\r\n",
    "another service": b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n",
    "bytes": b"\x00\xff\x17\x80\r\n\r\n",
    "nothing to everything": b"$-1\r\n",
    "no number": b":abc\r\n",
    "no length": b"$xyz\r\n",
    "an endless list": b"*99999999\r\n",
    "a long text that never comes": b"$99999999\r\nabc",
    "a map of what cannot be a key": b"%1\r\n*1\r\n+a\r\n+b\r\n",
    "hangs up": b"",
}
SELDOM = {"a replica", "no disk", "cluster", "bytes", "no number"}
"""Errors of Redis' own, as "full" is; what begins like nothing that it says, as "another service"; as "no length"."""


def says(answer: bytes) -> Talk:
    def talk(connection: socket.socket) -> None:
        while connection.recv(65536) and answer:
            connection.sendall(answer)

    return talk


@contextmanager
def application(world: World, redis_url: str) -> Iterator[Flask]:
    app = create_app(
        {
            **world.environment,
            "REDIS_URL": redis_url,
            "REDIS_SECONDS": str(DEADLINE),
            "BREAKER_SECONDS": "1",
            "READY_SECONDS": "0",
            "ORDERS_PER_MINUTE": "3",
        }
    )
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="module")
def bell(own_valkey: Callable[[], Valkey]) -> Valkey:
    return own_valkey()


@pytest.fixture(scope="module")
def world(
    fresh_database: Callable[[], str],
    app_settings: dict[str, str],
    node: NodeProcess,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[World]:
    """One for all answers: each is given to an application of its own, that sells for a site of its own."""
    environment = {
        **app_settings,
        "DATABASE_URL": fresh_database(),
        "BITCOIN_RPC_URL": node.rpc_url,
        "TERMS_JOURNAL_PATH": str(tmp_path_factory.mktemp("nonsense") / "terms-journal"),
    }
    app = create_app(environment)
    app.config["ENVIRONMENT_GIVEN"] = environment
    with app.app_context():
        yield World(app, node).begin()
        db.session.remove()
        db.engine.dispose()


def rung_and_run(app: Flask) -> list[str]:
    """What the clock runs itself."""
    job = PeriodicJob("mail", deliver, 10)
    clock = Clock(app, [job])
    clock.tick(time.monotonic())
    for lane in clock._lanes.values():
        lane.join(30)
    return list(clock._lanes)


def check(app: Flask, site: str) -> None:
    """Orders are taken and counted, pages are shown, being ready is not claimed, and jobs are done."""
    client = app.test_client()
    token = base64.b64encode(f"operator:{OPERATOR_PASSWORD}".encode()).decode()
    statuses = []
    for _ in range(5):
        who = {"partnerName": site, "playerPublicIdentifier": "ada", "playerPrivateIdentifier": "p"}
        took, answer = seconds_of(lambda who=who: client.post("/api/slips", json=who))  # type: ignore[misc]
        assert took < 3 * DEADLINE + SLACK
        statuses.append(answer.status_code)
    assert statuses == [201, 201, 201, 429, 429]
    took, answer = seconds_of(lambda: client.get("/api/ready"))
    assert (answer.status_code, answer.json["params"]["failing"]) == (503, "redis")
    assert took < 3 * DEADLINE + SLACK
    for path in ("/api/health", "/", "/metrics", "/admin", "/admin/system"):
        took, answer = seconds_of(lambda path=path: client.get(path, headers={"Authorization": f"Basic {token}"}))  # type: ignore[misc]
        assert (path, answer.status_code, took < 3 * DEADLINE + SLACK) == (path, 200, True)
    breaker("redis").close()
    assert rung_and_run(app) == ["mail"]


@pytest.mark.parametrize("name", [name for name in ANSWERS if EXPLORE or name not in SELDOM])
def test_orders_pages_and_jobs(world: World, name: str) -> None:
    site = world.site().name
    db.session.remove()
    with server(says(ANSWERS[name])) as address, application(world, f"redis://:secret@{address}/0") as app:
        check(app, site)


def test_a_password_that_is_wrong(world: World, bell: Valkey) -> None:
    site = world.site().name
    db.session.remove()
    with application(world, f"redis://:wrong@127.0.0.1:{bell.port}/0") as app:
        check(app, site)
