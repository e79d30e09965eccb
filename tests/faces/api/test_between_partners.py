"""Two partners with the same players in every game: none reads a word of the other's, and nobody a private name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.catalogue.games import catalogue
from app.core.database.session import db
from app.people.accounts.models import User
from app.people.partners.models import PartnerSite
from app.wiring import PRODUCT
from dev.node.process import NodeProcess
from tests.games.luckotto.conftest import Lottery
from tests.personas import Persona, signed_in
from tests.worlds import Worlds

from .conftest import Server, server_of

GAMES = [game.name for game in PRODUCT.games.windows]
LISTS = ("orders", "payments", "wins")


@dataclass
class Partner:
    """A partner with a server, a dashboard and an order of each game. `words`: what is of nobody else."""

    site: PartnerSite
    name: str
    server: Server
    owner: Persona
    orders: dict[str, dict[str, Any]]
    words: tuple[str, ...]

    def desk(self, path: str = "") -> str:
        answer = self.owner.get(f"/partners/{self.name}{path}")
        assert answer.status_code == 200, path
        return answer.text


def partner(lottery: Lottery, private: str) -> Partner:
    site = lottery.made(10)
    name, server = site.name, server_of(lottery, site)
    db.session.rollback()
    email = db.session.scalars(select(User.email).where(User.id == db.session.merge(site).owner_user_id)).one()
    wanted = {"playerPublicIdentifier": "ada", "playerPrivateIdentifier": private}
    orders = {
        "rounds": server.post("/orders", wanted).get_json()["order"],
        "luckotto": lottery.buy(str(server.site_id), [1, 2, 3, 4, 5, 6, 7]),
    }
    words = (name, private, *(one[key] for one in orders.values() for key in ("id", "depositAddress")))
    return Partner(site, name, server, signed_in(lottery.app, str(email)), orders, words)


@pytest.fixture
def two(chain_app: Flask, node: NodeProcess, worlds: Worlds) -> tuple[Lottery, Partner, Partner]:
    lottery = Lottery(chain_app, node, worlds).begin()
    ours, theirs = partner(lottery, "customer-ours"), partner(lottery, "customer-theirs")
    for one in (ours, theirs):
        lottery.send(one.orders["rounds"]["depositAddress"], 4_400)
        lottery.pay(one.orders["luckotto"])
    lottery.mine()
    return lottery, ours, theirs


def _has_nothing_of(text: str, other: Partner) -> None:
    assert [word for word in other.words if word in text] == []


def test_no_list_and_no_filter_of_any_game_tells_of_another_partner(two: tuple[Lottery, Partner, Partner]) -> None:
    _, ours, theirs = two
    with ours.server.client.application.app_context():
        assert [one.name for one in catalogue().records] == GAMES
    for game in GAMES:
        other, own = theirs.orders[game], ours.orders[game]
        assert ours.server.get(f"/orders/{other['id']}").status_code == 404
        assert ours.server.get(f"/orders/{own['id']}").status_code == 200
        for path in LISTS:
            page = ours.server.get(f"/{path}", {"game": game})
            assert page.status_code == 200
            _has_nothing_of(page.text, theirs)
            if path != "wins":
                assert own["id"] in page.text
                cursor = page.get_json()[path][0]["id"] if path == "payments" else other["id"]
                _has_nothing_of(ours.server.get(f"/{path}", {"game": game, "cursor": cursor}).text, theirs)
        assert ours.server.get("/payments", {"game": game, "orderId": other["id"]}).get_json()["payments"] == []
        _has_nothing_of(ours.server.get("/slips").text, theirs)

        for path in LISTS:
            for query in ("", f"&before={other['id']}", f"&q={other['id']}", f"&q={other['depositAddress']}", "&q=ada"):
                for kind in ("", ".csv"):
                    text = ours.desk(f"/{path}{kind}?game={game}{query}")
                    named = query.removeprefix("&q=").removeprefix("&before=")  # the form repeats what was asked
                    _has_nothing_of(text.replace(named, "") if named else text, theirs)
            assert ours.owner.get(f"/partners/{theirs.name}/{path}.csv?game={game}").status_code == 404
            assert ours.owner.get(f"/partners/{theirs.name}/{path}?game={game}").status_code == 404
    front = ours.desk()  # its panels have the orders of every game
    _has_nothing_of(front, theirs)
    assert all(one["id"] in front for one in ours.orders.values())


@pytest.mark.parametrize("game", GAMES)
def test_screen_csv_and_server_agree_in_every_state(two: tuple[Lottery, Partner, Partner], game: str) -> None:
    lottery, ours, _ = two
    with lottery.app.app_context():
        orders = next(one for one in catalogue().records if one.name == game).orders
    found = []
    for state in orders.states:
        listed = ours.server.get("/orders", {"game": game, "state": state}).get_json()["orders"]
        ids = [row.get("id") or row["order"]["id"] for row in listed]
        shown = state if state in orders.shown_states else "below_minimum"  # partly paid, where nothing adds up
        rows = ours.desk(f"/orders.csv?game={game}&state={shown}").splitlines()[1:]
        assert [row.split(",")[1] for row in rows] == ids
        screen = ours.desk(f"/orders?game={game}&state={shown}")
        assert all(one in screen for one in ids)
        found += ids
    assert found == [ours.orders[game]["id"]], "one state, and only one, is the order's"


def _public(client: FlaskClient, path: str, **query: str) -> str:
    answer = client.get(path, query_string=query)
    assert answer.status_code == 200, path
    return answer.text


def test_no_public_answer_has_a_private_name(two: tuple[Lottery, Partner, Partner]) -> None:
    lottery, ours, _ = two
    client, order = lottery.app.test_client(), ours.orders["luckotto"]
    paths = [
        "/",
        "/rounds",
        "/rounds/1",
        f"/slips/{ours.orders['rounds']['id']}",
        "/api/rounds",
        "/api/rounds/1",
        "/api/rounds/1/slips",
        "/api/rounds/1/bundle",
        "/luckotto",
        "/luckotto/rounds/1",
        f"/luckotto/orders/{order['id']}",
        "/api/luckotto/rounds",
        "/api/luckotto/rounds/1",
        "/api/luckotto/rounds/1/orders",
        "/api/luckotto/rounds/1/bundle",
        f"/api/luckotto/orders/{order['id']}",
        "/api/openapi.json",
    ]
    for path in paths:
        assert "customer-ours" not in _public(client, path), path


def test_luckottos_frame_says_the_private_name_in_its_own_addresses_alone(
    two: tuple[Lottery, Partner, Partner],
) -> None:
    lottery, ours, _ = two
    query = {
        "partner": ours.name,
        "playerPublicIdentifier": "ada",
        "playerPrivateIdentifier": "customer-ours",
        "game": "luckotto",
    }
    client, order = lottery.app.test_client(), ours.orders["luckotto"]
    for path in (
        "/embed",
        "/embed/luckotto",
        "/embed/luckotto/rounds/1",
        f"/embed/luckotto/orders/{order['id']}",
        "/embed/luckotto/players/ada",
        "/embed/house-edge",
    ):
        page = _public(client, path, **query)
        assert page.count("customer-ours") == page.count("playerPrivateIdentifier=customer-ours"), path
