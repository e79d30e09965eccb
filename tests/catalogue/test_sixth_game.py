"""A game that no rail knows appears everywhere by its description alone, and its money is the ledger's."""

from __future__ import annotations

import csv
import io
import re
import time
from collections.abc import Callable, Iterator
from html import unescape
from typing import Any

import pytest
from flask import Flask
from openapi_spec_validator import OpenAPIV31SpecValidator

from app import create_app
from app.core.database.session import db, transaction
from app.core.jobs import queue
from app.faces.admin.commands import auditing
from app.faces.site import reset
from app.people.partners.keys import service as keys
from app.record.events.models import Event
from app.record.ledger import queries
from app.record.ledger import service as ledger
from app.record.ledger.entries import AccountRef, Posting
from app.wiring import GAMES, PRODUCT
from tests.conftest import Browser
from tests.faces.admin.operators import Operator
from tests.faces.api.conftest import Server
from tests.factories.partners import make_site
from tests.personas import Persona, signed_in

from . import coin
from .coin_parts import PARTS

GIVEN_SATS = 10_000


class Tossed:
    """A site with money on its account, whose players have bet until one of them won and one lost."""

    def __init__(self, app: Flask, owner: Persona) -> None:
        self.app, self.owner, self.operator = app, owner, Operator(app)
        with transaction():
            site = make_site(owner.id, status="live", display_name="Coin corner")
            self.site_id, self.name = site.id, site.name
            key = keys.issue(site, name="Server", access="write", actor="test").text
            self.account = AccountRef("partner", str(site.id))
            ledger.post([Posting(AccountRef("result"), self.account, GIVEN_SATS, "test", "gift", "gift")])
        self.server = Server(app.test_client(), self.site_id, key)
        self.bets: list[dict[str, Any]] = []
        while {self.ended(bet) for bet in self.bets} != {"won", "lost"}:
            for side in coin.SIDES:
                self.bets.append(self.bet(side))
        time.sleep(coin.SECONDS)  # the last toss is over
        coin.settle_due()

    def bet(self, side: str) -> dict[str, Any]:
        answer = self.server.post("/api/coin/bets", {"playerName": "ada", "side": side})
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.get_json()
        return made

    @staticmethod
    def ended(bet: dict[str, Any]) -> str:
        """How a bet has to end, by the rule that everybody can repeat."""
        return coin.state_of(bet["side"], coin.side_of(bet["toss"]))

    def page(self, path: str) -> str:
        answer = self.owner.get(path)
        assert answer.status_code == 200, path
        return unescape(answer.text)

    def console(self, path: str) -> str:
        answer = self.operator.get(path)
        assert answer.status_code == 200, path
        return unescape(answer.text)


@pytest.fixture(scope="module")
def tossed(app_settings: dict[str, str], fresh_database: Callable[[], str]) -> Iterator[Tossed]:
    app = create_app({**app_settings, "DATABASE_URL": fresh_database()}, games=(*GAMES, PARTS))
    app.test_client_class = Browser
    with app.app_context():
        coin.Model.metadata.create_all(db.engine)
        yield Tossed(app, signed_in(app, "coins@example.com"))
        db.session.remove()
        db.engine.dispose()


def test_bets_and_wins_move_money_by_the_ledger(tossed: Tossed) -> None:
    won = sum(tossed.ended(bet) == "won" for bet in tossed.bets)
    db.session.rollback()
    expected = GIVEN_SATS - coin.STAKE_SATS * len(tossed.bets) + coin.PAID_SATS * won
    assert queries.balance(tossed.account) == expected
    assert tossed.server.get("/balance").get_json()["balanceSats"] == expected
    assert coin.settle_due() == 0, "a second time changes nothing"
    assert queries.balance(tossed.account) == expected
    kinds = {line["kind"] for line in tossed.server.get("/ledger").get_json()["lines"]}
    assert kinds == {"bet", "win", "gift"}


def test_the_audit_holds_and_sees_a_bet_that_lies(tossed: Tossed) -> None:
    assert auditing.run(ask_node=False).breaches == []
    lost = next(bet for bet in tossed.bets if tossed.ended(bet) == "lost")
    coin.forge(lost["id"], "won")
    assert [one.check for one in auditing.run(ask_node=False).breaches] == ["coin.bets"]
    coin.forge(lost["id"], "lost")


