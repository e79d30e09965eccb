"""Payments and lines of a wallet in thousands: narrowed, a page at a time, with where each leads, and as files that no
spreadsheet computes."""

from __future__ import annotations

import csv
import re
from typing import Any

from sqlalchemy import event, text

from app.core.database.session import db, transaction
from app.core.ids import new_ids
from app.money.gateways import asking, service
from app.money.gateways.service import Wanted
from app.money.wallets.topups import service as topups
from app.money.wallets.withdrawals import service as withdrawals
from tests.money.gateways.shop import FakeGateway, paid
from tests.personas import Persona

from .reading import read

MANY = 10_000


def many(who: Persona) -> None:
    """Thousands of payments that nobody paid, one after the other."""
    with transaction():
        db.session.execute(
            text(
                "INSERT INTO gateway_payments (id, user_id, purchase_kind, purchase_id, provider, currency,"
                " amount_minor, state, expires_at, next_ask_at) SELECT id, :user, 'topup', id, 'moncash', 'HTG', 100,"
                " 'expired', now(), NULL FROM unnest(CAST(:ids AS uuid[])) AS made (id)"
            ),
            {"user": who.id, "ids": [str(one) for one in new_ids(MANY)]},
        )


def statements(who: Persona, place: str) -> tuple[Any, int]:
    """A page, and how many statements it took."""
    asked: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        return who.get(place), len(asked)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def ids(page: Any) -> list[str]:
    return re.findall(r'id="move-([0-9a-f-]+)"', page.text)


def test_ten_thousand_rows_a_page_at_a_time(ada: Persona, gateway: FakeGateway) -> None:
    assert ada.id is not None
    with transaction():
        withdrawals.ask(ada.id, "HTG", 10_000, "moncash", str(ada.email))
    few, cost = statements(ada, "/play/wallet/payments")
    assert len(ids(few)) == 1
    many(ada)
    page, of_many = statements(ada, "/play/wallet/payments")
    assert (len(ids(page)), of_many) == (50, cost + 1), "one asks which payments are wished back"
    seen = ids(page)
    older = re.search(r'rel="next" href="([^"]+)"', page.text)
    assert older is not None
    following = ada.get(older[1].replace("&amp;", "&"))
    assert len(set(seen) | set(ids(following))) == 100
    assert seen == sorted(seen, reverse=True)
    assert len(ids(ada.get("/play/wallet/payments?direction=out"))) == 1
    assert len(ids(ada.get("/play/wallet/payments?standing=moving&currency=HTG"))) == 1
    assert "Nothing matches." in read(ada.get("/play/wallet/payments?currency=USD"))
    for wrong in ("direction=up", "standing=x", "currency=sat"):
        assert ada.get(f"/play/wallet/payments?{wrong}").status_code == 404
    assert ada.get("/play/wallet/payments?before=x").status_code == 422
    rows = list(csv.reader(ada.get("/play/wallet/payments.csv").text.splitlines()))
    assert len(rows) == MANY + 2
    assert rows[-1][1:6] == ["out", "100.00", "HTG", f"MonCash …{str(ada.email)[-4:]}", "Waits to be looked at"]


def test_each_line_leads_to_what_it_was(ada: Persona, gateway: FakeGateway) -> None:
    assert ada.id is not None
    with transaction():
        topup_id = topups.begin(ada.id, "HTG", 20_000)
        payment_id = service.create(Wanted(ada.id, "moncash", "HTG", 20_000), "topup", topup_id)
    asking.begin(payment_id)
    gateway.answer = paid(20_000, payer=str(ada.email))
    asking.ask(payment_id)
    with transaction():
        service.refund(payment_id, 5_000, actor="operator:bea", reason="asked for it")
    page = ada.get("/play/wallet/statement?currency=HTG")
    told = re.findall(r'scope="row" class="at-1"><a href="([^"]+)">([^<]+)', page.text)
    assert told == [
        (f"/payments/{payment_id}", "Sent back to where it came from"),
        (f"/payments/{payment_id}", "Paid in"),
    ]
    said = read(page)
    assert "-50.00 HTG 1,384.50 HTG" in said
    assert "200.00 HTG 1,434.50 HTG" in said
    assert "1,234.50 HTG 1,234.50 HTG" in said
    assert "Nothing yet" in read(ada.get("/play/wallet/statement?currency=USD"))
    file = ada.get("/play/wallet/statement.csv?currency=HTG").text
    assert file.startswith("\ufeff")
    rows = list(csv.reader(file.splitlines()))
    assert [row[1:4] for row in rows[1:]] == [
        ["Sent back to where it came from", "-50.00", "1384.50"],
        ["Paid in", "200.00", "1434.50"],
        ["Paid in", "1234.50", "1234.50"],
    ]
