"""Drawing out by a form: own accounts and what waits are said before, two clicks draw once, each step is told once."""

from __future__ import annotations

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text

from app.core.database.session import db, transaction
from app.money.wallets.origins import service as origins
from app.money.wallets.ways import WAYS, PayoutAnswer
from app.money.wallets.withdrawals import by_hand, sending, service
from app.people.notices import queries as notices
from tests.money.wallets.money import Way, top_up
from tests.personas import Persona, form_token

from .conftest import browser_of
from .reading import key_on, read

PLACE = "/play/wallet/draw"
LIVE = {"HX-Request": "true"}


def form_of(who: Persona, **more: str) -> dict[str, str]:
    return {"key": "k1", "currency": "HTG", "amount": "1000", "to": f"moncash:{who.email}", **more}


def withdrawals() -> int:
    found = int(db.session.scalar(text("SELECT count(*) FROM wallet_withdrawals")) or 0)
    db.session.rollback()
    return found


def test_own_accounts_are_named_and_refusals_said_beside_their_field(ada: Persona) -> None:
    page = ada.get(PLACE)
    assert f"MonCash {ada.email} It is yours: you signed in with it. 1,234.50 HTG may go there now. " in read(page)
    assert ("One of us pays it there by hand" in read(page)) is ("moncash" not in WAYS.get())
    other = {"to": "other", "way": "moncash"}
    for given, said in (
        ({"amount": "abc"}, "Write the amount in digits"),
        ({"amount": "1234.51"}, "There is not so much in this wallet."),
        ({**other, "account": "+50934000000"}, "Money leaves only for your own accounts"),
        ({**other, "account": "nonsense"}, "This is no account"),
        ({**other, "account": " "}, "This is no account"),
        ({**other, "way": "gcash", "account": str(ada.email)}, "This currency is not paid out in this way."),
        ({**other, "way": "bank", "account": "HT12345678"}, "verif"),
        ({"to": "moncash:+50934000000"}, "This is no account"),
    ):
        refused = ada.post(PLACE, form_of(ada, **given))
        assert refused.status_code == 422, given
        assert said in read(refused), given
    assert 'value="abc"' in ada.post(PLACE, form_of(ada, amount="abc")).text
    assert withdrawals() == 0
    assert ada.get(f"{PLACE}?currency=sat").status_code == 404
    assert ada.browser.application.test_client().get(PLACE).status_code == 303


def test_what_its_way_does_not_pay_is_refused_before_it_is_set_aside(app: Flask, ada: Persona) -> None:
    Way(whole=True).into(app)
    refused = ada.post(PLACE, form_of(ada, amount="0.5"))
    assert (refused.status_code, withdrawals()) == (422, 0)
    assert "This way takes whole amounts, without parts, from" in read(refused)
    assert ada.post(PLACE, form_of(ada, amount="5")).status_code == 303


def test_what_a_provider_says_is_told_in_words_and_what_one_took_back_oneself_too(app: Flask, ada: Persona) -> None:
    way, places = Way().into(app), [ada.post(PLACE, form_of(ada, amount="5", key=key)).location for key in "ab"]
    ada.post(f"{places[0]}/cancel")
    assert "Taken back You took it back yourself." in read(ada.get(places[0]))
    withdrawal_id = UUID(places[1].rsplit("/", 1)[1])
    with transaction():
        service.approve(withdrawal_id, actor="operator:bea", reason="looked at it")
    way.next = PayoutAnswer("refused", reason="amount_not_known_to_us")
    sending.send()
    page = read(ada.get(places[1]))
    assert "Why MonCash did not take it." in page
    assert "amount_not" not in page


def test_two_clicks_draw_once_and_each_step_is_told_once(app: Flask, ada: Persona) -> None:
    key = key_on(ada.get(PLACE))
    first, second = (ada.post(PLACE, form_of(ada, key=key)) for _ in range(2))
    assert (first.status_code, second.location, withdrawals()) == (303, first.location, 1)
    place = first.location
    page = ada.get(place, headers=LIVE)
    assert (page.status_code, "Waits to be looked at" in read(page)) == (200, True)
    assert "On its way out 1,000.00 HTG" in read(ada.get("/play/wallet"))
    assert browser_of(app).get(place).status_code == 404

    way = Way().into(app)
    withdrawal_id = db.session.scalar(text("SELECT id FROM wallet_withdrawals"))
    db.session.rollback()
    with transaction():
        service.approve(withdrawal_id, actor="operator:bea", reason="looked at it")
    way.next = TimeoutError("no answer")
    sending.send()
    assert "It is never sent twice" in read(ada.get(place))
    way.next = PayoutAnswer("paid", "mc-1")
    for _ in range(2):
        with transaction():
            db.session.execute(text("UPDATE wallet_withdrawals SET next_ask_at = now()"))
        sending.ask()
    page = ada.get(place, headers=LIVE)
    assert (page.status_code, "It has arrived at your account." in read(page)) == (286, True)
    assert ada.id is not None
    told = [(one.kind, one.words.path) for one in notices.page_of(ada.id, 9)]
    assert told == [("withdrawal.paid", place), ("withdrawal.approved", place)]