def test_a_partners_server_lists_what_it_has_and_nothing_else(tossed: Tossed) -> None:
    orders = tossed.server.get("/orders", {"game": "coin"}).get_json()["orders"]
    assert {one["id"]: one["state"] for one in orders} == {bet["id"]: tossed.ended(bet) for bet in tossed.bets}
    lost = tossed.server.get("/orders", {"game": "coin", "state": "lost", "playerName": "ada"}).get_json()["orders"]
    assert {one["state"] for one in lost} == {"lost"}
    assert tossed.server.get("/orders", {"game": "coin", "playerName": "eve"}).get_json()["orders"] == []
    one = tossed.server.get(f"/orders/{orders[0]['id']}").get_json()
    assert (one["game"], one["id"]) == ("coin", orders[0]["id"])
    wins = tossed.server.get("/wins", {"game": "coin"}).get_json()["wins"]
    assert {win["betId"] for win in wins} == {bet["id"] for bet in tossed.bets if tossed.ended(bet) == "won"}
    tosses = tossed.server.get("/rounds", {"game": "coin"}).get_json()["rounds"]
    assert {toss["roundNumber"] for toss in tosses} == {bet["toss"] for bet in tossed.bets}
    assert tossed.server.get(f"/rounds/{orders[0]['toss']}", {"game": "coin"}).get_json()["side"] in coin.SIDES
    assert tossed.server.get("/payments", {"game": "coin"}).status_code == 422, "it has no payments on the chain"


def test_without_a_game_the_leading_one_is_meant(tossed: Tossed) -> None:
    assert tossed.server.get("/orders").get_json() == {"orders": [], "next": None}


def test_a_site_without_the_money_is_refused(tossed: Tossed) -> None:
    with transaction():
        poor = make_site(status="live")
        key = keys.issue(poor, name="Server", access="write", actor="test").text
        poor_id = poor.id
    server = Server(tossed.app.test_client(), poor_id, key)
    answer = server.post("/api/coin/bets", {"playerName": "ada", "side": "heads"})
    assert (answer.status_code, answer.get_json()["code"]) == (409, "insufficient_funds")


def test_the_document_tells_of_it_and_is_valid(tossed: Tossed) -> None:
    told = tossed.app.test_client().get("/api/openapi.json").get_json()
    OpenAPIV31SpecValidator(told).validate()
    assert "post" in told["paths"]["/api/coin/bets"]

    def games_of(path: str) -> list[str]:
        parameters = {one["name"]: one["schema"] for one in told["paths"][path]["get"]["parameters"]}
        found: list[str] = parameters["game"]["enum"]
        return found

    assert [games_of(f"/api/v1/{kind}")[-1] for kind in ("orders", "wins", "rounds")] == ["coin"] * 3
    assert "coin" not in games_of("/api/v1/payments")
    assert {"BetRecord", "WonBet", "TossRecord", "NewBet"} <= set(told["components"]["schemas"])


def test_the_dashboard_shows_and_exports_it(tossed: Tossed) -> None:
    front = tossed.page(f"/partners/{tossed.name}")
    assert "Coin toss" in front
    orders = tossed.page(f"/partners/{tossed.name}/orders?game=coin")
    assert orders.count('data-label="Side">') == len(tossed.bets)
    assert "Coin toss" in orders
    assert re.search(r">\s*In the air\s*</option>", orders)
    newest = front.partition('id="wins"')[2]
    assert re.search(r"·\s+Side ", newest), "a win says in its game's words what was drawn"
    assert not re.search(r"·\s+Ticket ", newest)
    wins = tossed.page(f"/partners/{tossed.name}/wins?game=coin")
    assert f"{coin.PAID_SATS}" in wins
    tabs = tossed.page(f"/partners/{tossed.name}/payments")
    assert "game=coin" not in tabs, "no list that it has not got"
    assert tossed.owner.get(f"/partners/{tossed.name}/payments?game=coin").status_code == 404
    exported = tossed.owner.get(f"/partners/{tossed.name}/orders.csv?game=coin&format=machine")
    assert f"{tossed.name}-coin-orders-" in exported.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(exported.text)))
    assert {row["betId"]: row["state"] for row in rows} == {bet["id"]: tossed.ended(bet) for bet in tossed.bets}
    won = tossed.owner.get(f"/partners/{tossed.name}/wins.csv?game=coin&format=machine").text
    assert len(won.splitlines()) - 1 == sum(tossed.ended(bet) == "won" for bet in tossed.bets)


