"""A platform whose jobs come five times as seldom as blocks are due: its story is slower, and nothing else.

The same with whole processes that are stopped and let go on: tests/dev/test_slow_platform.py, when exploring.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle

import pytest
from flask import Flask
from sqlalchemy import text

from app.core.database.session import db
from app.selling.windows import jobs
from app.selling.windows.games import window_games
from dev.node.process import NodeProcess
from dev.world.clock import BlockClock
from dev.world.miner import Miner, Waits
from dev.world.readiness import Readiness
from dev.world.wallet import Wallet
from tests.dev.test_waiting import Watch
from tests.factories.world import World

BLOCKS_DUE = 5
"""Before the platform has done one more of the things that it does."""
MOMENTS = 1_000


@pytest.fixture
def windows() -> dict[str, str]:
    return {
        "ROUND_LENGTH_BLOCKS": "4",
        "ROUND_GAP_BLOCKS": "2",
        "ORDER_STOP_BLOCKS": "1",
        "SETTLEMENT_DEPTH": "1",
    }


@pytest.fixture
def world(chain_app: Flask, node: NodeProcess) -> World:
    return World(chain_app, node).begin()


def standings() -> list[set[str]]:
    """The states of rounds, by game."""
    db.session.rollback()
    found = [
        set(db.session.scalars(text(f"SELECT DISTINCT status FROM {game.round.__tablename__}")))
        for game in window_games()
    ]
    db.session.rollback()
    return found


def play(world: World, waits: Sequence[Waits], wanted: str) -> list[set[str]]:
    """Blocks as they are due, and now and then a job, until each game has had a round that ended so."""
    watch = Watch()
    miner = Miner(Wallet(world.node.rpc_url), BlockClock(1.0, watch), waits)
    work = cycle([world.scan, jobs.seal, jobs.settle])
    for moment in range(MOMENTS):
        watch.seconds += 1.0
        miner.turn()
        if moment % BLOCKS_DUE == 0:
            next(work)()
            found = standings()
            if all(wanted in states for states in found):
                return found
    raise AssertionError(f"no round of each game was {wanted}: {standings()}")


def test_no_round_is_void_where_jobs_come_five_times_as_seldom(world: World) -> None:
    order = world.order(world.site())
    world.send(order.address, 1_100_000)
    found = play(world, [Readiness(world.app, Wallet(world.node.rpc_url)).missing], "settled")
    assert all({"void", "halted"}.isdisjoint(states) for states in found)
    round_ = world.round(order.round_number)
    assert (round_.status, round_.sold_tickets) == ("settled", 1_000)


def test_rounds_are_void_where_blocks_wait_for_nobody(world: World) -> None:
    """The test above sees something."""
    play(world, [], "void")
