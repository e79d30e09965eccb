"""A session that was made by a code or a password opens no partner's page: every one is walked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from werkzeug.routing import AnyConverter, Rule

from app.core.database.session import transaction
from app.people.accounts import service
from app.people.accounts.login.page_door import session_cookie
from tests.architecture.test_routes import SAMPLES
from tests.factories.partners import make_site
from tests.personas import Persona, signed_in

from .mail import ask

WEAK = ("sms", "code", "password")
OWNER = "owner@example.com"
_OPEN = {"partners.sites"}  # to who is not signed in it is an offer
_PARTNERS = re.compile(r"/(partners|api/partners|account/email)(/|$)")


def with_strength(app: Flask, strength: str) -> Persona:
    """The owner of a site, who came in by this."""
    persona = signed_in(app, OWNER)
    assert persona.id is not None
    with app.app_context(), transaction():
        token = service.open_session(persona.id, agent="", strength=strength)
    with app.test_request_context("/"):
        persona.browser.set_cookie(session_cookie(), token)
    return persona


def rules(app: Flask) -> Iterator[tuple[Rule, str]]:
    """Every rule of a partner's page or route, with each method."""
    for rule in app.url_map.iter_rules():
        if _PARTNERS.match(rule.rule):
            for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"}):
                yield rule, method


def path_of(app: Flask, rule: Rule) -> str:
    """An address of the rule. Which site, and which thing of it, is no matter to a door."""
    values = {name: _value(rule, name) for name in rule.arguments}
    with app.test_request_context("/"):
        built = rule.build({**values, **(rule.defaults or {})}, append_unknown=False)
    assert built is not None, rule.rule
    return built[1]


def _value(rule: Rule, name: str) -> str:
    converter = rule._converters[name]
    return min(converter.items) if isinstance(converter, AnyConverter) else SAMPLES.get(name, _ID)


_ID = "01900000-0000-7000-8000-000000000000"


@pytest.fixture
def site(app: Flask, session: Any, owner: Persona) -> None:
    assert owner.id is not None
    with app.app_context(), transaction():
        make_site(owner.id, status="live", name=SAMPLES["name"])


def test_no_partners_page_opens(app: Flask, site: None) -> None:
    persona = with_strength(app, "sms")
    opened, walked = [], 0
    for rule, method in rules(app):
        path, walked = path_of(app, rule), walked + 1
        if rule.rule.startswith("/api/"):
            answer = persona.browser.open(path, method=method, json={})
            is_shut = answer.status_code == 403 and answer.json["code"] == "link_needed"
        elif method == "GET":
            answer = persona.get(path)
            is_shut = answer.status_code == 403 and "Why your present session is not enough" in answer.text
        else:
            answer = persona.post(path)
            is_shut = answer.status_code == 403 and "Why your present session is not enough" in answer.text
        answer.close()
        if not is_shut:
            opened.append((rule.rule, method, answer.status_code))
    assert opened == []
    assert walked >= 60


def test_the_link_opens_them(app: Flask, site: None) -> None:
    """The contrary: the same person by the link meets that page nowhere."""
    persona = with_strength(app, "link")
    for rule, method in rules(app):
        if method != "GET":
            continue
        answer = persona.get(path_of(app, rule))
        assert "Why your present session" not in answer.text, rule.rule
    assert persona.get("/partners/lucky-shop").status_code == 200
    assert persona.get("/api/partners/lucky-shop").status_code == 200


@pytest.mark.parametrize("strength", WEAK)
def test_the_page_says_why_and_offers_the_link(app: Flask, site: None, strength: str) -> None:
    persona = with_strength(app, strength)
    page = persona.get("/partners/lucky-shop/settings?section=price").text
    assert 'action="/login"' in page
    assert f'value="{OWNER}"' in page
    assert 'value="/partners/lucky-shop/settings?section=price"' in page
    assert persona.get("/login").status_code == 200, "who is signed in too weakly may sign in"
    mail = ask(persona.browser, OWNER, next="/partners/lucky-shop")
    assert persona.post("/login/confirm", {"token": mail.token}).headers["Location"] == "/partners/lucky-shop"
    assert persona.get("/partners/lucky-shop").status_code == 200


@pytest.mark.parametrize("strength", WEAK)
def test_ones_own_account_and_playing_open(app: Flask, session: Any, strength: str) -> None:
    persona = with_strength(app, strength)
    for path in ("/account", "/play/limits", "/play/breaks", "/api/players/limits"):
        assert persona.get(path).status_code == 200, path


@pytest.mark.parametrize("strength", WEAK)
def test_nobody_moves_the_account_to_another_mailbox(app: Flask, session: Any, strength: str) -> None:
    """Else a stolen number would change the address, ask for the link there, and reach the money all the same."""
    persona = with_strength(app, strength)
    assert persona.post("/account/email", {"email": "thief@example.com"}).status_code == 403
    with app.app_context(), transaction() as session_:
        assert session_.execute(text("SELECT count(*) FROM email_changes")).scalar() == 0


def test_who_has_no_mail_address_is_told_to_add_one(app: Flask, session: Any) -> None:
    with app.app_context(), transaction():
        user_id = service.user_with_phone("+50934101234")
        token = service.open_session(user_id, agent="", strength="sms")
    browser = app.test_client()
    with app.test_request_context("/"):
        browser.set_cookie(session_cookie(), token)
    page = browser.get("/partners/new")
    assert page.status_code == 403
    assert "Your account has no mail address yet." in page.text
    assert browser.get("/account").status_code == 200
