"""The figures: what they count, that game and period are in the address, that the CSV is the screen, and their cost."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import event, select

from app.core.database.session import db
from app.core.web import charts
from app.faces.desk.period import period_of
from app.people.accounts.models import User
from dev.node.process import NodeProcess
from tests.games.luckotto.conftest import Lottery
from tests.personas import Persona, signed_in
from tests.worlds import Worlds

TODAY = date(2031, 5, 6)


@pytest.mark.parametrize(
    ("asked", "since", "until", "step"),
    [
        ({}, "2031-04-07", "2031-05-06", "day"),
        ({"days": "7"}, "2031-04-30", "2031-05-06", "day"),
        ({"days": "365"}, "2030-05-07", "2031-05-06", "month"),
        ({"since": "2031-01-31", "until": "2031-02-01"}, "2031-01-31", "2031-02-01", "day"),
        ({"until": "2031-01-30"}, "2031-01-01", "2031-01-30", "day"),
        ({"since": "2031-05-01", "days": "7"}, "2031-05-01", "2031-05-06", "day"),
    ],
)
def test_a_period_is_what_the_address_says(asked: dict[str, str], since: str, until: str, step: str) -> None:
    found = period_of(asked, TODAY)
    assert (found.since.isoformat(), found.until.isoformat(), found.step, found.errors) == (since, until, step, {})
    assert found.ends_at - found.begins_at == timedelta(days=(found.until - found.since).days + 1)
    assert found.steps[0] == found.step_of(found.since)
    assert found.steps[-1] == found.step_of(found.until)


def test_the_time_before_a_period_is_as_long_and_ends_where_it_begins() -> None:
    before = period_of({"since": "2031-03-01", "until": "2031-03-10"}, TODAY).before
    assert (before.since.isoformat(), before.until.isoformat()) == ("2031-02-19", "2031-02-28")


@pytest.mark.parametrize(
    ("asked", "wrong"),
    [
        ({"days": "8"}, "days"),
        ({"since": "yesterday"}, "since"),
        ({"since": "2031-05-06", "until": "2031-05-05"}, "since"),
        ({"since": "2020-01-01"}, "since"),
        ({"until": "9999-12-31"}, "until"),
        ({"until": "2031-05-06\0"}, "until"),
    ],
)
def test_a_period_that_is_none_is_told_at_its_field(asked: dict[str, str], wrong: str) -> None:
    assert list(period_of(asked, TODAY).errors) == [wrong]


def test_bars_have_one_measure_and_leave_nothing_out() -> None:
    drawn = charts.bars([0, 100, 50], [0, 25, 0])
    assert (drawn.width, drawn.most) == (3 * charts.STEP, 100)
    assert [(bar.x, bar.y, bar.height) for bar in drawn.whole] == [(11, 0, 100), (21, 50, 50)]
    assert [(bar.x, bar.height) for bar in drawn.part] == [(11, 25)]
    assert charts.bars([0], [0]).whole == []


@pytest.fixture
def lottery(chain_app: Flask, node: NodeProcess, worlds: Worlds) -> Lottery:
    return Lottery(chain_app, node, worlds).begin()


@pytest.fixture
def owner_of(lottery: Lottery) -> Callable[[], tuple[Persona, str, str]]:
    def made() -> tuple[Persona, str, str]:
        site = lottery.made(edge_percent=10)
        email = db.session.scalars(select(User.email).where(User.id == site.owner_user_id)).one()
        return signed_in(lottery.app, str(email)), site.name, str(site.id)

    return made


def rows(owner: Persona, path: str) -> list[dict[str, str]]:
    answer = owner.get(path)
    assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    return list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))


def cells(page: str) -> list[list[str]]:
    table = re.search(r'id="figures-rows".*?<tbody>(.*?)</tbody>', page, re.S)
    assert table
    plain = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S) for row in re.findall(r"<tr.*?</tr>", table[1], re.S)]
    return [[" ".join(unescape(re.sub(r"<[^>]+>", " ", cell)).split()) for cell in row] for row in plain]


def test_the_figures_of_a_played_game(lottery: Lottery, owner_of: Callable[[], tuple[Persona, str, str]]) -> None:
    owner, name, site_id = owner_of()
    here = f"/partners/{name}/figures"
    assert "Nothing happened in this time." in owner.get(here).text
    first, again = lottery.buy(site_id, range(1, 13), "whale"), lottery.buy(site_id, [1, 2, 3, 4, 5, 6, 8], "whale")
    lottery.buy(site_id, [2, 3, 4, 5, 6, 7, 8], "bob")
    lottery.pay_at_once([first])
    page = owner.get(here)
    assert page.status_code == 200
    today = datetime.now(UTC).date().isoformat()
    shown, told = cells(page.text), rows(owner, f"{here}.csv?format=machine")
    assert [(row["begins"], row["game"], row["addresses"], row["paid"], row["players"]) for row in told] == [
        (today, "luckotto", "3", "1", "1")
    ]
    assert told[0]["conversionPercent"] == "33.3"
    people = rows(owner, f"{here}.csv")
    assert people[0]["conversionPercent"] == "33.3", "a number for a spreadsheet too, not a text"
    assert int(told[0]["salesSats"]) == first["totalSats"]
    assert told[0]["earnedSats"] == "0", "nothing is settled yet"
    row = [cell.replace(",", "") for cell in shown[0]]
    assert row == [today, "Luckotto", "3", "1", "33.3%", "1", told[0]["salesSats"], "0"]
    assert "3 addresses given out, 1 of them paid, by 1 player." in page.text
    lottery.draw(first["roundNumber"])
    after = rows(owner, f"{here}.csv?format=machine&game=luckotto&days=7")
    assert int(after[0]["earnedSats"]) >= first["feeSats"]
    assert cells(owner.get(f"{here}?game=luckotto&days=7").text)[0][-1] == f"{int(after[0]['earnedSats']):,}"
    assert rows(owner, f"{here}.csv?game=rounds") == [], "the other game sold nothing"
    assert rows(owner, f"{here}.csv?until=2020-01-01") == []
    assert again["id"] != first["id"]


def test_what_cannot_be_read_is_said_and_what_is_not_there_is_not_found(
    owner_of: Callable[[], tuple[Persona, str, str]],
) -> None:
    owner, name, _ = owner_of()
    here = f"/partners/{name}/figures"
    refused = owner.get(f"{here}?since=soon")
    assert (refused.status_code, 'aria-invalid="true"' in refused.text) == (422, True)
    assert owner.get(f"{here}.csv?since=soon").status_code == 422
    assert owner.get(f"{here}.csv?format=excel").status_code == 422
    assert owner.get(f"{here}?game=roulette").status_code == 404
    assert owner.get(f"{here}.csv?game=roulette").status_code == 404


def test_the_figures_cost_the_same_however_much_there_is(
    lottery: Lottery, owner_of: Callable[[], tuple[Persona, str, str]]
) -> None:
    owner, name, site_id = owner_of()
    statements: list[str] = []
    listen = lambda *given: statements.append(str(given[2]))  # noqa: E731
    engine = db.engine
    costs = []
    for _ in range(2):
        for player in ("ann", "bea", "cid"):
            lottery.buy(site_id, [1, 2, 3, 4, 5, 6, 7], player)
        event.listen(engine, "before_cursor_execute", listen)
        try:
            statements.clear()
            assert owner.get(f"/partners/{name}/figures").status_code == 200
            costs.append(len(statements))
        finally:
            event.remove(engine, "before_cursor_execute", listen)
    assert costs[0] == costs[1] > 0
