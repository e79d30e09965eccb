"""Coming in by the document's own routes: who is new says who he is, and his tokens are good everywhere."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from app.core.database.session import db
from app.games.swertres.models import SwertresRegistration
from tests.people.accounts.ways import bearer, codes_to, post

API = "/api/swertres/auth"
ADA = "ada@bets.example"


def _come_in(client: FlaskClient, app: Flask, contact: str) -> Any:
    return post(client, f"{API}/verify-otp", {"email": contact, "otp": codes_to(app, contact)[-1]})


def test_who_says_who_he_is_is_registered_by_his_code_and_who_has_come_before_is_not_asked(
    app: Flask, client: FlaskClient
) -> None:
    said = {"email": ADA, "name": "Ada Lovelace", "dateOfBirth": "1990-12-10"}
    assert post(client, f"{API}/register", said).status_code == 202
    kept = db.session.query(SwertresRegistration).one()
    assert (kept.contact, kept.said) == (ADA, {"name": "Ada Lovelace", "born": "1990-12-10"})
    wrong = post(client, f"{API}/verify-otp", {"email": ADA, "otp": "000000"})
    assert (wrong.status_code, wrong.get_json()["code"]) == (422, "code_refused")
    tokens = _come_in(client, app, ADA)
    assert tokens.status_code == 200, tokens.text
    assert set(tokens.get_json()) == {"accessToken", "refreshToken"}
    mine = bearer(tokens.get_json()["accessToken"])
    me = client.get(f"{API}/me", headers=mine).get_json()
    assert (me["name"], me["dateOfBirth"], me["jurisdiction"], me["currency"]) == (
        *("Ada Lovelace", "1990-12-10", "PH", "PHP"),
    )
    assert client.get("/api/players/wallets", headers=mine).status_code == 200
    assert client.get("/api/swertres/balance", headers=mine).get_json()["balanceCentavos"] == 0
    assert db.session.query(SwertresRegistration).count() == 0, "it is forgotten once it is used"

    post(client, f"{API}/register", {**said, "name": "Somebody Else"})
    assert _come_in(client, app, ADA).status_code == 200
    assert client.get(f"{API}/me", headers=mine).get_json()["name"] == "Ada Lovelace"


def test_who_is_too_young_or_nobody_is_told_so(app: Flask, client: FlaskClient) -> None:
    young = {"email": "kid@bets.example", "name": "Kid", "dateOfBirth": "2010-01-01"}
    post(client, f"{API}/register", young)
    refused = _come_in(client, app, young["email"])
    assert (refused.status_code, refused.get_json()["code"]) == (422, "too_young")
    no_day = post(client, f"{API}/register", {**young, "dateOfBirth": "2010-02-31"})
    assert no_day.status_code == 422
    assert client.get(f"{API}/me").status_code == 401
