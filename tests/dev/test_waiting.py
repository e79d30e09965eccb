"""The demo's blocks wait for the platform, players for blocks, and whoever waits says what for."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any

import pytest
from flask import Flask

from app.core.database.session import db, transaction
from app.record.audit import switches
from app.selling.windows import jobs
from app.selling.windows.games import window_games
from app.selling.windows.rounds import sealing
from dev.console import NOTICE
from dev.node.process import NodeProcess
from dev.world.clock import LAST_MOMENT, BlockClock, Errands
from dev.world.habits import Quote
from dev.world.miner import PATIENCE_SECONDS, Miner, Patience
from dev.world.players import Crowd
from dev.world.readiness import Readiness
from dev.world.wallet import Wallet
from tests.factories.world import World

from .test_world import make_settings


class Watch:
    """A clock that goes when it is told to."""

    def __init__(self) -> None:
        self.seconds = 1_000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def world(chain_app: Flask, node: NodeProcess) -> World:
    return World(chain_app, node).begin()


@pytest.fixture
def wallet(node: NodeProcess) -> Wallet:
    return Wallet(node.rpc_url)


def missing(world: World, wallet: Wallet) -> str | None:
    db.session.rollback()
    return Readiness(world.app, wallet).missing(*wallet.tip())


def test_the_next_block_waits_for_the_scanner(world: World, wallet: Wallet, node: NodeProcess) -> None:
    assert missing(world, wallet) is None
    at = world.tip
    node.call("generatetoaddress", 1, world.miner)
    assert missing(world, wallet) == f"the scanner, which is at block {at} of {at + 1}"
    world.scan()
    assert missing(world, wallet) is None
    world.reorganise(2, 2)  # as high, and another chain
    assert "the scanner" in (missing(world, wallet) or "")


@pytest.mark.parametrize("name", ["rounds", "luckotto"])
def test_a_closing_block_waits_for_its_seal(world: World, wallet: Wallet, name: str) -> None:
    round_ = world.round(1)
    world.mine_to(round_.closing_height - 2)
    assert missing(world, wallet) is None, "it is not the closing block yet"
    world.mine()
    for game in window_games():
        if game.name != name:
            with transaction():
                assert sealing.seal(game, 1, world.tip)
    assert missing(world, wallet) == f"the seal of round 1 ({name})"
    jobs.seal()
    assert missing(world, wallet) is None


def test_no_draw_becomes_overdue(world: World, wallet: Wallet) -> None:
    round_ = world.round(1)
    closing, depth = round_.closing_height, round_.settlement_depth
    world.mine_to(closing - 1)
    jobs.seal()
    for height in range(closing, closing + 2 * depth):
        world.mine_to(height)
        jobs.seal()
        assert missing(world, wallet) is None
    world.mine()
    assert missing(world, wallet) == "the draw of round 1 (rounds)"
    with transaction():
        switches.stop("settlement", actor="operator:olga", reason="for a look")
    assert missing(world, wallet) is None, "what operators have stopped holds up nobody"
    with transaction():
        switches.start("settlement", actor="operator:olga", reason="looked")
    jobs.settle()
    assert missing(world, wallet) is None


def test_the_miner_finds_no_block_before_its_time_or_before_the_platform_is_ready(
    world: World, wallet: Wallet, node: NodeProcess
) -> None:
    watch = Watch()
    clock = BlockClock(4.0, watch)
    miner = Miner(wallet, clock, (Readiness(world.app, wallet).missing,))
    height = int(node.call("getblockcount"))
    assert miner.turn() == 4.0
    assert node.call("getblockcount") == height + 1
    assert miner.turn() == 4.0, "not yet due"
    watch.seconds += 4.0
    assert miner.turn() < 1.0, "due, and the scanner is behind"
    assert miner.find_now(seconds=0) is not None
    assert node.call("getblockcount") == height + 1
    world.scan()
    miner.turn()
    assert node.call("getblockcount") == height + 2
    world.scan()
    assert miner.find_now() is None
    assert node.call("getblockcount") == height + 3


def test_a_wait_is_said_and_ends(capfd: pytest.CaptureFixture[str]) -> None:
    watch = Watch()
    patience = Patience(watch)
    over = []
    for _ in range(int(PATIENCE_SECONDS) + 1):
        over.append(patience.is_over("the seal of round 3 (rounds)"))
        watch.seconds += 1
    assert over == [False] * int(PATIENCE_SECONDS) + [True]
    lines = capfd.readouterr().out.splitlines()
    told = [line for line in lines if line.startswith(NOTICE)]
    assert lines[0] == "miner: waits for the seal of round 3 (rounds)"
    assert f"{NOTICE}miner: the demo waits for the seal of round 3 (rounds) since 60 s; the log may say why" in told
    assert "goes on without it" in told[-1]
    assert len(told) == 10


def test_what_moves_is_not_given_up(capfd: pytest.CaptureFixture[str]) -> None:
    watch = Watch()
    patience = Patience(watch)
    for block in range(2_000):
        watch.seconds += 1
        assert not patience.is_over(f"the scanner, which is at block {block} of 3000")
    patience.rest()
    assert NOTICE not in capfd.readouterr().out


def test_time_stands_still_while_a_block_waits() -> None:
    watch = Watch()
    clock = BlockClock(4.0, watch)
    assert (clock.now(), clock.seconds_left()) == (LAST_MOMENT, 0.0)
    clock.block_found()
    watch.seconds += 2.0
    assert (clock.now(), clock.seconds_left()) == (1.5, 2.0)
    watch.seconds += 400.0
    assert clock.now() == 1 + LAST_MOMENT


def test_an_errand_holds_up_the_block_after_the_next() -> None:
    watch = Watch()
    clock = BlockClock(4.0, watch)
    errands = Errands(clock)
    assert errands.oldest() > clock.now()
    with errands:
        assert errands.oldest() >= int(clock.now())
        clock.block_found()
        assert errands.oldest() < int(clock.now())
    assert errands.oldest() > clock.now()


def test_players_pay_by_blocks_and_hold_up_the_one_they_meant(
    app_settings: Mapping[str, str], node: NodeProcess
) -> None:
    watch = Watch()
    clock = BlockClock(4.0, watch)
    paid: list[int] = []

    class Purse(Wallet):
        def pay(self, address: str, sats: int) -> str:
            paid.append(sats)
            return ""

    crowd = Crowd(make_settings(app_settings, node.rpc_url), 1_000, Purse(node.rpc_url), clock, Random(1))
    crowd.orders = 100
    clock.block_found()
    crowd._plan(Quote("address", 1, 1_100, 1_100), "whole", 5)
    assert crowd.behind(1, "") is None
    watch.seconds += 3.9
    assert crowd.behind(1, "") == "the players' payments"
    crowd.pay_what_is_due()
    assert (paid, crowd.behind(1, "")) == ([5_500], None)


def test_a_payment_that_the_node_refuses_holds_up_nobody(app_settings: Mapping[str, str], node: NodeProcess) -> None:
    watch = Watch()
    clock = BlockClock(4.0, watch)
    wallet: Any = Wallet("http://a:b@127.0.0.1:1")
    crowd = Crowd(make_settings(app_settings, node.rpc_url), 1_000, wallet, clock, Random(1))
    crowd._plan(Quote("address", 1, 1_100, 1_100), "whole", 5)
    clock.block_found()
    watch.seconds += 3.0
    assert crowd.behind(1, "") == "the players' payments"
    with pytest.raises(Exception, match="no Bitcoin node answers"):
        crowd.pay_what_is_due()
    assert crowd.behind(1, "") is None
