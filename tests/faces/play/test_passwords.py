"""The pages of passwords: without scripts and by htmx, chosen by a code, used, forgotten, changed and removed."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.core.database.session import db, transaction
from app.people.accounts import service as accounts
from app.people.accounts.login.page_door import session_cookie
from app.people.accounts.models import Password, UserSession
from app.people.accounts.passwords import hashing, limits
from tests.people.accounts.test_passwords import GOOD, OTHER, THEIRS, login, register, with_password
from tests.people.accounts.ways import MAIL, PHONE, codes_to, wrong
from tests.personas import Persona, signed_in

from .test_profile import ADA
from .test_signing_in import post

SIGN_IN, CHOOSE = "/play/sign-in/password", "/play/password"


@pytest.fixture(autouse=True)
def _settings(app: Flask, session: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "SETTINGS", app.config["SETTINGS"])


def choose(browser: FlaskClient, password: str = GOOD, email: str = MAIL, **fields: str) -> Any:
    """Choose a password by a code, as the pages lead."""
    sent = post(browser, CHOOSE, email=email, **fields)
    assert (sent.status_code, sent.headers["Location"]) == (303, f"{CHOOSE}/code")
    return post(
        browser, f"{CHOOSE}/code", code=codes_to(browser.application, email, "password_code")[-1], password=password
    )


def strengths() -> list[str]:
    """Of the sessions that live, in their order."""
    lives = select(UserSession.strength).where(UserSession.revoked_at.is_(None)).order_by(UserSession.id)
    return list(db.session.scalars(lives))


def autocompleted(page: str) -> dict[str, str]:
    """What a browser is to fill in where, by field."""
    fields = re.findall(r"<input[^>]*>", page)
    named = [(re.search(r'name="(\w+)"', one), re.search(r'autocomplete="([\w-]+)"', one)) for one in fields]
    return {name[1]: what[1] for name, what in named if name and what}


def test_chosen_used_and_forgotten(app: Flask, client: FlaskClient) -> None:
    page = unescape(client.get(f"{SIGN_IN}?next=/play/limits").text)
    assert autocompleted(page) == {"email": "username", "password": "current-password"}
    assert f'href="{CHOOSE}?next=/play/limits"' in page
    assert choose(client, next="/play/limits").headers["Location"] == "/play/register?next=/play/limits"
    assert 'name="next" type="hidden" value="/play/limits"' in client.get("/play/register?next=/play/limits").text
    assert post(client, "/play/register", **ADA, next="//elsewhere.example").headers["Location"] == "/play"
    assert client.get("/play/register?next=/play/limits").headers["Location"] == "/play/limits"
    assert post(client, "/logout").status_code == 303
    wrong_one = post(client, SIGN_IN, email=MAIL, password=OTHER, next="/play/limits")
    assert wrong_one.status_code == 422
    assert "This address and password do not belong together." in wrong_one.text
    assert (OTHER in wrong_one.text, f'value="{MAIL}"' in wrong_one.text) == (False, True)
    signed = post(client, SIGN_IN, email=f" {MAIL.upper()} ", password=GOOD, next="/play/limits")
    assert (signed.status_code, signed.headers["Location"]) == (303, "/play/limits")
    assert strengths() == ["password"]
    assert client.get("/partners/new").status_code == 403
    assert client.get(SIGN_IN).headers["Location"] == "/play"
    elsewhere = app.test_client()
    assert choose(elsewhere, OTHER, next="/play/breaks").headers["Location"] == "/play/breaks"
    assert client.get("/play/limits").status_code == 303, "who was signed in by the old one is no more"
    assert strengths() == ["code"]
    assert "This is your password from now on." in elsewhere.get("/play/breaks").text


def test_unknown_and_wrong_read_the_same(app: Flask, client: FlaskClient) -> None:
    with_password(app.test_client())

    def read(email: str) -> tuple[int, str]:
        answer = post(client, SIGN_IN, email=email, password=OTHER)
        return answer.status_code, re.sub(r'value="[^"]*"', "", answer.text)

    assert read(MAIL) == read("nobody@example.com")


def test_by_htmx_what_is_refused_is_the_form(client: FlaskClient) -> None:
    with_password(client)
    part = post(client, SIGN_IN, email=MAIL, password=OTHER, htmx="yes")
    assert (part.status_code, "<html" in part.text, 'aria-invalid="true"' in part.text) == (422, False, True)
    answer = post(client, SIGN_IN, email=MAIL, password=GOOD, htmx="yes")
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, "/play/register")


def test_who_is_told_to_wait_keeps_the_form(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    app.config["SETTINGS"] = app.config["SETTINGS"].model_copy(update={"password_tries": 1})
    email = "tried.on.a.page@example.com"
    post(client, SIGN_IN, email=email, password=OTHER)
    often = post(client, SIGN_IN, email=email, password=OTHER)
    assert often.status_code == 429
    assert int(often.headers["Retry-After"]) > 0
    assert "Sign in by a code instead" in often.text
    assert f'value="{email}"' in often.text
    monkeypatch.setattr(limits, "count_try", lambda contact: None)
    monkeypatch.setattr(hashing, "WAIT_SECONDS", 0)
    with hashing._place():
        busy = post(client, SIGN_IN, email=email, password=OTHER)
    assert (busy.status_code, busy.headers["Retry-After"]) == (503, "2")
    assert f'value="{email}"' in busy.text


def test_choosing_says_what_is_wrong_and_keeps_the_code(app: Flask, client: FlaskClient) -> None:
    assert client.get(f"{CHOOSE}/code").headers["Location"] == CHOOSE
    assert post(client, f"{CHOOSE}/code", code="123456", password=GOOD).headers["Location"] == CHOOSE
    assert post(client, CHOOSE, email="a@b@c").status_code == 422
    assert post(client, CHOOSE, email=MAIL).status_code == 303
    page = unescape(client.get(f"{CHOOSE}/code").text)
    assert autocompleted(page) == {"username": "username", "code": "one-time-code", "password": "new-password"}
    code = codes_to(app, MAIL, "password_code")[-1]
    for password, said in (
        ("short", "at least 10 characters"),
        ("password123", "tried first"),
        (MAIL, "your mail address"),
    ):
        refused = post(client, f"{CHOOSE}/code", code=code, password=password)
        assert refused.status_code == 422
        assert said in refused.text
        assert f'value="{code}"' not in refused.text
    assert "This code is not right" in post(client, f"{CHOOSE}/code", code=wrong(code), password=GOOD).text
    assert client.get("/play/sign-in/code").status_code == 303, "it is no code to sign in by"
    assert post(client, f"{CHOOSE}/code", code=code, password=GOOD).status_code == 303
    assert post(client, CHOOSE, email=MAIL).status_code == 303
    assert len(codes_to(app, MAIL, "password_code")) == 2


def test_within_half_a_minute_no_other_code_is_sent(app: Flask, client: FlaskClient) -> None:
    for _ in range(3):
        assert post(client, CHOOSE, email=MAIL).status_code == 303
    assert len(codes_to(app, MAIL, "password_code")) == 1


def test_who_is_signed_in_stays_so_with_what_it_opens(app: Flask, owner: Persona) -> None:
    """A session by the link, which opens partners' pages, is not exchanged for one that does not."""
    other = signed_in(app, "owner@example.com")
    ways = owner.get("/play/ways").text
    assert f'href="{CHOOSE}"' in ways
    page = owner.get(CHOOSE).text
    assert "The code goes to" in page
    assert 'type="email"' not in page
    assert owner.post(CHOOSE, {"email": THEIRS}).status_code == 303
    assert codes_to(app, THEIRS, "password_code") == [], "for one's own account alone"
    code = codes_to(app, "owner@example.com", "password_code")[-1]
    done = owner.post(f"{CHOOSE}/code", {"code": code, "password": GOOD})
    assert (done.status_code, done.headers["Location"]) == (303, "/play/ways")
    assert owner.get("/partners/new").status_code == 200
    assert strengths() == ["link", "link"]
    assert f'href="{CHOOSE}/change"' in owner.get("/play/ways").text

    page = owner.get(f"{CHOOSE}/change").text
    assert autocompleted(page) == {"username": "username", "current": "current-password", "password": "new-password"}
    for current, new, said in ((OTHER, OTHER, "This is not your password"), (GOOD, "short", "at least 10 characters")):
        refused = owner.post(f"{CHOOSE}/change", {"current": current, "password": new})
        assert refused.status_code == 422
        assert said in refused.text
    assert other.get("/account").status_code == 200
    assert owner.post(f"{CHOOSE}/change", {"current": GOOD, "password": OTHER}).status_code == 303
    assert [one.get("/account").status_code for one in (owner, other)] == [200, 303]
    assert login(app.test_client(), OTHER, "owner@example.com").status_code == 200

    question = owner.get(f"{CHOOSE}/remove").text
    assert "Remove your password?" in question
    assert autocompleted(question) == {"current": "current-password"}
    assert owner.post(f"{CHOOSE}/remove", {"current": GOOD}).status_code == 422
    assert owner.post(f"{CHOOSE}/remove", {"current": OTHER}).status_code == 303
    assert db.session.scalars(select(Password)).all() == []
    assert owner.get("/partners/new").status_code == 200
    assert owner.get(f"{CHOOSE}/remove").status_code == 303
    assert owner.get(f"{CHOOSE}/change").status_code == 303
    assert owner.post(f"{CHOOSE}/change", {"current": OTHER, "password": GOOD}).status_code == 422


