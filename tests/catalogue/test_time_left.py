"""What is left to order in is when the next order is refused its round; what is left to pay in ends later."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from dev.node.process import NodeProcess
from tests.factories.world import World
from tests.worlds import Worlds

SAME_ORIGIN = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}


@dataclass(frozen=True)
class Game:
    """A game's frame and records, and a form of it filled in."""

    query: dict[str, str]
    orders: str
    round: str
    bought: dict[str, Any]


GAMES = {
    "ticket draw": Game(
        {"playerPublicIdentifier": "ada", "playerPrivateIdentifier": "a-7"}, "orders", "/rounds", {"tickets": "3"}
    ),
    "luckotto": Game(
        {"playerUname": "Ada", "playerIdentifier": "a-7", "game": "luckotto"},
        "luckotto/orders",
        "/luckotto/rounds",
        {"numbers": [str(one) for one in range(1, 9)]},
    ),
}


@dataclass(frozen=True)
class Buyer:
    """Somebody in front of a site's frame of a game."""

    client: FlaskClient
    game: Game
    query: dict[str, str]

    def page(self, path: str = "/embed") -> str:
        answer = self.client.get(path, query_string=self.query)
        assert answer.status_code == 200, answer.text
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())

    def form(self) -> dict[str, str]:
        page = self.client.get("/embed", query_string=self.query).text
        return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))

    def order(self, form: dict[str, str]) -> str:
        """Press the button; the path of the order's page."""
        answer = self.client.post(
            f"/embed/{self.game.orders}", query_string=self.query, data=form | self.game.bought, headers=SAME_ORIGIN
        )
        assert answer.status_code == 303, answer.text
        return answer.location.partition("?")[0]


@pytest.fixture
def world(chain_app: Flask, node: NodeProcess, worlds: Worlds) -> World:
    return World(chain_app, node, worlds).begin()


@pytest.mark.parametrize("name", GAMES)
def test_the_number_shown_is_when_orders_stop_and_orders_are_paid_after(world: World, name: str) -> None:
    """`ORDER_STOP_BLOCKS` is 2 here."""
    game, site, end = GAMES[name], world.site(edge_percent=10), world.round(1).sales_end_height
    partner = {"partnerId": str(site.id)} if name == "luckotto" else {"partner": site.name}
    buyer = Buyer(world.app.test_client(), game, game.query | partner)

    world.mine_to(end - 4)
    for page in (buyer.page(), buyer.page(f"{game.round}/1")):
        assert "1 block left to order in" in page
        assert "to pay in" not in page
    assert "What is ordered by then can be paid for 2 blocks more." in buyer.page()
    assert f"To order in round 1: until block {end - 3} is found." in buyer.page()
    assert f"To pay your order: until block {end - 1}, the last that may hold your payment." in buyer.page()
    stale = buyer.form()
    order = buyer.order(buyer.form())
    assert "3 blocks left to pay in" in buyer.page(order)

    world.mine()
    said = buyer.page(f"{game.round}/1")
    assert "This round takes no more orders" in said
    assert "2 blocks left to pay in" in said
    assert "left to order in" not in said
    assert "round 1" not in buyer.page().lower()
    late = buyer.order(stale)
    assert "2 blocks left to pay in" in buyer.page(order)
    assert "Order in round 2" in buyer.page(late)

    world.mine()
    assert "1 block left to pay in" in buyer.page(order)
    world.mine()
    assert "left to pay in" not in buyer.page(order)
    assert "left to pay in" not in buyer.page(f"{game.round}/1")
