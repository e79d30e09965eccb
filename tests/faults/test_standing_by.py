"""A process of its own stands by while another leads, takes over, and outlives a database that throws it out."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from flask import Flask

from app.core.database.leadership import dsn, lead
from app.core.database.session import db
from dev.node.process import NodeProcess
from tests.factories.world import World

TOP = Path(__file__).resolve().parents[2]


@pytest.fixture
def world(chain_app: Flask, node: NodeProcess) -> World:
    return World(chain_app, node).begin()


@contextmanager
def command(world: World, *words: str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "wsgi:app", *words], cwd=TOP, env={**os.environ, **world.environment}
    )
    try:
        yield process
        process.terminate()
        assert process.wait(60) == 0
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def expel(world: World) -> int:
    """End every connection to the database; how many there were."""
    db.session.remove()
    db.engine.dispose()
    with psycopg.connect(dsn(url_of(world)), autocommit=True) as connection:
        return len(
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            ).fetchall()
        )


def url_of(world: World) -> str:
    return str(world.app.config["SETTINGS"].database_url.get_secret_value())


def eventually(what: Callable[[], object]) -> None:
    deadline = time.monotonic() + 120
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.1)


@pytest.mark.slow
def test_a_scanner_stands_by_takes_over_and_outlives_its_database(world: World) -> None:
    def mined_and_followed() -> bool:
        return world.tip == int(world.node.call("getblockcount"))

    with lead(url_of(world), "scanner") as leading:
        assert leading
        with command(world, "chain", "scan") as process:
            time.sleep(5)
            assert process.poll() is None  # not its turn yet, and still there
            world.node.call("generatetoaddress", 1, world.miner)
            time.sleep(1)
            assert not mined_and_followed()
            assert expel(world) >= 1  # our own leading connection among them: now it is its turn
            eventually(mined_and_followed)
            assert expel(world) >= 1
            world.node.call("generatetoaddress", 2, world.miner)
            eventually(mined_and_followed)
            assert process.poll() is None
    assert world.breaches() == []


@pytest.mark.slow
def test_settling_outlives_its_database(world: World) -> None:
    order = world.order(world.site())
    round_ = world.round(order.round_number)
    world.mine_to(round_.sales_end_height - 1 + round_.settlement_depth)
    with command(world, "rounds", "settle"):
        eventually(lambda: world.round(order.round_number).status == "sealed")
        for _ in range(5):
            expel(world)
            time.sleep(0.3)
        world.mine_to(world.round(order.round_number).closing_height + round_.settlement_depth)
        eventually(lambda: world.round(order.round_number).status == "settled")
    assert world.breaches() == []
