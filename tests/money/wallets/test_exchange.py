"""Dollars become gourdes by a rate that two operators said: quoted for ten minutes, once, and never out of what others
may claim."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from app.core.database.session import db, transaction
from app.core.errors import DomainError
from app.core.ids import new_id
from app.money.wallets.exchange import rules, saying, service
from app.money.wallets.origins import service as origins
from app.money.wallets.origins.ports import PLAYED
from app.money.wallets.withdrawals import service as withdrawals
from app.record.ledger.entries import AccountRef, Posting
from app.record.ledger.service import post
from tests.people.approvals.conftest import house  # noqa: F401  (a fixture)
from tests.people.approvals.people import confirm, session_of
from tests.personas import Persona
from tests.properties.profile import searched

from .money import top_up
from .test_story import ada, breaches, way  # noqa: F401  (fixtures)

HOUSE_GOURDES = 100_000


@pytest.fixture
def dollars(house: Flask, ada: Persona) -> Persona:  # noqa: F811
    """Ada with 20 dollars of a card beside her gourdes, which a game takes; and 1,000 gourdes of the house's own."""
    assert ada.id is not None
    PLAYED.fill(house, lambda: {"HTG"})
    result = AccountRef("result", "", "HTG")
    with transaction():
        card = {"currency": "USD", "provider": "stripe", "clearing_of": "stripe", "is_card": True}
        top_up(ada.id, 2_000, None, **card)
        post([Posting(AccountRef("clearing", "moncash", "HTG"), result, HOUSE_GOURDES, "test", "house", "earned")])
    return ada


def say(rate: str) -> None:
    with transaction():
        waiting = saying.propose("USD", "HTG", rate, "as the bank says", actor="operator:operator", again=rate)
        assert waiting is not None
        approval = waiting.id
    confirm(approval, session_of("bea"))


def quote(who: Persona, amount: int, into: str = "HTG") -> Any:
    return who.browser.post("/api/players/wallets/USD/quotes", json={"amountMinor": amount, "into": into})


def accept(who: Persona, identifier: str) -> Any:
    return who.browser.post(f"/api/players/quotes/{identifier}/accept")


def test_a_quote_is_kept_to_once_and_the_money_keeps_its_origin(house: Flask, dollars: Persona) -> None:  # noqa: F811
    assert quote(dollars, 500).get_json()["code"] == "exchange_closed", "nobody has said a rate"
    say("131.5")
    made = quote(dollars, 500).get_json()["quote"]
    assert (made["soldMinor"], made["boughtMinor"], made["rate"]) == (500, 65_750, "131.5")
    say("99")
    assert accept(dollars, made["id"]).get_json()["quote"]["usedAt"]
    assert accept(dollars, made["id"]).get_json()["code"] == "quote_over"
    found = {one["currency"]: one["balanceMinor"] for one in dollars.get("/api/players/wallets").get_json()["wallets"]}
    assert (found["USD"], found["HTG"]) == (1_500, 50_000 + 65_750)
    line = dollars.get("/api/players/wallets/HTG/lines").get_json()["items"][0]
    assert (line["kind"], line["reference"]) == ("exchange_bought", f"exchange:{made['id']}")
    asked = {"amountMinor": 50_001, "method": "moncash", "account": dollars.email}
    told = dollars.browser.post("/api/players/wallets/HTG/withdrawals", json=asked).get_json()
    assert told["params"]["leavableMinor"] == 50_000, "a card's money is a card's in every currency"
    assert breaches() == []


def test_what_is_not_exchanged(house: Flask, dollars: Persona) -> None:  # noqa: F811
    say("131.5")
    assert quote(dollars, 2_001).get_json()["code"] == "insufficient_funds"
    assert quote(dollars, 100, "PHP").get_json()["code"] == "exchange_closed"
    large = quote(dollars, 1_000).get_json()["quote"]["id"]
    assert accept(dollars, large).get_json()["code"] == "exchange_too_large", "131,500 of the house's 100,000"
    late = quote(dollars, 100).get_json()["quote"]["id"]
    with transaction() as session:
        session.execute(text("SET LOCAL session_replication_role = replica"))
        session.execute(text("UPDATE wallet_quotes SET quoted_at = now() - interval '1 h', expires_at = now()"))
    assert accept(dollars, late).get_json()["code"] == "quote_over"
    assert accept(dollars, str(new_id())).status_code == 404
    with transaction() as session:
        session.execute(text("SET LOCAL session_replication_role = replica"))
        session.execute(text("UPDATE wallet_rates SET said_at = now() - interval '25 h'"))
    assert quote(dollars, 100).get_json()["code"] == "exchange_closed", "a rate of yesterday"
    assert breaches() == []


def test_of_many_who_ask_at_once_no_more_leaves_than_there_is(house: Flask, ada: Persona) -> None:  # noqa: F811
    """Twelve withdrawals of a tenth each, and six halves: one after the other whatever the threads do."""
    assert ada.id is not None
    person: UUID = ada.id

    def ask(amount: int) -> int:
        with house.app_context():
            try:
                with transaction():
                    withdrawals.ask(person, "HTG", amount, "moncash", str(ada.email))
            except DomainError as refused:
                return 0 if refused.code == "insufficient_funds" else 10**9
            finally:
                db.session.remove()
            return amount

    db.session.rollback()
    with ThreadPoolExecutor(6) as threads:
        drawn = sum(threads.map(ask, [5_000, 25_000, 5_000] * 6))
    assert 45_000 <= drawn <= 50_000
    assert ada.get("/api/players/wallets").get_json()["wallets"][0]["heldMinor"] == drawn
    assert breaches() == []


@searched()
@given(st.integers(1, 10**9), st.decimals("0.000001", "999999", places=6))
def test_the_house_never_gives_more_than_the_rate(sold: int, rate: Decimal) -> None:
    try:
        got = rules.bought_for(sold, rate, "USD", "HTG")
    except DomainError:
        assert sold * rate < 1 or sold * rate > 10**14
    else:
        assert got <= sold * rate < got + 1


def test_a_rate_is_a_decimal() -> None:
    for wrong in ("0", "-1", "1e3", "1.1234567", "nan", "", "1,5"):
        with pytest.raises(DomainError, match="rate_invalid"):
            rules.parse_rate(wrong)


def test_the_dollars_of_a_card_are_gourdes_of_a_card(house: Flask, dollars: Persona) -> None:  # noqa: F811
    with transaction():
        service.say_rate(new_id(), "USD", "HTG", "10", actor="system", reason="a test")
    made = quote(dollars, 2_000).get_json()["quote"]["id"]
    assert accept(dollars, made).status_code == 200
    assert dollars.id is not None
    with transaction():
        found = [one for one in origins.origins_of(dollars.id) if one.is_card]
    assert sorted((one.currency, one.unplayed) for one in found) == [("HTG", 20_000), ("USD", 0)]
