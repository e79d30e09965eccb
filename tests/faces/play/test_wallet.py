"""The page of a player's wallet: what is there, what leaves, and what is refused beside its field."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from flask import Flask

from app.core.database.session import transaction
from app.people.accounts import service as accounts
from app.people.accounts.login.page_door import session_cookie
from tests.money.wallets.money import player, top_up
from tests.personas import Persona


def _text(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def test_a_player_sees_what_is_there_and_draws_out(app: Flask, session: Any) -> None:
    with app.app_context(), transaction():
        user_id, phone = player()
        top_up(user_id, 123_450, phone)
        token = accounts.open_session(user_id, agent="a test")
    browser = app.test_client()
    with app.test_request_context("/"):
        browser.set_cookie(session_cookie(), token)
    ada = Persona(browser, user_id)

    page = _text(ada.get("/play/wallet").text)
    assert "1,234.50\u00a0HTG".replace("\u00a0", " ") in page
    assert "Paid in: 1,234.50 HTG" in page
    form = {"way": "moncash:HTG", "amount": "1000", "account": phone}
    for given, said in (
        ({"amount": "abc"}, "Write the amount in digits"),
        ({"amount": "1234.51"}, "There is not so much in this wallet."),
        ({"account": "+50934000000"}, "Money leaves only for your own accounts"),
        ({"way": "moncash:USD"}, "Choose one of these."),
    ):
        refused = ada.post("/play/wallet", {**form, **given})
        assert refused.status_code == 422, given
        assert said in _text(refused.text), given
    assert ada.post("/play/wallet", form).status_code == 303
    page = _text(ada.get("/play/wallet").text)
    assert "On its way out 1,000.00 HTG" in page
    assert "Waits to be looked at" in page
    assert "Nothing yet" in _text(ada.get("/play/wallet?currency=USD").text)
    assert ada.get("/play/wallet?currency=sat").status_code == 404
    assert ada.get("/play/wallet?after=x").status_code == 422
    assert app.test_client().get("/play/wallet").status_code == 303
