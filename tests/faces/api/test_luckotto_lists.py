"""Luckotto in the server API's lists: each list is of one game, and the main game's stays as it was."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from app.catalogue.records import Narrowing
from app.core.database.session import db, transaction
from app.games.luckotto.models import LuckottoRound, LuckottoTicket
from app.games.luckotto.partners.listing import OWN
from app.games.luckotto.rules import STATES
from app.people.partners.models import PartnerSite
from dev.node.process import NodeProcess
from tests.games.luckotto.conftest import Lottery
from tests.settings import rounds_and_wins
from tests.worlds import Worlds

from .conftest import PLAYER, Server, server_of

GAME = {"game": "luckotto"}


@pytest.fixture
def lottery(chain_app: Flask, node: NodeProcess, worlds: Worlds) -> Lottery:
    return Lottery(chain_app, node, worlds).begin()


@pytest.fixture
def site(lottery: Lottery) -> PartnerSite:
    return lottery.made(edge_percent=10)


@pytest.fixture
def server(lottery: Lottery, site: PartnerSite) -> Server:
    return server_of(lottery, site)


def page(server: Server, path: str, **query: Any) -> dict[str, Any]:
    answer = server.get(path, {**GAME, **query})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.get_json()
    return found


def test_a_partner_reconciles_luckotto_as_it_does_the_main_game(
    lottery: Lottery, site: PartnerSite, server: Server
) -> None:
    whale = lottery.buy(str(site.id), range(1, 13), "whale")
    bob = lottery.buy(str(site.id), [1, 2, 3, 4, 5, 6, 7], "bob")
    other = server.post("/orders", PLAYER).get_json()["order"]
    stranger = server_of(lottery, lottery.made())
    lottery.pay_at_once([whale])
    number = whale["roundNumber"]

    orders = page(server, "/orders", limit=1)
    assert [order["id"] for order in orders["orders"]] == [bob["id"]]
    following = page(server, "/orders", limit=1, cursor=orders["next"])
    alone = lottery.again(whale)
    del alone["log"]  # what the public log says is told of one order at a time
    assert following["orders"] == [{**alone, "game": "luckotto"}]
    assert following["next"] is None
    assert [row["order"]["id"] for row in server.get("/orders").get_json()["orders"]] == [other["id"]]
    mine, public = server.get(f"/orders/{bob['id']}").get_json(), lottery.again(bob)
    assert mine == {**public, "game": "luckotto", "log": mine["log"]}
    assert (mine["log"] is None) == (public["log"] is None)  # the partner's copy has the salt besides
    assert server.get(f"/orders/{other['id']}").get_json()["order"]["id"] == other["id"]
    for query in ({"playerIdentifier": "bob"}, {"playerUname": "Bob"}, {"state": "sold_out"}):
        assert [order["id"] for order in page(server, "/orders", **query)["orders"]] == [bob["id"]]
    for query in ({"playerPublicIdentifier": "bob"}, {"state": "drawn"}, {"roundNumber": number + 1}):
        assert page(server, "/orders", **query) == {"orders": [], "next": None}
    for query in ({"playerUname": "ada"}, {"state": "allocated"}):
        assert server.get("/orders", query).get_json() == {"orders": [], "next": None}

    payment = page(server, "/payments", status="credited", orderId=whale["id"])["payments"][0]
    assert (payment["game"], payment["amountSats"], payment["playerUname"], payment["roundNumber"]) == (
        "luckotto",
        whale["totalSats"],
        "Whale",
        number,
    )
    assert page(server, "/payments", status="late")["payments"] == []
    assert server.get("/payments").get_json()["payments"] == []

    lottery.draw(number)
    settled = lottery.get(f"/rounds/{number}")
    win = page(server, "/wins")["wins"][0]
    assert (win["orderId"], win["winningNumbers"], win["jackpotSats"], win["payoutAddress"], win["playerUname"]) == (
        whale["id"],
        settled["winningNumbers"],
        settled["jackpotSats"],
        whale["payoutAddress"],
        "Whale",
    )
    assert server.get("/wins").get_json()["wins"] == []
    assert server.get(f"/rounds/{number}", GAME).get_json() == settled
    assert settled in page(server, "/rounds")["rounds"]
    assert "baseTicketPriceSats" in server.get("/rounds").get_json()["rounds"][0]

    for path, name in (("/orders", "orders"), ("/payments", "payments"), ("/wins", "wins")):
        assert page(stranger, path)[name] == []
        assert server.get(path, {"game": "roulette"}).status_code == 422
    assert stranger.get(f"/orders/{whale['id']}").status_code == 404


def test_each_state_as_a_filter_is_what_the_state_says(lottery: Lottery, site: PartnerSite) -> None:
    """Against brute force: orders with every kind of payment, in rounds of every status."""
    made = [lottery.buy(str(site.id), [1, 2, 3, 4, 5, 6, 7 + at % 5], f"p{at}") for at in range(7)]
    number = made[0]["roundNumber"]
    whale = lottery.buy(str(site.id), range(1, 13), "whale")
    lottery.pay(made[0])
    lottery.pay(made[1], 500)
    lottery.pay(made[2], made[2]["minPaymentSats"])
    lottery.mine()
    lottery.pay(whale)
    lottery.mine()
    assert lottery.again(whale)["status"] == "unallocated"
    lottery.mine_to(lottery.lottery_round(number).sales_end_height - 1)
    lottery.pay(made[3])
    lottery.pay(made[2])
    lottery.mine(2)
    lottery.pay(made[4])  # seen alone
    lottery.scan()
    for status, won in rounds_and_wins():
        with transaction() as session:
            session.execute(update(LuckottoRound).where(LuckottoRound.round_number == number).values(status=status))
            session.execute(update(LuckottoTicket).values(status=won))
        _compare(site)


def test_the_settled_states_too(lottery: Lottery, site: PartnerSite) -> None:
    whale = lottery.buy(str(site.id), range(1, 13), "whale")
    short = lottery.buy(str(site.id), [1, 2, 3, 4, 5, 6, 7], "short")
    lottery.buy(str(site.id), [1, 2, 3, 4, 5, 6, 7], "nobody-pays")
    lottery.pay(whale)
    lottery.pay(short, short["minPaymentSats"])
    lottery.mine()
    lottery.draw(whale["roundNumber"])
    states = _compare(site)
    assert set(states) == {"won", "underfunded", "expired"}
    with transaction() as session:
        session.execute(update(LuckottoTicket).values(status="assigned"))
    assert set(_compare(site)) == {"lost", "underfunded", "expired"}


def _compare(site: PartnerSite) -> list[str]:
    db.session.rollback()
    site = db.session.merge(site)
    whole = OWN.orders(site, Narrowing(), None, 1000)
    for state in STATES.names:
        found: list[Any] = []
        before = None
        while rows := OWN.orders(site, Narrowing(state=state), before, 2):
            found += [view.order.id for view in rows]
            before = found[-1]
        assert found == [view.order.id for view in whole if view.state == state], state
    return [view.state for view in whole]
