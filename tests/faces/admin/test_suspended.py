"""Suspended money of many rounds and both games: narrowed by the address, decided at once, each payment once."""

from __future__ import annotations

import re
from html import unescape
from random import Random
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, text

from app.core.database.session import db
from app.core.errors import DomainError
from app.faces.admin.watch.money import suspense
from app.selling.windows.orders import refunds
from dev.node.process import NodeProcess
from tests.games.luckotto.conftest import Lottery
from tests.worlds import Worlds

from .operators import Operator

SEVEN = range(1, 8)


@pytest.fixture
def windows() -> dict[str, str]:
    return {"ROUND_LENGTH_BLOCKS": "4"}


@pytest.fixture
def lottery(chain_app: Flask, node: NodeProcess, worlds: Worlds) -> Lottery:
    return Lottery(chain_app, node, worlds).begin(late=True)


@pytest.fixture
def rounds(lottery: Lottery) -> list[str]:
    """Two rounds of the ticket draw and one of Luckotto, each with a payment below the least; all of them over."""
    return lottery.recalled("suspended in three rounds", lambda: _suspended(lottery))


def _suspended(lottery: Lottery) -> list[str]:
    site = lottery.site(edge_percent=10)
    found = []
    for player in ("ada", "bob"):
        order = lottery.order(site, player)
        lottery.send(order.address, 1_200)
        lottery.mine()
        lottery.finish(order.round_number)
        found.append(f"rounds:{order.round_number}")
    made = lottery.buy(lottery.site_id(edge_percent=5), SEVEN, "cleo")
    lottery.pay(made, 1_000)
    lottery.mine()
    lottery.draw(made["roundNumber"])
    lottery.mine(4)
    db.session.rollback()
    return [*found, f"luckotto:{made['roundNumber']}"]


@pytest.fixture
def operator(lottery: Lottery, rounds: list[str]) -> Operator:
    return Operator(lottery.app)


def ticked(page: str) -> list[str]:
    return re.findall(r'name="round" value="([^"]+)"', page)


def balances() -> int:
    db.session.rollback()
    return int(db.session.scalar(text("SELECT sum(balance) FROM ledger_accounts WHERE kind = 'partner'")) or 0)


def decisions() -> list[Any]:
    db.session.rollback()
    rows = "SELECT subject, reason, detail FROM audit_entries WHERE action = 'payments.refunded' ORDER BY id"
    return list(db.session.execute(text(rows)))


def test_one_form_lists_every_round_the_newest_first(operator: Operator, rounds: list[str]) -> None:
    page = operator.get("/admin/suspended").text
    assert sorted(ticked(page)) == sorted(rounds)
    heights = {
        f"{game}:{row[0]}": row[1]
        for game, table in (("rounds", "rounds"), ("luckotto", "luckotto_rounds"))
        for row in db.session.execute(text(f"SELECT round_number, closing_height FROM {table}"))
    }
    assert [heights[one] for one in ticked(page)] == sorted((heights[one] for one in rounds), reverse=True)
    assert page.count('action="/admin/suspended/decide"') == 1, "no form a row"
    assert "3 payments" in page


def test_the_address_narrows_it(operator: Operator, rounds: list[str]) -> None:
    assert ticked(operator.get("/admin/suspended?game=luckotto").text) == [rounds[2]]
    fates = set(db.session.scalars(text("SELECT status FROM luckotto_payments WHERE refundable_sats > 0")))
    assert len(fates) == 1
    assert rounds[2] in ticked(operator.get(f"/admin/suspended?fate={fates.pop()}").text)
    assert ticked(operator.get("/admin/suspended?fate=late").text) == []
    first = ticked(operator.get("/admin/suspended").text)[0]
    kind, _, number = first.partition(":")
    table = {"rounds": "rounds", "luckotto": "luckotto_rounds"}[kind]
    query = text(f"SELECT closing_height FROM {table} WHERE round_number = :n")
    height = db.session.scalar(query, {"n": int(number)})
    db.session.rollback()
    assert first not in ticked(operator.get(f"/admin/suspended?before={height}-{kind}").text)
    for wrong in ("before=nonsense", "fate=%00", "show=nonsense", "game=nonsense"):
        assert operator.get(f"/admin/suspended?{wrong}").status_code in (404, 422), wrong


