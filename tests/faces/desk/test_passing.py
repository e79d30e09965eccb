"""What came for players is ticked off by whoever passed it on: a task until then, for people and servers alike."""

from __future__ import annotations

import csv
import io
import re
from concurrent.futures import ThreadPoolExecutor
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.core.database.session import db, transaction
from app.games.ticket_draw.game import ROUNDS
from app.people.accounts.models import User
from app.people.partners.models import PartnerSite, TeamMember
from app.record.audit import queries as audit
from app.record.audit.acts import sentence
from app.record.audit.queries import Search
from app.record.ledger import queries as ledger
from app.record.ledger.entries import AccountRef
from app.selling.windows import jobs
from app.selling.windows.orders import refunds
from dev.node.process import NodeProcess
from tests.faces.api.conftest import Server, issue
from tests.games.luckotto.conftest import Lottery
from tests.personas import Persona, signed_in
from tests.worlds import Worlds


@pytest.fixture
def lottery(chain_app: Flask, node: NodeProcess, worlds: Worlds) -> Lottery:
    return Lottery(chain_app, node, worlds).begin()


def words_of(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def refunded(lottery: Lottery, site: PartnerSite) -> None:
    """Ada and bob paid for a round that is void: 110,000 and 1,000 sats are with the partner."""
    ada, bob = lottery.order(site, "ada"), lottery.order(site, "bob")
    lottery.send(ada.address, 110_000)
    lottery.send(bob.address, 1_000)
    lottery.mine()
    round_ = lottery.round(ada.round_number)
    lottery.mine_to(round_.closing_height + round_.settlement_depth)
    jobs.seal()
    with transaction():
        assert refunds.decide(ROUNDS, "operator:olga", "void", ada.round_number) == 2


def ticks(page: str) -> list[str]:
    return re.findall(r'name="record" value="([^"]+)"', page)


def note(server: Server, payment: str) -> TestResponse:
    return server.ask("PATCH", f"/payments/{payment}", json={"passedOn": True})


def teammate(lottery: Lottery, site: PartnerSite, access: str) -> Persona:
    found = signed_in(lottery.app, f"{access}@example.com")
    with transaction() as session:
        session.add(TeamMember(partner_site_id=site.id, user_id=found.id, access=access))
    return found


def test_refunds_are_tasks_until_somebody_ticks_them_off(lottery: Lottery) -> None:
    site = lottery.made(edge_percent=10)
    name, email = site.name, db.session.scalars(select(User.email).where(User.id == site.owner_user_id)).one()
    refunded(lottery, site)
    here, owner = f"/partners/{name}", signed_in(lottery.app, str(email))
    manager, reader = teammate(lottery, site, "manage"), teammate(lottery, site, "read")
    server = Server(lottery.app.test_client(), site.id, issue(site))
    open_list = f"{here}/payments?game=rounds&passed=no"

    overview = owner.get(here).text
    assert "111,000 sats are refunds for your players" in words_of(overview)
    assert f'href="{open_list.replace("&", "&amp;")}"' in overview
    assert ticks(reader.get(open_list).text) == [], "who may only look notes nothing"
    assert ticks(owner.get(f"{here}/payments").text) == [], "a list that renews itself has no ticks"
    page = owner.get(open_list).text
    bob, ada = ticks(page)
    assert "moves no money" in page
    before = ledger.balance(AccountRef("partner", str(site.id)))

    refused = owner.post(open_list, {"to": "yes"})
    assert refused.status_code == 422
    assert "Tick at least one row." in refused.text
    assert reader.post(open_list, {"to": "yes", "record": ada}).status_code == 403
    done = owner.post(open_list, {"to": "yes", "record": [ada, "nonsense"]})
    assert (done.status_code, done.headers["Location"]) == (303, open_list)
    assert "Noted: 1 is passed on." in owner.get(open_list).text
    assert ticks(owner.get(open_list).text) == [bob]
    assert "1,000 sats are refunds for your players" in words_of(manager.get(here).text)
    told = words_of(manager.get(f"{here}/payments?passed=yes").text)
    assert re.search(rf"passed on \d.*? UTC by {re.escape(str(email))}", told), "the helper sees who did it, and when"

    with ThreadPoolExecutor(4) as pool:  # a server that says it again and again, at once
        said = [one.result() for one in [pool.submit(note, server, bob) for _ in range(4)]]
    assert {answer.status_code for answer in said} == {200}
    assert len({answer.get_json()["passedOnAt"] for answer in said}) == 1
    assert [one["id"] for one in server.get("/payments", {"passedOn": "false"}).get_json()["payments"]] == []
    assert [one["id"] for one in server.get("/payments", {"passedOn": "true"}).get_json()["payments"]] == [bob, ada]
    assert "refunds for your players" not in words_of(owner.get(here).text)
    assert "Nothing is left to pass on." in owner.get(open_list).text
    rows = list(csv.DictReader(io.StringIO(owner.get(f"{here}/payments.csv?format=machine&passed=yes").text)))
    assert [bool(row["passedOnAt"]) for row in rows] == [True, True]

    assert manager.post(f"{here}/payments?passed=yes", {"to": "no", "record": bob}).status_code == 303
    assert "1,000 sats are refunds for your players" in words_of(owner.get(here).text)
    with transaction():
        noted = [sentence(one) for one, _ in audit.found(Search(action="note.passed_on"), limit=9)]
        taken = [sentence(one) for one, _ in audit.found(Search(action="note.taken_back"), limit=9)]
    assert noted == [f"noted as passed on to the player, a refund, {sats} sats" for sats in ("1,000", "110,000")]
    assert taken == ["noted as not passed on to the player after all, a refund, 1,000 sats"]
    alone = f"{here}/orders/{server.get('/payments').get_json()['payments'][1]['orderId']}"  # of ada, one at a time
    assert "Not passed on after all" in owner.get(alone).text
    sent = {"to": "no", "record": ada, "order": alone.rpartition("/")[2]}
    assert owner.post(f"{here}/payments", sent).headers["Location"] == alone
    assert "Passed on to the player" in owner.get(alone).text
    assert "Passed on to the player" not in reader.get(alone).text
    assert ledger.balance(AccountRef("partner", str(site.id))) == before, "it moves no money"


def test_nothing_is_passed_on_before_it_came_nor_by_others(lottery: Lottery) -> None:
    site, other = lottery.made(edge_percent=10), lottery.made(edge_percent=5)
    order = lottery.order(site, "ada")
    lottery.send(order.address, 110_000)
    lottery.mine()
    server, stranger = (Server(lottery.app.test_client(), one.id, issue(one)) for one in (site, other))
    (payment,) = server.get("/payments").get_json()["payments"]
    path, body = f"/payments/{payment['id']}", {"passedOn": True}
    assert server.ask("PATCH", path, json=body).get_json()["code"] == "refund_not_here"
    for asker, address in ((stranger, path), (server, "/payments/ada"), (server, f"/wins/{payment['orderId']}")):
        assert asker.ask("PATCH", address, json=body).status_code == 404
    assert server.ask("PATCH", path, json={"passedOn": "yes"}).status_code == 422


def test_an_order_that_waits_has_its_page(lottery: Lottery) -> None:
    site, other = lottery.made(edge_percent=10), lottery.made(edge_percent=5)
    owner, stranger = (
        signed_in(lottery.app, str(db.session.scalars(select(User.email).where(User.id == one.owner_user_id)).one()))
        for one in (site, other)
    )
    order = lottery.order(site, "ada")
    made = lottery.buy(str(site.id), range(1, 8), "cleo")
    here = f"/partners/{site.name}/orders"
    server = Server(lottery.app.test_client(), site.id, issue(site))
    asked = server.get(f"/orders/{order.id}").get_json()["order"]
    price, least = asked["playerTicketPriceSats"], max(asked["playerTicketPriceSats"], asked["minPaymentSats"])
    for query, order_id, address, due in (
        (
            "",
            str(order.id),
            order.address,
            f"Amount due {least:,} sats or more: the least that counts; a ticket costs {price:,} sats",
        ),
        ("&game=luckotto", made["id"], made["depositAddress"], f"Amount due {made['totalSats']:,} sats these numbers"),
    ):
        own = f"{here}/{order_id}"
        assert f'href="{own}"' in owner.get(f"{here}?q={address}{query}").text, "search leads there"
        page = owner.get(own).text
        told = words_of(page)
        assert address in re.sub(r"<[^>]+>", "", page)
        assert due in told
        assert "Waiting for payment" in told
        assert "blocks left to pay in" in told
        assert stranger.get(own).status_code == 404
        assert stranger.get(f"/partners/{other.name}/orders/{order_id}").status_code == 404
    lottery.send(order.address, least)
    lottery.mine()
    part = owner.get(f"{here}/{order.id}", headers={"HX-Request": "true"}).text
    assert "Amount due" not in part
    assert f"Received so far {least:,} sats" in words_of(part)
    assert owner.get(f"{here}/nonsense").status_code == 404
