"""What a void round leads to, told: to its partner a line for each payment, to an operator that no draw will come."""

from __future__ import annotations

import csv
import io
import re
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import select

from app.core.database.session import db, transaction
from app.faces.desk import pages
from app.games.luckotto.game import LUCKOTTO
from app.games.ticket_draw.game import ROUNDS
from app.people.accounts.models import User
from app.selling.windows import jobs
from app.selling.windows.orders import refunds
from dev.node.process import NodeProcess
from tests.faces.admin.operators import Operator
from tests.games.luckotto.conftest import Lottery
from tests.personas import Persona, signed_in
from tests.worlds import Worlds


@pytest.fixture
def lottery(chain_app: Flask, node: NodeProcess, worlds: Worlds) -> Lottery:
    return Lottery(chain_app, node, worlds).begin()


def words_of(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def says_where_it_is(owner: Persona, here: str, order_id: str) -> None:
    """What bought nothing and is not decided is told at the order and among the payments, each with the way there."""
    waiting = f"{here}/payments?game=rounds&passed=waits"
    page = owner.get(f"{here}/orders/{order_id}").text
    told = words_of(page)
    assert "110,000 sats bought nothing. One of our operators decides about the refund: then it is in" in told
    assert f'href="{waiting.replace("&", "&amp;")}"' in page
    assert "Tickets 0 " in told, "those of a void round are in no draw"
    assert "what comes now" not in told
    payments = owner.get(f"{here}/payments").text
    assert "To pass on 0 Passed on 0 Waits for our operators 2" in words_of(payments)
    assert f'href="{here}/orders/{order_id}">ada</a>' in payments.replace("<bdi>", "").replace("</bdi>", "")
    shown = owner.get(waiting).text
    assert 'name="record"' not in shown, "a list to look at, without ticks"
    assert len(re.findall(r'<tr id="row-', shown)) == 2
    empty = words_of(owner.get(f"{here}/payments?game=rounds&passed=no").text)
    assert "2 payments still wait for our operators" in empty
    assert owner.get(f"{here}/wins?passed=waits").status_code == 422


def test_a_refund_is_one_line_of_its_payment_with_round_and_reason(
    lottery: Lottery, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = lottery.made(edge_percent=10)
    name, email = site.name, db.session.scalars(select(User.email).where(User.id == site.owner_user_id)).one()
    order, few = lottery.order(site, "ada"), lottery.order(site, "bob")
    made = lottery.buy(str(site.id), range(1, 8), "cleo")
    lottery.send(order.address, 110_000)
    lottery.send(few.address, 1_000)
    lottery.pay(made)
    lottery.mine()
    number, round_ = order.round_number, lottery.round(order.round_number)
    assert made["roundNumber"] == number
    lottery.mine_to(round_.closing_height + round_.settlement_depth)
    jobs.seal()  # too late
    owner, here = signed_in(lottery.app, str(email)), f"/partners/{name}"
    waits = words_of(owner.get(f"{here}/balance").text)
    assert "Void · Ticket draw 110,000" in waits
    assert f"Void · Luckotto {made['totalSats']:,}" in waits
    says_where_it_is(owner, here, str(order.id))
    with transaction():
        assert [refunds.decide(game, "operator:olga", "void", number) for game in (ROUNDS, LUCKOTTO)] == [2, 1]

    told = words_of(owner.get(f"{here}/orders/{order.id}").text)
    assert "110,000 sats bought nothing and are in your balance: pass them on to the player" in told
    assert "operators" not in told
    assert "To pass on 2 Passed on 0 Waits for our operators 0" in words_of(owner.get(f"{here}/payments").text)
    rows = list(csv.DictReader(io.StringIO(owner.get(f"{here}/balance.csv?format=machine").text)))
    assert sorted((row["reason"], row["roundNumber"], int(row["amountSats"])) for row in rows) == [
        ("below_minimum", str(number), 1_000),
        ("void", str(number), made["totalSats"]),
        ("void", str(number), 110_000),
    ]
    lines, place = [], f"{here}/balance"
    monkeypatch.setattr(pages, "SHOWN", 1)  # a page ends between two parts of one refund
    while place:
        html = owner.get(place).text
        lines += [
            words_of(row) for row in re.findall(r"<tr>.*?</tr>", html.split('id="list"')[1].split("<tbody>")[1], re.S)
        ]
        older = re.search(r'href="([^"]+before=[^"]+)"', html)
        place = unescape(older[1]) if older else ""
    assert len(lines) == 3
    told = sorted(line.partition("Refund to pass on to a player ")[2] for line in lines)
    assert told[0].startswith("Below the minimum Order of bob Your account: ")
    assert told[0].endswith("Ticket draw, round 1 +1,000")
    assert told[1].startswith("Void Order of Cleo Your account: cleo Luckotto, round 1 +")
    assert told[2].startswith("Void Order of ada Your account: ")
    assert told[2].endswith("Ticket draw, round 1 +110,000")

    for query, players in (("state=below_minimum", ["bob"]), ("state=void", ["ada"])):
        found = csv.DictReader(io.StringIO(owner.get(f"{here}/orders.csv?format=machine&{query}").text))
        assert [row["playerPublicIdentifier"] for row in found] == players
    assert 'value="below_minimum"' not in owner.get(f"{here}/orders?game=luckotto").text, "none can be there"

    console = Operator(lottery.app)
    for game in ("rounds", "luckotto"):
        page = console.get(f"/admin/rounds/{game}/{number}").text
        assert "no draw will come: it was not sealed before its closing block." in words_of(page)
        assert "not buried yet" not in page
        assert f'href="/admin/suspended/{game}/{number}"' in page
        assert "/admin/payouts?game=" not in page
