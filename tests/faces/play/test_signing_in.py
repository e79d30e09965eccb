"""The pages of signing in to play: without scripts, by htmx, in three languages, and on a small phone."""

from __future__ import annotations

from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.core.database.session import db
from app.people.accounts.models import UserSession
from tests.people.accounts.test_rules import EVIL_NEXT
from tests.people.accounts.ways import MAIL, OTHER_PHONE, PHONE, SMS, codes_to, run, wrong
from tests.personas import Persona, form_token, signed_in

from .test_profile import ADA


@pytest.fixture(autouse=True)
def _sms(app: Flask, session: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = app.config["SETTINGS"]
    monkeypatch.setitem(app.config, "SETTINGS", settings.model_copy(update=SMS))


def post(browser: FlaskClient, path: str, **fields: str) -> Any:
    htmx = {"HX-Request": "true"} if fields.pop("htmx", "") else {}
    return browser.post(path, data={"csrf_token": form_token(browser), **fields}, headers=htmx)


def ask(browser: FlaskClient, contact: str, **fields: str) -> str:
    """Ask for a code on the page; the code that comes."""
    field = "email" if "@" in contact else "phone"
    answer = post(browser, "/play/sign-in", **{field: contact}, **fields)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/play/sign-in/code")
    return codes_to(browser.application, contact)[-1]


def enter(browser: FlaskClient, code: str, **fields: str) -> Any:
    return post(browser, "/play/sign-in/code", code=code, **fields)


@pytest.mark.parametrize(("contact", "strength"), [(PHONE, "sms"), (MAIL, "code")])
def test_from_the_phone_to_registering_and_back_to_where_one_was(
    app: Flask, client: FlaskClient, contact: str, strength: str
) -> None:
    assert client.get("/play/limits").headers["Location"] == "/play/sign-in?next=/play/limits"
    code = ask(client, contact, next="/play/limits")
    page = unescape(client.get("/play/sign-in/code").text)
    assert contact in page
    for attribute in ('autocomplete="one-time-code"', 'inputmode="numeric"'):
        assert attribute in page
    assert enter(client, code).headers["Location"] == "/play/register?next=/play/limits", (
        "who has no profile says who he is first"
    )
    chosen = '<option selected value="HT">' in client.get("/play/register").text
    assert chosen is (contact == PHONE), "where the number is from"
    assert post(client, "/play/register", **ADA).status_code == 303
    with app.app_context():
        assert db.session.scalars(select(UserSession.strength)).all() == [strength]
    assert client.post("/logout", data={"csrf_token": form_token(client)}).status_code == 303
    code = ask(client, contact, next="/play/limits")
    assert enter(client, code).headers["Location"] == "/play/limits"
    assert client.get("/play/limits").status_code == 200
    assert client.get("/play/sign-in?next=/play/breaks").headers["Location"] == "/play/breaks", "signed in already"


def test_spaces_in_a_code_do_not_matter(client: FlaskClient) -> None:
    code = ask(client, PHONE)
    assert enter(client, f" {code[:3]} {code[3:]} ").status_code == 303


def test_a_wrong_code_is_said_beside_the_field(client: FlaskClient) -> None:
    code = ask(client, PHONE)
    refused = enter(client, wrong(code))
    assert refused.status_code == 422
    assert "This code is not right. Check it and type it again." in refused.text
    assert 'aria-invalid="true"' in refused.text
    part = enter(client, wrong(code, 2), htmx="yes")
    assert part.text.lstrip().startswith("<form")
    answer = enter(client, code, htmx="yes")
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, "/play/register")


def test_five_wrong_ones_and_another_code(client: FlaskClient, app: Flask) -> None:
    code = ask(client, PHONE)
    for by in range(1, 6):
        assert enter(client, wrong(code, by)).status_code == 422
    assert enter(client, code).status_code == 422
    run(app, "UPDATE login_codes SET expires_at = now()")
    assert post(client, "/play/sign-in/again").headers["Location"] == "/play/sign-in/code"
    assert "Another code is on its way." in client.get("/play/sign-in/code").text
    assert len(codes_to(app, PHONE)) == 2
    assert enter(client, codes_to(app, PHONE)[-1]).status_code == 303


def test_within_half_a_minute_no_other_is_sent_and_the_page_says_when(app: Flask, client: FlaskClient) -> None:
    code = ask(client, PHONE)
    page = client.get("/play/sign-in/code").text
    assert 'data-resend="' in page
    assert "You can ask for another one in" in page
    assert post(client, "/play/sign-in/again").status_code == 303
    assert codes_to(app, PHONE) == [code]
    assert "No other code was sent: the last one is on its way." in client.get("/play/sign-in/code").text
    assert enter(client, code).status_code == 303


def test_a_stranger_with_the_number_types_his_guesses_elsewhere(app: Flask, client: FlaskClient) -> None:
    """A browser's code is that browser's: even from the same network nobody uses up its tries."""
    code = ask(client, PHONE)
    for by in range(1, 9):
        body = {"phone": PHONE, "code": wrong(code, by)}
        assert app.test_client().post("/api/players/codes/verify", json=body).status_code == 422
    assert enter(client, code).status_code == 303