def test_what_one_of_us_has_entered_as_paid_is_not_said_to_have_arrived(ada: Persona) -> None:
    place = ada.post(PLACE, form_of(ada)).location
    own = UUID(place.rpartition("/")[2])
    with transaction():
        service.approve(own, actor="operator:bea", reason="looked at it")
        by_hand.paid(own, "clearing:moncash", "MC-7", actor="operator:bea", reason="no way pays it")
    shown = read(ada.get(place))
    assert "One of us has paid it to your account." in shown
    assert "arrived at" not in shown
    assert "bea" not in shown


def test_what_does_not_leave_is_told_with_why(ada: Persona) -> None:
    assert ada.id is not None
    card = {"currency": "USD", "provider": "stripe", "is_card": True, "has_3ds": True, "clearing_of": "stripe"}
    with transaction():
        top_up(ada.id, 5_000, None, **card)
        origins.play(ada.id, "USD", 2_000, 0)
    page = read(ada.get(f"{PLACE}?currency=USD"))
    assert "30.00 USD that a card paid were not played: they go back to that card alone." in page
    assert re.search(
        r"20\.00 USD until \d+ \w+ \d{4}, \d\d:\d\d UTC .*because of the card payment of \d+ \w+ \d{4}", page
    )
    assert "May be drawn out now 0.00 USD" in page
    assert "Nothing can be drawn out at the moment" in page, "no form where none can succeed"
    with transaction():
        origins.play(ada.id, "HTG", 123_450, 0)
    assert "1,234.50 HTG until" in read(ada.get(PLACE)), "what was won in gourdes waits for the card too"


def test_of_clicks_at_the_same_moment_one_draws(committed_db: Flask) -> None:
    ada = browser_of(committed_db)
    token, cookies = form_token(ada.browser), ada.browser.get_cookie

    def drawn(keys: list[str]) -> set[str]:
        together = threading.Barrier(len(keys))

        def click(key: str) -> Any:
            browser = committed_db.test_client()
            for name in ("tiraj_session", committed_db.config["SESSION_COOKIE_NAME"]):
                cookie = cookies(name)
                assert cookie is not None
                browser.set_cookie(name, cookie.value)
            together.wait()
            return browser.post(PLACE, data={"csrf_token": token, **form_of(ada, key=key, amount="100")})

        with ThreadPoolExecutor(len(keys)) as pool:
            answers = list(pool.map(click, keys))
        assert {one.status_code for one in answers} == {303}
        return {one.location for one in answers}

    assert len(drawn(["same"] * 4)) == 1
    assert len(drawn(["a", "b", "c"])) == 3, "other forms are other withdrawals"
    assert withdrawals() == 4


@pytest.mark.parametrize("act", ["refuse", "bounce"])
def test_what_did_not_arrive_is_in_the_wallet_and_says_why(app: Flask, ada: Persona, act: str) -> None:
    place = ada.post(PLACE, form_of(ada)).location
    withdrawal_id = db.session.scalar(text("SELECT id FROM wallet_withdrawals"))
    db.session.rollback()
    with transaction():
        if act == "refuse":
            service.refuse(withdrawal_id, actor="operator:bea", reason="name differs")
        else:
            service.approve(withdrawal_id, actor="operator:bea", reason="")
    if act == "bounce":
        way = Way(next=PayoutAnswer("sent")).into(app)
        sending.send()
        way.next = PayoutAnswer("refused", reason="account closed")
        with transaction():
            db.session.execute(text("UPDATE wallet_withdrawals SET next_ask_at = now()"))
        sending.ask()
    page = ada.get(place, headers=LIVE)
    assert page.status_code == 286
    assert ("name differs" if act == "refuse" else "account closed") in read(page)
    assert "Draw it out again" in read(page)
    assert "1,234.50 HTG" in read(ada.get("/play/wallet"))
    assert ada.id is not None
    kinds = [one.kind for one in notices.page_of(ada.id, 9)]
    assert kinds[0] == ("withdrawal.refused" if act == "refuse" else "withdrawal.returned")
