"""A phone or an address more for an account: by a live session and a code, and never somebody else's."""

from __future__ import annotations

from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.core.database.session import db, transaction
from app.people.accounts import service
from app.people.accounts.joining import service as joining
from app.people.accounts.login.page_door import session_cookie
from app.people.accounts.models import User, UserSession
from app.people.notices.models import Notice
from tests.personas import Persona, signed_in

from .ways import MAIL, OTHER_PHONE, PHONE, SMS, bearer, code_for, codes_to, post, tokens_for, verify, way, wrong


@pytest.fixture(autouse=True)
def _sms(app: Flask, session: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = app.config["SETTINGS"]
    monkeypatch.setitem(app.config, "SETTINGS", settings.model_copy(update=SMS))


def add(browser: FlaskClient, token: str, contact: str) -> Any:
    return post(browser, "/api/players/ways", way(contact), **bearer(token))


def prove(browser: FlaskClient, token: str, contact: str, code: str) -> Any:
    return post(browser, "/api/players/ways/verify", {**way(contact), "code": code}, **bearer(token))


def join_codes(app: Flask, contact: str) -> list[str]:
    return codes_to(app, contact, "joining_code")


def ways(app: Flask) -> list[tuple[str | None, str | None]]:
    with app.app_context():
        return [(one.email, one.phone) for one in db.session.scalars(select(User).order_by(User.id))]


def with_strength(app: Flask, strength: str, **own: str) -> Persona:
    """Somebody with these ways, signed in by one of this strength."""
    with app.app_context(), transaction() as session_:
        user_id = service.user_with_email(own["email"]) if "email" in own else service.user_with_phone(own["phone"])
        user = session_.get_one(User, user_id)
        if "phone" in own:
            user.phone = own["phone"]
        token = service.open_session(user_id, agent="", strength=strength)
    browser = app.test_client()
    with app.test_request_context("/"):
        browser.set_cookie(session_cookie(), token)
    return Persona(browser, user_id)


@pytest.mark.parametrize(("first", "second"), [(PHONE, MAIL), (MAIL, PHONE)])
def test_two_ways_open_one_account(app: Flask, client: FlaskClient, first: str, second: str) -> None:
    token = tokens_for(client, first)["accessToken"]
    sent = add(client, token, second)
    assert (sent.status_code, sent.json) == (202, {"resendAfterSeconds": 30})
    added = prove(client, token, second, join_codes(app, second)[-1])
    assert (added.status_code, added.json) == (200, {"phone": PHONE, "email": MAIL})
    assert ways(app) == [(MAIL, PHONE)]
    assert verify(client, second, code_for(client, second)).status_code == 200
    with app.app_context():
        assert db.session.scalars(select(func.count()).select_from(User)).one() == 1
        assert db.session.scalars(select(func.count(UserSession.user_id.distinct()))).one() == 1
        kinds = db.session.scalars(select(Notice.kind)).all()
        assert f"account.{'email' if '@' in second else 'phone'}_added" in kinds


def test_it_needs_a_live_session(app: Flask, client: FlaskClient) -> None:
    token = tokens_for(client, MAIL)["accessToken"]
    assert add(client, token, PHONE).status_code == 202
    code = join_codes(app, PHONE)[-1]
    for path in ("/api/players/ways", "/api/players/ways/verify"):
        assert post(client, path, {"phone": PHONE, "code": code}).status_code == 401
    assert client.post("/api/auth/logout", headers=bearer(token)).status_code == 204
    assert prove(client, token, PHONE, code).status_code == 401
    assert ways(app) == [(MAIL, None)]


def test_another_account_s_number_is_refused_when_it_is_proven_and_not_before(app: Flask, client: FlaskClient) -> None:
    tokens_for(client, PHONE)
    token = tokens_for(client, MAIL)["accessToken"]
    taken, free = add(client, token, PHONE), add(client, token, OTHER_PHONE)
    assert (taken.status_code, taken.json) == (free.status_code, free.json) == (202, {"resendAfterSeconds": 30})
    code = join_codes(app, PHONE)[-1]
    unproven = [prove(client, token, number, "12345") for number in (PHONE, OTHER_PHONE)]
    assert [one.json["code"] for one in unproven] == ["code_refused"] * 2
    refused = prove(client, token, PHONE, code)
    assert (refused.status_code, refused.json["code"]) == (409, "contact_taken")
    assert "params" not in refused.json
    assert ways(app) == [(None, PHONE), (MAIL, None)]


def test_a_code_to_sign_in_joins_nothing_and_the_other_way_round(app: Flask, client: FlaskClient) -> None:
    """Whoever talks somebody out of one of them has not the other."""
    token = tokens_for(client, MAIL)["accessToken"]
    to_sign_in = code_for(client, PHONE)
    assert add(client, token, PHONE).status_code == 202
    to_join = join_codes(app, PHONE)[-1]
    if to_sign_in != to_join:
        assert prove(client, token, PHONE, to_sign_in).status_code == 422
        assert verify(client, PHONE, to_join).status_code == 422
    assert prove(client, token, PHONE, to_join).status_code == 200


def test_a_code_of_one_person_joins_nothing_to_another(app: Flask, client: FlaskClient) -> None:
    mine, theirs = (tokens_for(client, f"{name}@example.com")["accessToken"] for name in ("mine", "theirs"))
    assert add(client, mine, PHONE).status_code == 202
    code = join_codes(app, PHONE)[-1]
    assert prove(client, theirs, PHONE, code).status_code == 422
    assert prove(client, mine, OTHER_PHONE, code).status_code == 422
    assert prove(client, mine, PHONE, code).status_code == 200
    assert prove(client, mine, PHONE, code).status_code == 422, "once"


def test_five_guesses_and_no_more(app: Flask, client: FlaskClient) -> None:
    token = tokens_for(client, MAIL)["accessToken"]
    add(client, token, PHONE)
    code = join_codes(app, PHONE)[-1]
    for by in range(1, 6):
        assert prove(client, token, PHONE, wrong(code, by)).status_code == 422
    assert prove(client, token, PHONE, code).status_code == 422
    assert ways(app) == [(MAIL, None)]


def test_a_stolen_number_takes_nobodys_place(app: Flask, client: FlaskClient) -> None:
    """By SMS neither the address nor the phone of an account is exchanged that can be reached by mail."""
    persona = with_strength(app, "sms", email=MAIL, phone=PHONE)
    for path, contact, code in (
        ("/api/players/ways", OTHER_PHONE, "phone_needs_mail"),
        ("/api/players/ways", "thief@example.com", "email_there"),
        ("/api/players/ways", PHONE, "contact_same"),
    ):
        answer = persona.browser.post(path, json=way(contact))
        assert answer.json["code"] == code
    by_mail = with_strength(app, "code", email=MAIL)
    assert by_mail.browser.post("/api/players/ways", json=way(OTHER_PHONE)).status_code == 202
    proof = {**way(OTHER_PHONE), "code": join_codes(app, OTHER_PHONE)[-1]}
    assert persona.browser.post("/api/players/ways/verify", json=proof).status_code == 403
    again = by_mail.browser.post("/api/players/ways", json=way(OTHER_PHONE))
    assert again.status_code == 202
    proof = {**way(OTHER_PHONE), "code": join_codes(app, OTHER_PHONE)[-1]}
    assert by_mail.browser.post("/api/players/ways/verify", json=proof).status_code == 200
    assert ways(app) == [(MAIL, OTHER_PHONE)]


def test_other_sites_pages_add_nothing(app: Flask) -> None:
    persona = signed_in(app, MAIL)
    for path in ("/api/players/ways", "/api/players/ways/verify"):
        answer = persona.browser.post(path, json=way(PHONE), headers={"Origin": "https://evil.example"})
        assert answer.json["code"] == "origin_refused"


def test_the_pages_do_the_same(app: Flask) -> None:
    persona = with_strength(app, "sms", phone=PHONE)
    page = unescape(persona.get("/play/ways").text)
    assert PHONE in page
    assert "Add a mail address" in page
    refused = persona.post("/play/ways", {"email": "a@b@c"})
    assert refused.status_code == 422
    assert "This is not one email address." in unescape(refused.text)
    assert persona.get("/play/ways/code").headers["Location"] == "/play/ways"
    assert persona.post("/play/ways", {"email": MAIL}).headers["Location"] == "/play/ways/code"
    assert MAIL in unescape(persona.get("/play/ways/code").text)
    assert 'action="/play/ways/code?next=/play/wallet"' in persona.get("/play/ways/code?next=/play/wallet").text
    assert 'action="/play/ways/code"' in persona.get("/play/ways/code?next=//evil.example").text
    code = join_codes(app, MAIL)[-1]
    wrongly = persona.post("/play/ways/code", {"code": wrong(code)})
    assert wrongly.status_code == 422
    assert "This code is not right" in wrongly.text
    assert persona.post("/play/ways/code", {"code": code}).headers["Location"] == "/play/ways"
    page = unescape(persona.get("/play/ways").text)
    assert f"{MAIL} is added to your account." in page
    assert "Add a mail address" not in page
    assert persona.post("/play/ways/code", {"code": code}).headers["Location"] == "/play/ways"
    assert "Add a mail address" in persona.get("/partners/new").text or persona.get("/partners/new").status_code == 403


def test_the_pages_say_that_it_is_another_account_s(app: Flask, client: FlaskClient) -> None:
    tokens_for(client, MAIL)
    persona = with_strength(app, "sms", phone=PHONE)
    assert persona.post("/play/ways", {"email": MAIL}).status_code == 303
    refused = persona.post("/play/ways/code", {"code": join_codes(app, MAIL)[-1]})
    assert refused.status_code == 422
    assert "This belongs to another account." in refused.text


def test_nobody_is_sent_to_sign_in(client: FlaskClient) -> None:
    for path in ("/play/ways", "/play/ways/code"):
        assert client.get(path).headers["Location"].startswith("/play/sign-in?next=/play/ways")


THIEF = "thief@example.com"


def at_proof(persona: Persona) -> Any:
    return persona.browser.post("/api/players/ways/proof", json={})


def at_verify(persona: Persona, contact: str, code: str, **more: str) -> Any:
    return persona.browser.post("/api/players/ways/verify", json={**way(contact), "code": code, **more})


@pytest.fixture
def _opened_long_ago(monkeypatch: pytest.MonkeyPatch) -> None:
    """No session is of the last ten minutes."""
    monkeypatch.setattr(joining, "_FRESH_FOR", timedelta(seconds=-1))


@pytest.mark.usefixtures("_opened_long_ago")
def test_a_session_alone_gives_an_account_to_nobody_and_its_owner_adds_by_both_codes(app: Flask) -> None:
    """Whoever has a stolen session has the code to his own mailbox, and not the one to the owner's phone."""
    persona = with_strength(app, "sms", phone=PHONE)
    persona.browser.post("/api/players/ways", json=way(THIEF))
    code = join_codes(app, THIEF)[-1]
    bare = at_verify(persona, THIEF, code)
    assert (bare.status_code, bare.json["code"], bare.json["params"]) == (403, "proof_needed", {"way": "+50…34"})
    persona.post("/play/erase")
    to_erase = codes_to(app, PHONE, "proof_code")[-1]
    sent = at_proof(persona)
    assert (sent.status_code, sent.json) == (202, {"resendAfterSeconds": 30, "way": "+50…34"})
    proof = codes_to(app, PHONE, "way_code")[-1]
    for other in {to_erase, wrong(proof)} - {proof}:
        refused = at_verify(persona, THIEF, code, proof=other)
        assert (refused.status_code, refused.json["code"]) == (422, "code_refused")
    assert ways(app) == [(None, PHONE)]
    if proof != to_erase:
        assert persona.post("/play/erase/code", {"code": proof}).status_code == 422, "nor the other way round"
    assert at_verify(persona, THIEF, code, proof=proof).status_code == 200, "with both it is the owner"
    assert ways(app) == [(THIEF, PHONE)]
    assert codes_to(app, PHONE, "way_code") == [proof]


@pytest.mark.parametrize(("strength", "own"), [("password", {"email": MAIL}), ("sms", {"email": MAIL, "phone": PHONE})])
def test_what_opened_the_session_has_to_be_the_strongest_way(app: Flask, strength: str, own: dict[str, str]) -> None:
    persona = with_strength(app, strength, **own)
    if "phone" in own:
        with app.app_context(), transaction():
            db.session.get_one(User, persona.id).phone = None
    persona.browser.post("/api/players/ways", json=way(OTHER_PHONE))
    bare = at_verify(persona, OTHER_PHONE, join_codes(app, OTHER_PHONE)[-1])
    assert (bare.status_code, bare.json["params"]) == (403, {"way": "p…@example.com"})


@pytest.mark.usefixtures("_opened_long_ago")
def test_the_pages_ask_for_both_codes_on_one(app: Flask) -> None:
    persona = with_strength(app, "sms", phone=PHONE)
    assert persona.post("/play/ways", {"phone": OTHER_PHONE}).headers["Location"] == "/play/ways/code"
    new, proof = join_codes(app, OTHER_PHONE)[-1], codes_to(app, PHONE, "way_code")[-1]
    page = unescape(persona.get("/play/ways/code").text)
    assert f"Code sent to {PHONE}" in page
    assert f"Code sent to {OTHER_PHONE}" in page
    for given in ({"code": new}, {"own": wrong(proof), "new": new}, {"own": proof, "new": wrong(new)}):
        assert persona.post("/play/ways/code", given).status_code == 422
    assert ways(app) == [(None, PHONE)]
    assert persona.post("/play/ways/code", {"own": proof, "new": new}).headers["Location"] == "/play/ways"
    assert ways(app) == [(None, OTHER_PHONE)]