def test_one_reason_for_all_that_are_ticked_and_each_payment_once(
    operator: Operator, lottery: Lottery, rounds: list[str]
) -> None:
    before = balances()
    bare = operator.post("/admin/suspended/decide", {"round": rounds[:2], "reason": " "})
    assert bare.status_code == 422
    assert all(f"round={one}" in bare.text for one in rounds[:2]), "what was ticked stays ticked"
    nothing = operator.get("/admin/suspended/decide")
    assert (nothing.status_code, "Tick at least one round." in nothing.text) == (422, True)
    assert 'tabindex="-1" data-focus autofocus>Tick at least' in nothing.text, "who is refused is taken to the reason"
    assert nothing.text.count(" autofocus") == 1
    assert balances() == before
    done = operator.post("/admin/suspended/decide", {"round": rounds, "reason": "below the least"})
    assert done.status_code == 303
    assert "3 payments went to balances." in operator.get(done.location).text
    given = balances()
    assert given == before + 1_200 + 1_200 + 1_000
    assert {row.reason for row in decisions()} == {"below the least"}
    assert len(decisions()) == 3
    again = operator.post("/admin/suspended/decide", {"round": rounds, "reason": "again"})
    assert "Nothing was due any more." in operator.get(again.location).text
    assert balances() == given
    assert lottery.breaches() == []


def test_it_is_asked_before_anything_is_given(operator: Operator, lottery: Lottery, rounds: list[str]) -> None:
    """How much, to how many: a link, so that it needs no scripts; the safe answer has the focus and keeps the ticks."""
    before = balances()
    sent = operator.post("/admin/suspended", {"round": rounds, "reason": "one click"})
    assert sent.status_code == 303, "a page that was opened before there was a question"
    asks = operator.get(sent.location).text
    assert "Give 3,400 sats to partners?" in asks
    (whose,) = re.findall("3,400 sats of 3 payments in 3 rounds go to the balances of ([^.]+)[.]", asks)
    db.session.rollback()
    names = set(db.session.scalars(text("SELECT name FROM partner_sites")))
    assert len(set(whose.split(", ")) & names) == 2, "whose they are is said where they are few"
    (safe,) = re.findall(r'<a class="button button-primary" href="([^"]+)"\s+autofocus>Leave it suspended', asks)
    assert asks.count(" autofocus") == 1
    back = operator.get(unescape(safe)).text
    assert back.count(" checked") == 3
    late = operator.get("/admin/suspended/decide", query_string={"round": rounds, "fate": "late"})
    assert "Give 0 sats to partners?" in late.text
    assert balances() == before, "nothing is given by asking"
    (action,) = re.findall(r'method="post" action="(/admin/suspended/decide[^"]+)"', asks)
    assert operator.get(unescape(action)).status_code == 200, "loading it again asks again"
    assert operator.post(unescape(action), {"reason": "below the least"}).status_code == 303
    assert balances() == before + 3_400
    assert lottery.breaches() == []


def test_what_waits_for_an_operator_is_a_need_of_the_overview(operator: Operator, rounds: list[str]) -> None:
    """It weighs as much as what is broken, and is gone once it is decided."""
    needs = r'<a href="/admin/suspended">3 suspended payments wait for your decision.</a>'
    page = operator.get("/admin").text
    listed = page[page.index('id="concerns"') :]
    assert needs in listed[: listed.index("</ul>")]
    assert operator.post("/admin/suspended/decide", {"round": rounds, "reason": "they wait"}).status_code == 303
    assert "wait for your decision" not in operator.get("/admin").text


