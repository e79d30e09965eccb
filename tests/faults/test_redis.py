"""Redis is a bell: emptied in the middle of a round, away or standing still, all that is due is still done once."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis
from sqlalchemy import func, select

from app import create_app
from app.core.database.session import db
from app.games.ticket_draw.models import PartnerWin
from app.money.payouts.models import Obligation
from dev.node.process import NodeProcess, die_with_parent
from dev.valkey import Valkey
from tests.factories.standing import standing_still
from tests.factories.world import World
from tests.settings import EXPLORE

TOP = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 120
STANDSTILL_SECONDS = 30 if EXPLORE else 10
"""A scanner that waits would lag by as many blocks as seconds: three times what is let pass."""


@pytest.fixture(scope="module")
def bell(own_valkey: Callable[[], Valkey]) -> Valkey:
    return own_valkey()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of journal and logs."""
    return tmp_path_factory.mktemp("bell")


@pytest.fixture(scope="module")
def world(
    fresh_database: Callable[[], str], app_settings: dict[str, str], node: NodeProcess, bell: Valkey, folder: Path
) -> Iterator[World]:
    environment = {
        **app_settings,
        "DATABASE_URL": fresh_database(),
        "BITCOIN_RPC_URL": node.rpc_url,
        "TERMS_JOURNAL_PATH": str(folder / "terms-journal"),
        "REDIS_URL": bell.url(),
        "REDIS_SECONDS": "0.5",  # how long each of a clock's rings waits in vain
    }
    app = create_app(environment)
    app.config["ENVIRONMENT_GIVEN"] = environment
    with app.app_context():
        yield World(app, node).begin()
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="module")
def processes(world: World, folder: Path) -> Iterator[list[subprocess.Popen[bytes]]]:
    """A clock and workers, as in production; ended by their own ids."""
    environment = {**os.environ, **world.environment, "FLASK_APP": "wsgi:app"}
    started = []
    commands = {
        "clock": ["-m", "flask", "clock"],
        "chain": ["worker.py", "chain"],  # following the chain must not keep seals and draws waiting
        "worker": ["worker.py", "default", "draws"],
    }
    for name, command in commands.items():
        with (folder / f"{name}.log").open("wb") as log:
            started.append(
                subprocess.Popen(
                    [sys.executable, *command],
                    cwd=TOP,
                    env=environment,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    preexec_fn=die_with_parent,
                )
            )
    yield started
    for child in started:
        child.terminate()
    for child in started:
        try:
            child.wait(60)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def until(what: str, condition: Callable[[], bool], ends_of_logs: Callable[[], str] = lambda: "") -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if condition():
            return
        time.sleep(0.2)
    pytest.fail(f"waited in vain until {what}\n{ends_of_logs()}")


@pytest.mark.slow
def test_blocks_are_followed_while_redis_stands_still(
    world: World, bell: Valkey, processes: list[subprocess.Popen[bytes]]
) -> None:
    """A stopped Valkey once stopped the scanner for as long as it stood: whoever led it waited on Redis."""
    start = world.tip
    world.node.call("generatetoaddress", 1, world.miner)
    until("the processes follow", lambda: world.tip == start + 1)
    assert bell.child is not None
    assert bell.child.process is not None
    began, lags = time.monotonic(), []
    with standing_still(bell.child.process.pid):
        while time.monotonic() - began < STANDSTILL_SECONDS:
            world.node.call("generatetoaddress", 1, world.miner)
            time.sleep(1)
            if time.monotonic() - began > STANDSTILL_SECONDS / 2:
                lags.append(int(world.node.call("getblockcount")) - world.tip)
    assert max(lags) <= 3, lags
    assert processes[0].poll() is None
    assert world.breaches() == []


@pytest.mark.slow
def test_a_round_settles_once_while_redis_is_emptied_and_away(
    world: World, bell: Valkey, processes: list[subprocess.Popen[bytes]], folder: Path
) -> None:
    until("the processes have caught up", lambda: world.tip == int(world.node.call("getblockcount")))
    order = world.order(world.site(edge_percent=10))
    number = order.round_number
    round_ = world.round(number)
    sales_end, closing, depth = round_.sales_end_height, round_.closing_height, round_.settlement_depth

    def logs() -> str:
        return "\n".join(path.read_text(errors="replace")[-1_500:] for path in sorted(folder.glob("*.log")))

    def find(height: int) -> None:
        """Only the node moves: following it is the processes' work."""
        world.node.call("generatetoaddress", height - int(world.node.call("getblockcount")), world.miner)

    world.send(order.address, 1_100_000)
    find(world.tip + 1)
    until("the payment is credited", lambda: world.round(number).sold_tickets == 1_000, logs)
    with redis.Redis.from_url(bell.url()) as client:
        client.flushall()

    find(sales_end - 1 + depth)
    until("the round is sealed", lambda: world.round(number).status == "sealed", logs)
    bell.stop()
    find(closing + depth)
    until("the round is settled without Redis", lambda: world.round(number).status == "settled", logs)
    bell.start(folder / "valkey-again.log")
    find(closing + depth + 1)
    until("work goes on with Redis", lambda: world.tip == closing + depth + 1, logs)

    assert db.session.scalar(select(func.count()).select_from(PartnerWin)) == 1
    assert db.session.scalar(select(func.count()).select_from(Obligation)) == 1
    assert world.breaches() == []
    assert processes[0].poll() is None  # the clock has outlived all of it
