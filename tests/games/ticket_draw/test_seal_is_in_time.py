"""No seal once the closing block can be known, however old the height is that somebody was told."""

from __future__ import annotations

import pytest
from flask import Flask

from app.chain.node import rpc
from app.core.database.session import transaction
from app.games.ticket_draw.game import ROUNDS
from app.selling.windows import jobs
from app.selling.windows.rounds import sealing
from dev.node.process import NodeProcess
from tests.factories.world import World


@pytest.fixture
def world(chain_app: Flask, node: NodeProcess) -> World:
    return World(chain_app, node).begin()


@pytest.fixture
def number(world: World) -> int:
    """A round with a sale, whose closing block we have applied without sealing it."""
    order = world.order(world.site())
    world.send(order.address, 3_300)
    world.mine()
    world.mine_to(world.round(order.round_number).closing_height)
    return order.round_number


def test_a_height_asked_before_a_long_pause_seals_nothing(world: World, number: int) -> None:
    before = world.round(number).closing_height - 1
    with transaction():
        assert not sealing.seal(ROUNDS, number, before)
    assert world.round(number).status == "closed"


def test_a_node_that_starts_again_from_below_seals_nothing(
    world: World, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rpc, "tip", lambda client: (1, "00" * 32))
    assert jobs.seal() == 1
    round_ = world.round(number)
    assert (round_.status, round_.seal_root) == ("void", None)
    assert world.breaches() == []


def test_nothing_is_void_before_all_its_payments_are_applied(world: World) -> None:
    order = world.order(world.site())
    round_ = world.round(order.round_number)
    world.mine_to(round_.sales_end_height - 1)
    with transaction():
        assert not sealing.void(ROUNDS, order.round_number, round_.closing_height)
    assert world.round(order.round_number).status == "closed"


def test_many_payments_are_voided_in_parts(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "_POSTED_AT_ONCE", 2)
    site = world.site()
    orders = [world.order(site, f"player {at}") for at in range(5)]
    for order in orders:
        world.send(order.address, 1_500)
    world.mine()
    world.mine_to(world.round(orders[0].round_number).closing_height + 1)
    assert jobs.seal() == 1
    assert world.round(orders[0].round_number).status == "void"
    assert world.breaches() == []