def test_without_having_asked_there_is_nothing_to_type(client: FlaskClient) -> None:
    for answer in (
        client.get("/play/sign-in/code"),
        enter(client, "123456"),
        post(client, "/play/sign-in/again"),
    ):
        assert (answer.status_code, answer.headers["Location"]) == (303, "/play/sign-in")
    assert "Ask for a code first." in client.get("/play/sign-in").text


def test_a_forged_cookie_shows_nobodys_number(app: Flask, client: FlaskClient) -> None:
    ask(client, PHONE)
    cookie = client.get_cookie("tiraj_code")
    assert cookie is not None
    thief = app.test_client()
    thief.set_cookie("tiraj_code", cookie.value.partition(".")[0] + "." + "x" * 32)
    assert thief.get("/play/sign-in/code").status_code == 303
    for nonsense in ("", ".", "x.y", "é.é", "0" * 500):
        thief.set_cookie("tiraj_code", nonsense)
        assert thief.get("/play/sign-in/code").status_code == 303


def test_another_code_in_the_same_browser_is_of_the_other_number(app: Flask, client: FlaskClient) -> None:
    first, second = ask(client, PHONE), ask(client, OTHER_PHONE)
    if first != second:
        assert enter(client, first).status_code == 422
    assert enter(client, second).status_code == 303
    assert OTHER_PHONE in unescape(client.get("/account").text)


@pytest.mark.parametrize("path", EVIL_NEXT[:6])
def test_it_leads_to_no_other_site(app: Flask, client: FlaskClient, path: str) -> None:
    code = ask(client, PHONE, next=path)
    assert enter(client, code).headers["Location"] == "/play/register"
    assert post(client, "/play/register", **ADA).status_code == 303
    assert client.get("/play/sign-in", query_string={"next": path}).headers["Location"] == "/play"


@pytest.mark.parametrize(
    ("country", "written", "meant"),
    [
        ("HT", "34107701", "+50934107701"),
        ("PH", "0917 123 4567", "+639171234567"),
        ("PH", "+509 34 10 77 01", "+50934107701"),
        ("", "+509 34 10 77 01", "+50934107701"),
    ],
)
def test_a_number_is_of_the_country_chosen(client: FlaskClient, country: str, written: str, meant: str) -> None:
    assert post(client, "/play/sign-in", phone=written, country=country).status_code == 303
    assert meant in unescape(client.get("/play/sign-in/code").text)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"phone": ""}, "Enter your phone number."),
        ({"phone": "12"}, "This is no number of this country."),
        ({"phone": "34127788", "country": "US"}, "This is no number of this country."),
        ({"phone": "34127788", "country": ""}, "Choose the country of this number"),
        ({"phone": "+12"}, "This is not a phone number."),
        ({"phone": "+442079460018"}, "This phone gets no SMS."),
        ({"email": ""}, "Enter your email address."),
        ({"email": "a@b@c"}, "This is not one email address."),
    ],
)
def test_what_is_refused_keeps_what_was_typed(client: FlaskClient, fields: dict[str, str], said: str) -> None:
    answer = post(client, "/play/sign-in", **fields, next="/play/limits")
    assert answer.status_code == 422
    page = unescape(answer.text)
    assert said in page
    assert 'value="/play/limits"' in page
    assert all(f'value="{value}"' in page for value in fields.values() if value)


def test_where_nobody_carries_sms_mail_is_asked_for(app: Flask, client: FlaskClient) -> None:
    app.config["SETTINGS"] = app.config["SETTINGS"].model_copy(update={"sms_provider": None})
    page = client.get("/play/sign-in").text
    assert 'type="email"' in page
    assert "By phone" not in page
    refused = post(client, "/play/sign-in", phone=PHONE)
    assert refused.status_code == 503
    assert "We send no SMS at the moment." in refused.text


def test_the_new_session_replaces_the_old_one(app: Flask, session: Any) -> None:
    persona: Persona = signed_in(app, MAIL)
    code = ask(persona.browser, PHONE)
    assert enter(persona.browser, code).status_code == 303
    with app.app_context():
        ended = db.session.scalars(select(UserSession.revoked_at).order_by(UserSession.id)).all()
        assert [one is None for one in ended] == [False, True]


@pytest.mark.parametrize(
    ("language", "said"), [("fr", "Envoyez-moi un code"), ("ht", "Voye yon kòd ban mwen"), ("en", "Send me a code")]
)
def test_it_is_read_in_every_language(client: FlaskClient, language: str, said: str) -> None:
    assert said in unescape(client.get(f"/play/sign-in?lang={language}").text)


def test_forms_of_other_sites_are_refused(client: FlaskClient) -> None:
    for path in ("/play/sign-in", "/play/sign-in/code", "/play/sign-in/again"):
        assert client.post(path, data={"phone": PHONE, "code": "123456"}).status_code == 400


@pytest.mark.parametrize(
    ("reads", "country"), [("en-US,en;q=0.9", "HT"), ("en-PH", "PH"), ("en", "HT"), ("fr-CA", "HT"), ("fil", "PH")]
)
def test_the_country_of_a_phone_is_the_reader_s_or_the_house_s(client: FlaskClient, reads: str, country: str) -> None:
    page = client.get("/play/sign-in", headers={"Accept-Language": reads}).text
    assert f'<option selected value="{country}">' in page