def test_the_console_finds_its_bets_and_tosses(tossed: Tossed) -> None:
    bet = tossed.bets[0]
    newest = tossed.console("/admin/orders")
    assert f"/admin/orders/coin/{bet['id']}" in newest
    found = tossed.console(f"/admin/orders?q={bet['id']}")
    assert found.count("/admin/orders/coin/") == 1
    assert tossed.console("/admin/orders?q=nobody").count("/admin/orders/coin/") == 0
    order = tossed.console(f"/admin/orders/coin/{bet['id']}")
    assert "bet.placed" in order
    assert "Coin corner" in order
    assert ">Coin toss</a>" in tossed.console("/admin/rounds")
    tosses = tossed.console("/admin/rounds?game=coin")
    assert f"/admin/rounds/coin/{bet['toss']}" in tosses
    toss = tossed.console(f"/admin/rounds/coin/{bet['toss']}")
    assert coin.side_of(bet["toss"]) in toss
    assert "coin.tossed" in toss
    assert "coin.tossed" in tossed.console("/admin/audit")
    assert tossed.operator.get("/admin/orders?game=none").status_code == 404
    assert tossed.operator.get("/admin/orders/coin/none").status_code == 404
    assert tossed.operator.get("/admin/rounds/coin/1").status_code == 404


def test_the_website_has_its_place(tossed: Tossed) -> None:
    start = tossed.page("/")
    assert '<a href="/coin">Tosses</a>' in start
    assert "The last toss: " in start
    assert str(tossed.bets[0]["toss"]) in tossed.page("/coin")
    assert '<a href="/coin">Coin toss</a>' in tossed.page("/luckotto").split('class="tabs"')[1]


def test_its_events_can_be_chosen_and_are_told(tossed: Tossed) -> None:
    form = tossed.page(f"/partners/{tossed.name}/webhooks")
    assert "a bet won, and is on your balance" in form
    chosen = re.search(r'<input[^>]*value="bet.won"[^>]*>', form)
    assert chosen is not None
    assert "checked" in chosen[0], "it says itself that it is suggested"
    told = tossed.server.get("/events").get_json()["events"]
    assert {event["type"] for event in told} >= {"bet.placed", "bet.won"}
    assert {event["game"] for event in told} == {"coin"}
    with tossed.app.app_context():
        db.session.rollback()
        assert db.session.query(Event).filter_by(type="bet.placed").count() == len(tossed.bets)


def test_it_is_absent_where_it_has_no_place(tossed: Tossed) -> None:
    where = {"partner": tossed.name, "playerPublicIdentifier": "ada", "playerPrivateIdentifier": "secret-7"}
    client = tossed.app.test_client()
    assert "Coin toss" not in client.get("/embed", query_string=where).text
    assert client.get("/embed", query_string=where | {"game": "coin"}).status_code == 404
    assert "Coin toss" not in tossed.console("/admin/payouts")
    assert "Coin toss" not in tossed.console("/admin/suspended")
    assert 'value="coin"' not in tossed.page(f"/partners/{tossed.name}").split('id="games"')[-1]


def test_its_job_is_rung_like_any_other(tossed: Tossed) -> None:
    assert "coin.toss" in {job.name for job in queue.PERIODIC_JOBS.get(tossed.app)}
    assert "coin.toss" not in {job.name for job in PRODUCT.periodic_jobs}


def test_a_development_reset_empties_its_tables_too(tossed: Tossed) -> None:
    """The last test of this file: nothing is left."""
    db.session.rollback()
    with transaction():
        reset.forget_the_game()
    assert db.session.query(coin.Bet).count() == db.session.query(coin.Toss).count() == 0
    db.session.rollback()
