"""Nobody is given an address for a round in which nothing is left to buy."""

from __future__ import annotations

import pytest
from flask import Flask

from app.core.errors import DomainError
from dev.node.process import NodeProcess
from tests.factories.world import World
from tests.worlds import Worlds


@pytest.fixture
def world(chain_app: Flask, node: NodeProcess, worlds: Worlds) -> World:
    return World(chain_app, node, worlds).begin()


def test_a_sold_out_round_takes_no_orders_and_is_passed_over(world: World) -> None:
    site = world.site(edge_percent=0)
    order = world.order(site)
    world.send(order.address, world.round(order.round_number).ticket_supply * 1_000)
    world.mine()
    with pytest.raises(DomainError) as refused:
        world.order(site, requested_round=order.round_number)
    assert (refused.value.status, refused.value.code) == (409, "round_sold_out")
    assert world.order(site).round_number == order.round_number + 1
