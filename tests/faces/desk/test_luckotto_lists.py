"""Luckotto on a partner's desk: lists of its own, and both games together in what waits and is earned."""

from __future__ import annotations

import csv
import io
import re

import pytest
from flask import Flask
from sqlalchemy import select

from app.core.database.session import db, transaction
from app.games.luckotto.game import LUCKOTTO
from app.people.accounts.models import User
from app.record.notifications import queries as mailbox
from app.record.notifications.rendering import render
from app.selling.windows.orders import refunds
from dev.node.process import NodeProcess
from tests.games.luckotto.conftest import Lottery
from tests.personas import Persona, signed_in
from tests.worlds import Worlds


@pytest.fixture
def lottery(chain_app: Flask, node: NodeProcess, worlds: Worlds) -> Lottery:
    return Lottery(chain_app, node, worlds).begin()


def rows(owner: Persona, path: str) -> list[dict[str, str]]:
    answer = owner.get(path)
    assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    return list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))


def test_a_partner_follows_both_games(lottery: Lottery) -> None:
    site = lottery.made(edge_percent=10)
    name, site_id = site.name, str(site.id)
    email = db.session.scalars(select(User.email).where(User.id == site.owner_user_id)).one()
    owner = signed_in(lottery.app, str(email))
    here = f"/partners/{name}"
    assert "First steps" in owner.get(here).text
    whale, bob = lottery.buy(site_id, range(1, 13), "whale"), lottery.buy(site_id, [1, 2, 3, 4, 5, 6, 7], "bob")
    lottery.pay_at_once([whale])
    front = owner.get(here).text
    assert "First steps" not in front
    assert f"{here}/orders/{whale['id']}" in front  # both games on the front page, and whose each order is
    assert "Luckotto, round" in front
    lottery.pay_at_once([bob])  # nothing is left for him

    orders = rows(owner, f"{here}/orders.csv?game=luckotto")
    assert [(row["orderId"], row["state"], row["allocatedNumbers"]) for row in orders] == [
        (bob["id"], "unallocated", ""),
        (whale["id"], "allocated", "1 2 3 4 5 6 7 8 9 10 11 12"),
    ]
    assert rows(owner, f"{here}/orders.csv") == []
    page = owner.get(f"{here}/orders?game=luckotto")
    assert page.status_code == 200
    assert f"{here}/orders/{bob['id']}" in page.text
    assert re.search(r'game=luckotto"[^>]* aria-current="page"', page.text)
    paid = rows(owner, f"{here}/payments.csv?game=luckotto&state=unallocated")
    assert [(row["orderId"], row["refundableSats"]) for row in paid] == [(bob["id"], str(bob["totalSats"]))]
    for query in (f"q={bob['id']}", f"q={bob['depositAddress']}", "q=BOB", "state=unallocated"):
        assert [row["orderId"] for row in rows(owner, f"{here}/orders.csv?game=luckotto&{query}")] == [bob["id"]]
        assert bob["id"] in owner.get(f"{here}/payments?game=luckotto&{query}").text
    assert owner.get(f"{here}/orders?state=unallocated").status_code == 200  # a state of the other game
    assert owner.get(f"{here}/orders?game=luckotto&state=odd").status_code == 422
    assert owner.get(f"{here}/orders?game=roulette").status_code == 404
    balance = owner.get(f"{here}/balance").text
    assert f"{whale['feeSats']:,}" in balance
    assert f"{bob['totalSats']:,}" in balance
    assert "game=luckotto&amp;state=unallocated" in balance

    lottery.draw(whale["roundNumber"])
    wins = rows(owner, f"{here}/wins.csv?game=luckotto")
    assert [(row["orderId"], row["playerUname"], len(row["winningNumbers"].split())) for row in wins] == [
        (whale["id"], "Whale", 6),
    ]
    for page in (f"{here}/wins?game=luckotto", here):
        drawn = ", ".join(wins[0]["winningNumbers"].split())
        assert f'"{here}/orders/{whale["id"]}">{drawn}<' in owner.get(page).text, "to the site's own page of the order"
    assert f'href="{here}/orders/{whale["id"]}"><bdi>' in owner.get(f"{here}/payments?game=luckotto").text
    everybodys = f'href="/luckotto/orders/{whale["id"]}"'
    own_page = owner.get(f"{here}/orders/{whale['id']}").text
    assert own_page.count(everybodys) == 1, "the page that everybody sees is one link of it"
    for page in ("payments?game=luckotto", "wins?game=luckotto", "balance", "orders?game=luckotto"):
        assert everybodys not in owner.get(f"{here}/{page}").text
    assert rows(owner, f"{here}/wins.csv") == []
    assert f"/luckotto/rounds/{whale['roundNumber']}" in owner.get(f"{here}/balance").text

    with transaction():
        assert refunds.decide(LUCKOTTO, "operator:olga", "it bought nothing", whale["roundNumber"]) == 1
    overview = " ".join(re.sub(r"<[^>]+>", " ", owner.get(here).text).split())
    assert f"{bob['totalSats']:,} sats are refunds for your players They came to your balance" in overview
    assert f"Refunds to pass on {bob['totalSats']:,}" in overview, "beside what was earned, so that the sum is right"
    with transaction():
        told = [one for one in mailbox.newest() if one.params and one.params.get("kind") == "site.refunded"]
        (mail,) = [render(one.channel, one.template, one.locale, one.params or {}) for one in told]
    assert f"{bob['totalSats']:,} sats to pass on to players" in mail.subject
    assert f"In Luckotto, round {whale['roundNumber']}, it bought nothing and came to your balance." in mail.text
    balance = owner.get(f"{here}/balance").text
    words = " ".join(re.sub(r"<[^>]+>", " ", balance).split())
    assert f"Refunds to pass on {bob['totalSats']:,}" in words
    assert re.search(rf'"{here}/orders/{bob["id"]}">\s*Order of <bdi>[Bb]ob</bdi>', balance), (
        "whom it is for, and the order"
    )
    assert "Your account: bob" in words
    polled = owner.get(f"{here}/balance", headers={"HX-Request": "true"}).text
    assert 'id="balance-figures" hx-swap-oob="true"' in polled
    assert "<h1" not in polled