def test_who_has_a_phone_alone_adds_a_mail_address_first(app: Flask) -> None:
    with transaction():
        token = accounts.open_session(accounts.user_with_phone(PHONE), agent="", strength="sms")
    browser = app.test_client()
    browser.set_cookie(session_cookie(), token)
    page = browser.get(CHOOSE).text
    assert "yours has none yet" in page
    assert 'href="/play/ways"' in page
    assert "Send me a code" not in page


def test_somebody_elses_browser_chooses_nothing(app: Flask, client: FlaskClient) -> None:
    """A code that was asked for by a program is typed into no page, whoever is signed in there."""
    persona = signed_in(app, THEIRS)
    made = register(persona.browser, email=MAIL)
    assert made.status_code == 202
    code = codes_to(app, MAIL, "password_code")[-1]
    assert persona.post(f"{CHOOSE}/code", {"code": code, "password": GOOD}).headers["Location"] == CHOOSE
    assert db.session.scalars(select(Password)).all() == []


@pytest.mark.parametrize("path", [SIGN_IN, CHOOSE, f"{CHOOSE}/code", f"{CHOOSE}/change", f"{CHOOSE}/remove"])
def test_forms_of_other_sites_are_refused(owner: Persona, path: str) -> None:
    sent = {"email": MAIL, "password": GOOD, "current": GOOD, "code": "123456"}
    assert owner.browser.post(path, data=sent).status_code == 400


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "By password"), ("fr", "Par mot de passe"), ("ht", "Ak modpas"), ("fil", "Sa pamamagitan ng password")],
)
def test_it_is_read_in_every_language(client: FlaskClient, language: str, said: str) -> None:
    assert said in unescape(client.get(f"{SIGN_IN}?lang={language}").text)


@pytest.mark.parametrize(
    ("language", "word"), [("en", "Show"), ("fr", "Afficher"), ("ht", "Montre"), ("fil", "Ipakita")]
)
def test_a_password_can_be_shown_where_scripts_run(client: FlaskClient, language: str, word: str) -> None:
    """Elsewhere the button is not there, and the field is what it always was."""
    page = client.get(f"{SIGN_IN}?lang={language}").text
    button = re.search(r'(<button[^>]*data-shows="password"[^>]*>)(.*?)</button>', page)
    label = re.search(r'<label for="password">([^<]+)</label>', page)
    assert button is not None
    assert label is not None
    assert re.sub("<[^>]+>", "", button[2]) == f"{word} {label[1]}"
    said = dict(re.findall(r'([\w-]+)="([^"]*)"', button[1]))
    assert (said["type"], said["aria-pressed"], said["aria-controls"]) == ("button", "false", "password")
    assert "js-only" in said["class"].split()
    field = re.search(r'<input[^>]*name="password"[^>]*>', page)
    assert field is not None
    assert all(one in field[0] for one in ('type="password"', 'spellcheck="false"', 'autocapitalize="none"'))
    assert "shared/secret" in page
