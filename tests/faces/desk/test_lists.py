"""A partner's lists: what they find, that the CSV is what the screen shows, and that no spreadsheet computes it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app.chain.models import DepositAddress
from app.core.database.session import db
from app.core.ids import parse_id
from app.faces.desk import export
from app.games.ticket_draw.models import TicketOrder
from app.people.accounts.models import User
from app.people.partners.models import PartnerSite
from dev.node.process import NodeProcess
from tests.factories.played import PRIVATE, ask, following_app, play
from tests.factories.world import World
from tests.personas import Persona, signed_in

ODD = "-2+3 cmd".replace("+", "_")  # what an identifier may hold and a spreadsheet would compute


class Desk:
    """The owner of the dearer site of a played round, after a second, unpaid order of a player with an odd name."""

    def __init__(self, app: Flask, world: World, owner: Persona, name: str, number: int) -> None:
        self.app, self.world, self.owner, self.name, self.number = app, world, owner, name, number

    def page(self, kind: str, query: str = "") -> str:
        answer = self.owner.get(f"/partners/{self.name}/{kind}{query}".replace("/?", "?").rstrip("/"))
        assert answer.status_code == 200
        return unescape(answer.text)

    def screen(self, kind: str, query: str = "") -> list[list[str]]:
        """The rows of the list on one page, cell by cell."""
        table = re.search(r'id="list-rows".*?<tbody>(.*?)</tbody>', self.page(kind, query), re.S)
        rows = re.findall(r"<tr.*?</tr>", table[1], re.S) if table else []
        plain = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S) for row in rows]
        return [[" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in cells] for cells in plain]

    def csv(self, kind: str, query: str = "") -> list[dict[str, str]]:
        answer = self.owner.get(f"/partners/{self.name}/{kind}.csv{query}")
        assert (answer.status_code, answer.mimetype) == (200, "text/csv")
        assert f'filename="{self.name}-{kind}-' in answer.headers["Content-Disposition"]
        assert answer.text.startswith("\ufeff") is ("format=machine" not in query)
        return list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))


@pytest.fixture(scope="module")
def desk(
    app_settings: dict[str, str],
    fresh_database: Callable[[], str],
    node: NodeProcess,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Desk]:
    folder: Path = tmp_path_factory.mktemp("desk")
    with following_app(app_settings, fresh_database(), node.rpc_url, folder) as app:
        played = play(app, node)
        name = played.receipts["ada"]["order"]["partnerName"]
        ask(played.client, name, ODD)
        db.session.rollback()
        email = db.session.scalars(
            select(User.email).join(PartnerSite, PartnerSite.owner_user_id == User.id).where(PartnerSite.name == name)
        ).one()
        yield Desk(app, played.world, signed_in(app, str(email)), name, played.number)


def test_orders_show_both_identifiers_and_every_state(desk: Desk) -> None:
    rows = desk.screen("orders")
    assert [(row[2], row[3], row[7]) for row in rows] == [
        (ODD, PRIVATE, "Waiting for payment"),
        ("eve", PRIVATE, "Late"),
        ("dan", PRIVATE, "Sold out"),
        ("ada", PRIVATE, "Did not win" if "Won" not in rows[-1][7] else "Won"),
    ]
    assert [row[5] for row in rows] == ["0", "4,400", "5,000", "8,900"]


@pytest.mark.parametrize("kind", ["orders", "payments", "wins", "balance", "figures", "team", "keys", "settings"])
def test_each_page_says_what_it_is_about(desk: Desk, kind: str) -> None:
    about = re.findall(r'<meta name="description" content="([^"]+)">', desk.page(kind))
    assert len(about) == 1
    assert len(about[0]) >= 10


def test_the_orders_say_in_words_who_uses_which_limit(desk: Desk) -> None:
    page = desk.page("orders")
    assert re.search(r'<details class="fold" id="limits">', page), "folded while nobody is refused"
    text = " ".join(re.sub(r"<[^>]+>", "", page).split())
    by_whom = rf"(; most of them for {ODD}: 1, of the [\d,]+ that one player may have)?"
    ways = ("by your server", "in your frame", "by strangers")
    used = [re.search(rf"(\d+) of [\d,]+ {way}{by_whom}", text) for way in ways]
    assert [(found[1], bool(found[2])) for found in used if found] == [("0", False), ("0", False), ("1", True)]


@pytest.mark.parametrize("kind", ["orders", "payments", "wins", "balance"])
def test_the_csv_has_the_rows_of_the_screen(desk: Desk, kind: str) -> None:
    screen, rows = desk.screen(kind), desk.csv(kind)
    assert len(rows) == len(screen)
    for shown, row in zip(screen, rows, strict=True):
        words = " ".join(shown).replace(",", "").replace("+", "")
        for column, value in row.items():
            if column.endswith("Sats") or column in ("tickets", "roundNumber", "blockHeight"):
                assert value in words.split(), (kind, column)
            if column.startswith("player"):
                assert value.removeprefix("'") in words


@pytest.mark.parametrize(
    ("query", "players"),
    [
        ("?q=da", ["dan", "ada"]),
        ("?q=DAN", ["dan"]),
        (f"?q={PRIVATE[4:12]}&state=sold_out", ["dan"]),
        ("?q=%25", []),
        ("?state=late", ["eve"]),
        ("?round=999", []),
        ("?since=2100-01-01", []),
        ("?until=2020-01-01", []),
        ("?since=2020-01-01&until=2100-01-01&state=waiting", [ODD]),
    ],
)
def test_search_and_filter_mean_the_same_on_screen_and_in_the_csv(desk: Desk, query: str, players: list[str]) -> None:
    assert [row[2] for row in desk.screen("orders", query)] == players
    assert [row["playerPublicIdentifier"].removeprefix("'") for row in desk.csv("orders", query)] == players


def test_an_order_is_found_by_its_id_its_address_and_its_transaction(desk: Desk) -> None:
    payment = next(row for row in desk.csv("payments") if row["playerPublicIdentifier"] == "eve")
    with desk.app.app_context():
        order = db.session.get_one(TicketOrder, parse_id(payment["orderId"]))
        address = db.session.get_one(DepositAddress, order.deposit_address_id).address
    for text in (payment["orderId"], payment["txid"], address, address.upper()):
        assert [row["playerPublicIdentifier"] for row in desk.csv("orders", f"?q={text}")] == ["eve"]
    assert len(desk.csv("payments", f"?q={payment['txid']}")) == 1


@pytest.mark.parametrize(
    "query", ["?round=x", "?round=0", "?since=yesterday", "?until=2031-13-01", "?state=odd", "?q=%00"]
)
def test_a_filter_that_cannot_be_read_is_told_and_lists_nothing(desk: Desk, query: str) -> None:
    page = desk.owner.get(f"/partners/{desk.name}/orders{query}")
    assert page.status_code == 422
    assert "The filter cannot be read" in page.text
    assert "<tbody>" not in page.text
    assert "\0" not in page.text
    assert re.findall(r'type="date"[^>]*value="(?!\d{4}-\d\d-\d\d|")', page.text) == [], "no browser can show it"
    assert desk.owner.get(f"/partners/{desk.name}/orders.csv{query}").status_code == 422


def test_a_filter_that_ends_before_it_begins_says_so_beside_its_field_and_keeps_both_days(desk: Desk) -> None:
    page = desk.owner.get(f"/partners/{desk.name}/orders?since=2026-12-02&until=2026-12-01")
    assert page.status_code == 422
    assert re.search(r'id="since-error">.*?“From” lies after “To”', page.text, re.DOTALL)
    assert re.findall(r'type="date"[^>]*value="([^"]*)"', page.text) == ["2026-12-02", "2026-12-01"]


def test_pages_go_on_where_the_last_one_ended(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    everything = [row["orderId"] for row in desk.csv("orders")]
    monkeypatch.setattr("app.faces.desk.pages.SHOWN", 3)
    monkeypatch.setattr(export, "BATCH", 2)
    assert [row["orderId"] for row in desk.csv("orders")] == everything
    first = desk.page("orders")
    following = re.search(r'rel="next" href="([^"]+)"', first)
    assert following
    fragment = desk.owner.get(following[1], headers={"HX-Request": "true"}).text
    assert "<html" not in fragment
    assert first.count('<tr id="row-') + fragment.count('<tr id="row-') == len(everything)


def test_what_looks_like_a_formula_is_text_and_numbers_are_numbers(desk: Desk) -> None:
    raw = desk.owner.get(f"/partners/{desk.name}/orders.csv").text
    assert f",'{ODD}," in raw
    exact = desk.csv("orders", "?format=machine")
    assert ODD in {row["playerPublicIdentifier"] for row in exact}
    assert [row["orderId"] for row in exact] == [row["orderId"] for row in desk.csv("orders")]
    assert desk.owner.get(f"/partners/{desk.name}/orders.csv?format=excel").status_code == 422


def test_another_sites_orders_are_never_listed(desk: Desk) -> None:
    players = {row["playerPublicIdentifier"] for row in desk.csv("orders")}
    assert not players & {"bob", "cleo", "fay"}
    assert {row["playerPublicIdentifier"] for row in desk.csv("payments")} == {"ada", "dan", "eve"}


def test_the_balance_is_told_over_time_and_by_what_waits(desk: Desk) -> None:
    page = desk.page("balance")
    lines = desk.csv("balance")
    total = sum(int(line["amountSats"]) for line in lines)
    assert total == 900  # eight tickets of ada's at an edge of 100, and a remainder of 100
    picture = re.search(r'aria-label="(Earned from [^"]+)"', page)
    assert picture
    assert f": {total:,} sats on 1 days" in picture[1]
    assert re.search(r'aria-label="Balance: 0 sats on [^"]+, 900 sats on ', page)
    waits = re.search(r'id="suspended".*?</section>', page, re.S)
    assert waits
    words = re.sub(r"<[^>]+>", " ", waits[0])
    assert "Sold out · Ticket draw 5,000" in " ".join(words.split())
    assert "Late · Ticket draw 4,400" in " ".join(words.split())
    overview = desk.page("")
    (need,) = re.findall(r'<li class="need need-(\w+)">(?:(?!</li>).)*9,400 sats wait for their refund', overview, re.S)
    assert need == "waits", "a partner can do nothing about it"
    assert "Our operators decide once its round is over" in overview


def test_first_steps_are_over_with_the_first_paid_ticket(desk: Desk) -> None:
    assert "First steps" not in desk.page("")