def test_what_cannot_be_decided_yet_says_why(
    operator: Operator, rounds: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "its block is not buried" not in operator.get("/admin/suspended").text
    monkeypatch.setattr(suspense.chain, "tip_height", lambda: 0)
    page = operator.get("/admin/suspended").text
    assert ticked(page) == []
    assert page.count("its block is not buried") == len(rounds)
    shown = re.findall(r'<td class="at-4 at-named end"\s+data-label="Not yet">\s*<data', page)
    assert len(shown) == len(rounds), "its sum has a name on a phone too"


def test_only_what_the_filter_shows_is_decided(operator: Operator, rounds: list[str]) -> None:
    before = balances()
    operator.post("/admin/suspended/decide?fate=late", {"round": rounds, "reason": "late ones"})
    assert balances() == before


def test_a_round_that_fails_is_named_and_the_others_are_done(
    operator: Operator, lottery: Lottery, rounds: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    real, before = refunds.decide, balances()

    def fails(game: Any, actor: str, reason: str, number: int, **more: Any) -> int:
        found = real(game, actor, reason, number, **more)
        if f"{game.name}:{number}" == rounds[1]:
            raise DomainError("insufficient_funds", status=409)  # after its writes: they must not stay
        return found

    monkeypatch.setattr(refunds, "decide", fails)
    done = operator.post("/admin/suspended/decide", {"round": rounds, "reason": "why"})
    page = operator.get(done.location).text
    assert f"Ticket draw, round {rounds[1].partition(':')[2]} was not decided" in page
    assert "2 payments went to balances." in page
    assert balances() == before + 2_200
    assert ticked(page) == [rounds[1]]
    assert lottery.breaches() == []


def test_hundreds_of_rounds_that_fail_are_said_in_what_a_browser_keeps(
    operator: Operator, lottery: Lottery, rounds: list[str]
) -> None:
    invented = [f"rounds:{number}" for number in Random(7).sample(range(100_000, 900_000_000), 900)]
    done = operator.post("/admin/suspended/decide", {"round": [*invented, *rounds], "reason": "why"})
    assert max(len(cookie) for cookie in done.headers.getlist("Set-Cookie")) < 4_000
    page = operator.get(done.location).text
    assert page.count("was not decided:") == 10
    assert "890 more were not decided." in page
    assert "3 payments went to balances." in page
    assert lottery.breaches() == []


def test_the_list_asks_as_much_for_many_rounds_as_for_one(operator: Operator, rounds: list[str]) -> None:
    counts = []
    for path in ("/admin/suspended", "/admin/suspended?game=rounds&fate=late"):
        operator.get(path)
        seen: list[str] = []
        listener = lambda conn, cursor, statement, *rest: seen.append(statement)  # noqa: E731, B023
        event.listen(db.engine, "before_cursor_execute", listener)
        operator.get(path)
        event.remove(db.engine, "before_cursor_execute", listener)
        counts.append(len(seen))
    assert max(counts) <= 14, counts


def test_pages_of_the_order_are_followed_until_the_partner_has_the_money(
    operator: Operator, lottery: Lottery, rounds: list[str]
) -> None:
    """The public page and the console's ask until the refund is decided, and then say since when."""
    db.session.rollback()
    order = db.session.scalar(text("SELECT id FROM ticket_orders ORDER BY id LIMIT 1"))
    luckotto = db.session.scalar(text("SELECT id FROM luckotto_orders"))
    paths = [f"/slips/{order}", f"/admin/orders/rounds/{order}"]
    paths += [f"/luckotto/orders/{luckotto}", f"/admin/orders/luckotto/{luckotto}"]
    db.session.rollback()
    fragment = {"HX-Request": "true"}

    def pages() -> list[tuple[int, bool]]:
        answers = [operator.get(path, headers=fragment) for path in paths]
        return [(one.status_code, "since" in one.text or "given to the partner" in one.text) for one in answers]

    assert pages() == [(200, False)] * 4
    assert "waits for its refund" in operator.get(paths[1]).text
    assert operator.post("/admin/suspended/decide", {"round": rounds, "reason": "they waited"}).status_code == 303
    assert pages() == [(286, True)] * 4
    assert "has had the money since" in operator.get(paths[0]).text
    left_open = re.findall(r'hx-trigger="every (\w+)"', operator.get(paths[2]).text)
    assert left_open == ["60s"], "its last word is said, and money may still come late"
