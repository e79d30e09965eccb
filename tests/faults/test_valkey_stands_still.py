"""Valkey is stopped, and does not even refuse: blocks are scanned, rounds settled and orders taken all the same."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from app import create_app
from app.chain import jobs as chain_jobs
from app.core.database.session import db
from app.core.dependencies.breaker import breaker
from app.core.jobs import queue
from app.core.jobs.clock import Clock
from app.selling.windows import jobs as windows_jobs
from app.wiring import PRODUCT
from dev.node.process import NodeProcess
from dev.valkey import Valkey
from tests.factories.standing import at_once, seconds_of, standing_still
from tests.factories.world import World
from tests.settings import OPERATOR_PASSWORD

TOP = Path(__file__).resolve().parents[2]
DEADLINE = 0.5
SLACK = 5.0  # seconds; a machine with six tests at once is slow, and what waits for Valkey waits for minutes
"""Seconds that a busy machine may take over anything, beside the waits that are counted here."""


@pytest.fixture(scope="module")
def bell(own_valkey: Callable[[], Valkey]) -> Valkey:
    return own_valkey()


@pytest.fixture
def pid(bell: Valkey) -> int:
    assert bell.child is not None
    assert bell.child.process is not None
    return bell.child.process.pid


@pytest.fixture
def world(chain_app: Flask, node: NodeProcess, bell: Valkey) -> Iterator[World]:
    environment = {
        **chain_app.config["ENVIRONMENT_GIVEN"],
        "REDIS_URL": bell.url(),
        "REDIS_SECONDS": str(DEADLINE),
        "BREAKER_SECONDS": "30",
        "READY_SECONDS": "2",
    }
    app = create_app(environment)
    app.config["ENVIRONMENT_GIVEN"] = environment
    with app.app_context():
        yield World(app, node).begin()
        db.session.remove()
        db.engine.dispose()


def slip(site: str, player: str) -> dict[str, str]:
    return {"partnerName": site, "playerPublicIdentifier": player, "playerPrivateIdentifier": player}


def test_orders_are_taken_by_threads_that_find_out_together(world: World, pid: int) -> None:
    """The limiter's own fallback answered all of them but the first with 500."""
    site, client = world.site().name, world.app.test_client()
    assert client.post("/api/slips", json=slip(site, "before")).status_code == 201
    db.session.remove()

    def order(number: int) -> Callable[[], object]:
        return lambda: client.post("/api/slips", json=slip(site, f"player-{number}"))

    with standing_still(pid):
        together = at_once(world.app, [order(number) for number in range(4)])  # type: ignore[misc]
        assert [answer.status_code for _, answer in together] == [201] * 4
        assert max(seconds for seconds, _ in together) < 2 * DEADLINE + SLACK
        took, answer = seconds_of(lambda: client.post("/api/slips", json=slip(site, "later")))
        assert (answer.status_code, took < SLACK) == (201, True)
    assert client.post("/api/slips", json=slip(site, "after")).status_code == 201


def test_limits_count_on_here(world: World, pid: int) -> None:
    """Nobody is refused for Redis' sake, and nobody is let through uncounted."""
    limited = create_app({**world.environment, "ORDERS_PER_MINUTE": "3"})
    site = world.site().name
    db.session.remove()
    with standing_still(pid), limited.app_context():
        client = limited.test_client()
        statuses = [client.post("/api/slips", json=slip(site, str(number))).status_code for number in range(5)]
        assert statuses == [201, 201, 201, 429, 429]
        db.engine.dispose()


def test_the_clock_waits_once_and_runs_its_jobs_itself(world: World, pid: int) -> None:
    """Fifteen rings in series were fifteen time-outs, and the scanner waited on Redis while it led."""
    clock = Clock(world.app, PRODUCT.periodic_jobs)
    number = world.order(world.site()).round_number
    round_ = world.round(number)
    sales_end, closing, depth = round_.sales_end_height, round_.closing_height, round_.settlement_depth
    db.session.remove()
    with standing_still(pid):
        took, _ = seconds_of(lambda: clock.tick(time.monotonic()))
        assert took < 2 * DEADLINE + SLACK
        world.node.call("generatetoaddress", sales_end - 1 + depth - world.tip, world.miner)
        took, _ = seconds_of(lambda: chain_jobs.scan(seconds=0))
        deadline = time.monotonic() + 30
        while world.tip < sales_end - 1 + depth and time.monotonic() < deadline:
            time.sleep(0.1)  # a job that the clock began may lead instead
        assert world.tip == sales_end - 1 + depth
        assert took < 3 * DEADLINE + 10  # what the other leads for
        windows_jobs.seal()
        assert world.round(number).status == "sealed"
        world.node.call("generatetoaddress", closing + depth - world.tip, world.miner)
        while world.tip < closing + depth and time.monotonic() < deadline + 30:
            chain_jobs.scan(seconds=0)
        windows_jobs.settle()
        while world.round(number).status != "settled" and time.monotonic() < deadline + 30:
            time.sleep(0.1)
        assert world.round(number).status == "settled"
    for lane in list(clock._lanes.values()):
        lane.join(30)
    assert world.breaches() == []


def test_what_people_look_at_answers_in_time_and_says_so(world: World, pid: int) -> None:
    client = world.app.test_client()
    token = base64.b64encode(f"operator:{OPERATOR_PASSWORD}".encode()).decode()
    operator = {"Authorization": f"Basic {token}"}
    db.session.remove()
    with standing_still(pid):
        took, answer = seconds_of(lambda: client.get("/api/ready"))
        assert (answer.status_code, answer.json["params"]["failing"]) == (503, "redis")
        assert took < 2 * DEADLINE + SLACK
        for path, status in (
            ("/api/health", 200),
            ("/", 200),
            ("/metrics", 200),
            ("/admin", 200),
            ("/admin/system", 200),
            ("/admin/rq/", 503),
        ):
            took, answer = seconds_of(lambda path=path: client.get(path, headers=operator, follow_redirects=True))  # type: ignore[misc]
            assert (path, answer.status_code) == (path, status)
            assert took < 2 * DEADLINE + SLACK, path
    breaker("redis").close()  # its half minute over
    assert queue.states()[0].name == queue.CHAIN_QUEUE


def test_a_command_says_so_in_time(world: World, pid: int) -> None:
    """That a process so begun ends: test_postgres_stands_still.py, whose server it asks first."""
    with standing_still(pid):
        took, done = seconds_of(lambda: world.app.test_cli_runner().invoke(args=["jobs", "list"]))
    assert done.exit_code == 1
    assert "Redis does not answer" in done.output
    assert took < 2 * DEADLINE + SLACK
