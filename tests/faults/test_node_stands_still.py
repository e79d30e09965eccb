"""The node is stopped, and does not even refuse: no thread waits for long, few wait at all, everything says so."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app import create_app
from app.chain import jobs
from app.chain.scan import mempool
from app.core.database.session import db
from app.faces.admin.watch import watch
from app.money.payouts import jobs as payouts_jobs
from app.record.audit.models import Alarm
from app.selling.windows import jobs as windows_jobs
from dev.node.process import NodeProcess
from tests.factories.standing import at_once, seconds_of, standing_still
from tests.factories.world import World
from tests.settings import OPERATOR_PASSWORD

TOP = Path(__file__).resolve().parents[2]
SEVEN = [1, 2, 3, 4, 5, 6, 7]
DEADLINE = 0.6
SLACK = 2.0


@pytest.fixture(scope="module")
def own_node(make_node: Callable[[], NodeProcess]) -> NodeProcess:
    own = make_node()
    own.call("generatetoaddress", 110, own.call("getnewaddress"))
    return own


@pytest.fixture
def world(chain_app: Flask, own_node: NodeProcess) -> Iterator[World]:
    environment = {
        **chain_app.config["ENVIRONMENT_GIVEN"],
        "BITCOIN_RPC_URL": own_node.rpc_url,
        "NODE_SECONDS": str(DEADLINE),
        "NODE_BLOCK_SECONDS": "5",
        "BREAKER_SECONDS": "30",
        "READY_SECONDS": "2",
    }
    patient = create_app({**environment, "NODE_SECONDS": "20"})  # a busy machine is no fault
    with patient.app_context():
        World(patient, own_node).begin()
        db.session.remove()
        db.engine.dispose()
    app = create_app(environment)
    app.config["ENVIRONMENT_GIVEN"] = environment
    with app.app_context():
        yield World(app, own_node)
        db.session.remove()
        db.engine.dispose()


def test_ten_that_ask_whether_it_is_ready_wait_for_one_answer(world: World) -> None:
    """Each of them asked the node, and all threads were gone."""
    client = world.app.test_client()
    db.session.remove()
    with standing_still(world.node.child.pid):
        answers = at_once(world.app, [lambda: client.get("/api/ready")] * 10)
        assert {answer.status_code for _, answer in answers} == {503}
        assert all(answer.headers["Retry-After"] for _, answer in answers)
        assert max(seconds for seconds, _ in answers) < 2 * DEADLINE + SLACK
        told = [answer.json["params"]["failing"] for _, answer in answers]
        assert "node scanner" in told
        assert set(told) <= {"node scanner", "answer"}  # who came first asks; the others are told what is known
        took, answer = seconds_of(lambda: client.get("/api/ready"))
        assert (answer.json["params"]["node"], took < SLACK) == ("away", True)


def test_orders_of_both_games_are_refused_in_time_and_jobs_end(world: World) -> None:
    made, client = world.site(), world.app.test_client()
    site, site_id = made.name, str(made.id)
    db.session.remove()
    who = {"partnerName": site, "playerPublicIdentifier": "ada", "playerPrivateIdentifier": "p"}
    chosen = {"partnerId": site_id, "playerUname": "Ada", "playerIdentifier": "ada", "requestedNumbers": SEVEN}
    token = base64.b64encode(f"operator:{OPERATOR_PASSWORD}".encode()).decode()
    with standing_still(world.node.child.pid):
        orders = at_once(
            world.app,
            [lambda: client.post("/api/slips", json=who)] * 4
            + [lambda: client.post("/api/luckotto/orders", json=chosen)] * 2,
        )
        assert {(answer.status_code, answer.json["code"]) for _, answer in orders} == {(503, "node_away")}
        assert max(seconds for seconds, _ in orders) < 2 * DEADLINE + SLACK
        follow = partial(jobs.look, mempool.Watcher())
        for job in (follow, windows_jobs.seal, windows_jobs.settle, payouts_jobs.refresh, watch.look):
            took, _ = seconds_of(job)
            assert took < 2 * DEADLINE + SLACK, job
        assert "node_away" in db.session.scalars(select(Alarm.code).where(Alarm.closed_at.is_(None))).all()
        db.session.remove()
        for path in ("/api/health", "/metrics", "/admin", "/admin/system", "/"):
            took, answer = seconds_of(
                lambda path=path: client.get(path, headers={"Authorization": f"Basic {token}"})  # type: ignore[misc]
            )
            assert (path, answer.status_code, took < 2 * DEADLINE + SLACK) == (path, 200, True)


def test_a_command_says_so_in_time(world: World) -> None:
    """That a process so begun ends: test_postgres_stands_still.py, whose server it asks first."""
    with standing_still(world.node.child.pid):
        took, done = seconds_of(lambda: world.app.test_cli_runner().invoke(args=["chain", "check"]))
    assert done.exit_code == 1
    assert "NodeStandsStill: timeout" in done.output
    assert took < 2 * DEADLINE + SLACK
