"""What a load balancer asks: does the process answer, and could it take an order."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from app.core.database.session import db, transaction
from app.core.jobs import queue
from app.core.ports import places
from tests.factories.played import following_app
from tests.factories.world import World
from tests.settings import NO_NODE


@pytest.fixture(scope="module")
def world(app_settings, fresh_database, node, tmp_path_factory):
    folder = tmp_path_factory.mktemp("health")
    with following_app(app_settings, fresh_database(), node.rpc_url, folder) as app:
        yield World(app, node).begin()


def not_ready(answer) -> dict[str, str]:
    assert answer.status_code == 503
    assert answer.mimetype == "application/problem+json"
    assert answer.json["code"] == "not_ready"
    assert int(answer.headers["Retry-After"]) > 0
    parts: dict[str, str] = answer.json["params"]
    return parts


def test_health_asks_nobody(app_settings, tmp_path):
    nowhere = "postgresql://nobody:nothing@127.0.0.1:1/none"
    with following_app(app_settings, nowhere, NO_NODE, tmp_path) as app:
        answer = app.test_client().get("/api/health")
        assert (answer.status_code, answer.json) == (200, {"status": "ok"})
        parts = not_ready(app.test_client().get("/api/ready"))
        assert parts["failing"] == "database node scanner"


def test_ready_when_every_part_answers(world):
    answer = world.app.test_client().get("/api/ready")
    assert answer.status_code == 200
    assert answer.json == {
        "status": "ready",
        "database": "ok",
        "redis": "ok",
        "journal": "ok",
        "node": "ok",
        "scanner": "ok",
    }
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_scanner_more_than_one_block_behind_is_named(world):
    world.node.call("generatetoaddress", 1, world.miner)
    assert world.app.test_client().get("/api/ready").status_code == 200
    world.node.call("generatetoaddress", 2, world.miner)
    parts = not_ready(world.app.test_client().get("/api/ready"))
    assert (parts["failing"], parts["scanner"]) == ("scanner", "3 blocks behind")
    world.scan()
    assert world.app.test_client().get("/api/ready").status_code == 200


def test_redis_away_is_named(world, own_valkey):
    server = own_valkey()
    held = places(world.app).held
    kept = queue.connection()
    held[queue.REDIS] = type(kept).from_url(server.url(), socket_connect_timeout=1)
    try:
        assert world.app.test_client().get("/api/ready").status_code == 200
        server.stop()
        parts = not_ready(world.app.test_client().get("/api/ready"))
    finally:
        held[queue.REDIS] = kept
    assert (parts["failing"], parts["redis"], parts["database"]) == ("redis", "away", "ok")


def test_a_scanner_that_never_began_is_named(app_settings, fresh_database, node, tmp_path):
    with following_app(app_settings, fresh_database(), node.rpc_url, tmp_path) as app:
        with transaction():
            assert db.session.execute(text("SELECT count(*) FROM chain_cursor")).scalar_one() == 0
        assert not_ready(app.test_client().get("/api/ready"))["scanner"] == "not_started"
