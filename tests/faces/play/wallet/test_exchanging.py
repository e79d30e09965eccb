"""Exchanging by a form: what one gets is seen first, holds for ten minutes, and happens once."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from app.core.database.session import db, transaction
from app.core.ids import new_id
from app.money.wallets.exchange import service
from app.money.wallets.origins.ports import PLAYED
from app.record.ledger.entries import AccountRef, Posting
from app.record.ledger.service import post
from tests.money.wallets.money import top_up
from tests.personas import Persona

from .reading import key_on, read

PLACE = "/play/wallet/exchange"


@pytest.fixture
def dollars(app: Flask, ada: Persona) -> Persona:
    """Ada with 20 dollars of a card beside her gourdes, which a game takes; a rate, and 5,000 gourdes of the house."""
    assert ada.id is not None
    PLAYED.fill(app, lambda: {"HTG"})
    with transaction():
        top_up(ada.id, 2_000, None, currency="USD", provider="stripe", clearing_of="stripe", is_card=True)
        result = AccountRef("result", "", "HTG")
        post([Posting(AccountRef("clearing", "moncash", "HTG"), result, 500_000, "test", "house", "earned")])
        service.say_rate(new_id(), "USD", "HTG", "130.5", actor="operator:bea", reason="as the bank says")
    return ada


def quoted(who: Persona, amount: str = "20") -> Any:
    return who.post(PLACE, {"key": key_on(who.get(PLACE)), "currency": "USD", "amount": amount})


def test_what_one_gets_is_seen_first_and_happens_once(dollars: Persona) -> None:
    assert "1 USD = 130.5 HTG" in read(dollars.get(PLACE))
    for amount, said in (("x", "Write the amount in digits"), ("20.01", "There is not so much in this wallet.")):
        refused = quoted(dollars, amount)
        assert (refused.status_code, said in read(refused)) == (422, True), amount
    place = quoted(dollars).location
    page = dollars.get(place)
    assert "You give 20.00 USD You get 2,610.00 HTG" in read(page)
    assert "Holds until" in read(page)
    first, second = dollars.post(place), dollars.post(place)
    assert (first.status_code, second.status_code, second.location) == (303, 303, place)
    after = dollars.get(place, headers={"HX-Request": "true"})
    assert (after.status_code, "2,610.00 HTG are in your wallet." in read(after)) == (286, True)
    assert "3,844.50 HTG" in read(dollars.get("/play/wallet"))
    assert "You have no USD to exchange Top up in USD" in read(dollars.get(PLACE))
    assert f'{PLACE}"' not in dollars.get("/play/wallet/statement").text
    told = dollars.get("/play/wallet/statement?currency=USD")
    assert f'href="{place}"' in told.text


def test_a_quote_that_has_run_out_says_so_and_is_anothers_nowhere(dollars: Persona) -> None:
    place = quoted(dollars).location
    with transaction():
        for statement in (
            "SET LOCAL session_replication_role = replica",
            "UPDATE wallet_quotes SET quoted_at = now() - interval '1 hour', expires_at = now() - interval '1 minute'",
        ):
            db.session.execute(text(statement))
    refused = dollars.post(place)
    assert (refused.status_code, "This quote has run out" in read(refused)) == (422, True)
    assert f"{PLACE}?amount=20.00" in refused.text
    assert "20.00 USD" in read(dollars.get("/play/wallet"))
    assert dollars.get(f"{PLACE}/{new_id()}").status_code == 404


def test_more_than_the_house_has_is_refused_in_words(dollars: Persona) -> None:
    with transaction():
        service.say_rate(new_id(), "USD", "HTG", "999", actor="operator:bea", reason="a large one")
    place = quoted(dollars).location
    refused = dollars.post(place)
    assert refused.status_code == 422
    assert "We have not so much of the other currency at the moment." in read(refused)
    assert "20.00 USD" in read(dollars.get("/play/wallet"))


def test_a_cards_dollars_do_not_become_what_no_game_takes(app: Flask, dollars: Persona) -> None:
    """They could be played nowhere, and would leave no other way."""
    PLAYED.fill(app, frozenset)
    place = quoted(dollars).location
    page = dollars.get(place)
    assert "No game takes HTG yet: what was not played could neither be played nor leave." in read(page)
    assert ("Exchange it" in page.text, 'href="/play/wallet/draw?currency=USD"' in page.text) == (False, True)
    assert dollars.post(place).status_code == 422
    assert "20.00 USD" in read(dollars.get("/play/wallet"))
    PLAYED.fill(app, lambda: {"HTG"})
    assert dollars.post(place).status_code == 303
    assert "leave once you have played with them" in read(dollars.get("/play/wallet/draw?currency=HTG"))
