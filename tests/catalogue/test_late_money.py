"""Money may come to an order's address long after its last word: a page that is left open says what becomes of it."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from dev.node.process import NodeProcess
from tests.factories.world import Placed, World
from tests.worlds import Worlds

HTMX = {"HX-Request": "true"}


@pytest.fixture
def world(chain_app: Flask, node: NodeProcess, worlds: Worlds) -> World:
    return World(chain_app, node, worlds).begin()


def said_in(page: str) -> str:
    found = re.search(r'id="order-said" name="seen" value="([0-9a-f]{16})"', page)
    assert found is not None
    return found[1]


def test_a_page_that_said_its_last_word_still_hears_of_late_money(world: World) -> None:
    site, client = world.site(), world.app.test_client()
    order = world.order(site, "ada")
    world.send(order.address, 5_600)
    world.mine()
    world.finish(order.round_number)
    frame = f"partner={site.name}&playerPublicIdentifier=ada"
    for path in (f"/slips/{order.id}", f"/embed/slips/{order.receipt_secret}?{frame}"):
        page = client.get(path).text
        assert re.search(r'hx-trigger="every 60s" hx-target="#(order|slip)" hx-include="#order-said"', page)
        assert client.get(path, headers=HTMX).status_code == 286, "the quick asking ends"
    said = {path: said_in(client.get(path, query_string=frame).text) for path in _pages(order)}
    for path, heard in said.items():
        quiet = client.get(path, query_string=f"{frame}&seen={heard}", headers=HTMX)
        assert (quiet.status_code, quiet.data) == (204, b"")
        assert client.get(path, query_string=f"{frame}&seen={'0' * 16}", headers=HTMX).status_code == 200
    world.send(order.address, 7_700)
    world.mine()
    for path, heard in said.items():
        told = client.get(path, query_string=f"{frame}&seen={heard}", headers=HTMX)
        assert told.status_code == 200
        assert "7,700" in told.text
        assert "Late" in told.text
        assert said_in(told.text) != heard


def _pages(order: Placed) -> list[str]:
    return [f"/slips/{order.id}", f"/embed/slips/{order.receipt_secret}"]
