"""Nobody is given an address for a round in which nothing is left to buy, and no page says that it is on sale."""

from __future__ import annotations

from html import unescape

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


def test_a_round_that_sells_out_says_so_wherever_it_stands(world: World) -> None:
    site, client = world.site(edge_percent=0, name="lucky-shop"), world.app.test_client()
    order, paths = world.order(site), ("/rounds/1", "/embed/rounds/1?partner=lucky-shop")
    for path in ("/", "/rounds", "/embed/rounds?partner=lucky-shop", *paths):
        page = client.get(path).text
        assert ('<span class="badge badge-live">Open</span>' in page, "Sold out" in page) == (True, False), path
    assert '<a class="button button-primary" href="/rounds/1">Watch round 1</a>' in client.get("/").text

    world.send(order.address, world.round(1).ticket_supply * 1_000)
    world.mine()
    for path in ("/", "/rounds", "/embed/rounds?partner=lucky-shop", *paths):
        page = client.get(path).text
        assert '<span class="badge badge-mute">Sold out</span>' in page, path
        assert '<span class="badge badge-live">Open</span>' not in page, path
        assert "Tickets are on sale" not in page, path
        assert "until sales end" not in page, path
    for path in paths:
        page = client.get(path).text
        assert 'data-announce="Sold out"' in page
        assert "Every ticket is sold." in page
        assert f"The draw comes with block {world.round(1).closing_height:,}." in page
        assert "until the tickets are sealed" in page
    front = unescape(client.get("/").text)
    assert 'data-announce="Round 1: Sold out"' in front
    assert '<a class="button button-primary" href="/rounds/2">Watch round 2</a>' in front
    assert '<a href="/rounds/2">To the round on sale: Round 2</a>' in front
    assert '<a class="button" href="/rounds/2">See round 2</a>' in front
    assert client.get("/api/rounds/1").get_json()["status"] == "open", "the API's states are as they were"
