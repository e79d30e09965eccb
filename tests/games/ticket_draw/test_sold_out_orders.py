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
        assert "left to order in" not in page, path
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


def test_an_order_that_was_too_late_for_a_sold_out_round_keeps_its_reason(world: World) -> None:
    site, client = world.site(edge_percent=0), world.app.test_client()
    order, unpaid = world.order(site), world.order(site)
    world.send(order.address, world.round(1).ticket_supply * 1_000)
    world.mine()
    world.mine_to(world.round(1).sales_end_height + 1)
    page = client.get(f"/slips/{unpaid.receipt_secret}").text
    assert "Round 1 is sold out" in page
    assert "Every ticket went to others before anything was paid." in page
    assert "This order has expired" not in page


def test_in_a_rounds_last_blocks_its_part_says_why_the_lobby_names_the_next(world: World) -> None:
    client, first = world.app.test_client(), world.round(1)
    assert "takes no new orders" not in client.get("/").text
    assert "No new orders" not in client.get("/rounds").text
    world.mine_to(first.sales_end_height - 2)
    front = " ".join(unescape(client.get("/").text).split())
    said = '<a href="/rounds/2">To the round on sale: Round 2</a>'
    assert f"Round 1 takes no new orders: too few blocks are left to pay in. {said}" in front
    assert '<a class="button" href="/rounds/2">See round 2</a>' in front
    part = client.get("/", headers={"HX-Request": "true"}).text
    assert '<a class="button button-primary" href="/rounds/2">Watch round 2</a>' in part
    for path in ("/rounds", "/rounds/1", "/verify?round=1"):
        page = client.get(path).text
        assert '<span class="badge badge-mute">No new orders</span>' in page, path
        assert '<span class="badge badge-live">Open</span>' not in page, path
    assert "No new orders" in part
