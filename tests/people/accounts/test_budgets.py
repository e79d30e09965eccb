"""Strangers who ask for codes in somebody's name: what they use up is theirs, and the owner gets in all the same."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app.core.database.session import db
from app.core.jobs import queue
from app.people.accounts.codes import service
from app.people.accounts.login.settings import AccountSettings
from app.record.audit.models import Alarm
from app.record.notifications.models import Message
from tests.personas import form_token

from .ways import MAIL, OTHER_PHONE, PHONE, SMS, ask, bearer, code_for, codes_to, post, tokens_for, verify, way

HOME = "198.51.100.7"
"""The owner's network."""
PASSWORD = "a lamp in the harbour"


@pytest.fixture(autouse=True)
def strict(app: Flask, session: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Six codes an hour to one contact, counted from nothing."""
    values = {**SMS, "codes_per_contact": 6, "codes_per_hour": 1_000}
    monkeypatch.setitem(app.config, "SETTINGS", app.config["SETTINGS"].model_copy(update=values))
    with app.app_context():
        queue.connection().flushdb()
    yield
    with app.app_context():
        queue.connection().flushdb()


def messages(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Message)) or 0


def neighbourhoods(app: Flask, contact: str, number: int = 8) -> list[int]:
    """The statuses of as many strangers, none of them near another."""
    return [ask(app.test_client(), contact, frm=f"203.0.{at}.9").status_code for at in range(number)]


def code_of(answer: TestResponse) -> tuple[int, str]:
    return answer.status_code, answer.json["code"]


def wants_password(browser: FlaskClient, frm: str) -> TestResponse:
    return post(browser, "/api/auth/register", {"email": MAIL, "password": PASSWORD}, frm)


def joins(browser: FlaskClient, contact: str, token: str, frm: str) -> TestResponse:
    return post(browser, "/api/players/ways", way(contact), frm, **bearer(token))


def in_and_out_again(app: Flask, contact: str) -> FlaskClient:
    """The owner's browser, that keeps nothing but that it was there."""
    browser = app.test_client()
    assert verify(browser, contact, code_for(browser, contact), inCookies=True).status_code == 200
    assert post(browser, "/api/auth/logout", {}).status_code == 204
    return browser


@pytest.mark.parametrize("contact", [PHONE, MAIL])
def test_what_sends_nothing_uses_up_nothing(app: Flask, contact: str) -> None:
    thief = app.test_client()
    assert {ask(thief, contact, frm="192.0.2.1").status_code for _ in range(30)} == {202}
    assert messages(app) == 1, "all within half a minute"
    assert neighbourhoods(app, contact) == [202] * 5 + [429] * 3, "and that one is all that it cost the others"
    assert messages(app) == 6


def test_the_page_says_what_can_be_done_and_keeps_what_was_typed(app: Flask) -> None:
    for at in range(4):
        browser = app.test_client()
        data = {"csrf_token": form_token(browser), "email": MAIL}
        page = browser.post("/play/sign-in", data=data, environ_base={"REMOTE_ADDR": f"203.0.113.{at}"})
        assert page.status_code == (429 if at == 3 else 303)
    assert "Too many codes were sent there. Wait 60 minutes, sign in another way" in page.text
    assert f'value="{MAIL}"' in page.text
    assert page.headers["Retry-After"].isdigit()


@pytest.mark.parametrize("contact", [PHONE, MAIL])
def test_one_stranger_leaves_the_owner_enough_for_a_browser_that_nobody_knows(app: Flask, contact: str) -> None:
    spelled = [contact] if contact == PHONE else [contact, *(contact.replace("@", f"+{at}@") for at in range(20))]
    asked = [ask(app.test_client(), spelled[at % len(spelled)], frm=f"203.0.113.{at}") for at in range(24)]
    assert [one.status_code for one in asked] == [202] * 3 + [429] * 21, "however he spells it, all over his town"
    assert code_of(asked[-1]) == (429, "codes_sent_too_often")
    assert 0 < int(asked[-1].headers["Retry-After"]) <= 3_600
    owner = app.test_client()
    assert verify(owner, contact, code_for(owner, contact, HOME), HOME).status_code == 200


def test_each_use_of_codes_has_a_share_of_its_own(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "RESEND_AFTER", timedelta(0))
    token = tokens_for(client, PHONE)["accessToken"]
    passwords = [wants_password(app.test_client(), f"203.0.{at}.9").status_code for at in range(5)]
    adding = [joins(app.test_client(), MAIL, token, f"203.0.{at}.9").status_code for at in range(5)]
    assert passwords == adding == [202] * 3 + [429] * 2
    owner = app.test_client()
    assert verify(owner, MAIL, code_for(owner, MAIL, HOME), HOME).status_code == 200
    assert neighbourhoods(app, MAIL) == [202] * 5 + [429] * 3, "the strangers' own bound still holds"


def test_many_strangers_use_up_nothing_of_a_browser_that_was_there_before(app: Flask) -> None:
    """It is known by every way of its account, and no further."""
    owner = in_and_out_again(app, PHONE)
    token = tokens_for(owner, PHONE)["accessToken"]
    assert joins(owner, MAIL, token, HOME).status_code == 202
    joined = post(
        owner,
        "/api/players/ways/verify",
        {**way(MAIL), "code": codes_to(app, MAIL, "joining_code")[-1]},
        **bearer(token),
    )
    assert joined.status_code == 200
    owner = in_and_out_again(app, PHONE)
    for contact in (PHONE, MAIL):
        assert 429 in neighbourhoods(app, contact)
        assert ask(app.test_client(), contact, HOME).status_code == 429, "in a browser never used the owner waits"
        assert verify(owner, contact, code_for(owner, contact, HOME), HOME).status_code == 200
    assert 429 in neighbourhoods(app, OTHER_PHONE)
    assert ask(owner, OTHER_PHONE, HOME).status_code == 429, "to others it is a stranger"


def test_a_known_browser_does_not_flood_either(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = in_and_out_again(app, MAIL)
    monkeypatch.setattr(service, "RESEND_AFTER", timedelta(0))
    assert [ask(owner, MAIL, HOME).status_code for _ in range(8)] == [202] * 6 + [429] * 2


def test_one_account_in_many_browsers_uses_up_no_sms_of_others(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever signs in anew has another known browser each time: those of one account have twice a browser's share."""
    owner, thiefs = in_and_out_again(app, OTHER_PHONE), [in_and_out_again(app, PHONE)]
    monkeypatch.setattr(service, "RESEND_AFTER", timedelta(0))
    thiefs += [in_and_out_again(app, PHONE) for _ in range(2)]
    bounds = {"sms_per_day_to_country": 14}
    monkeypatch.setitem(app.config, "SETTINGS", app.config["SETTINGS"].model_copy(update=bounds))
    asked = [ask(one, PHONE, HOME) for one in thiefs for _ in range(6)]
    assert [one.status_code for one in asked] == [202] * 12 + [429] * 6
    assert code_of(asked[-1]) == (429, "codes_sent_too_often")
    assert ask(owner, OTHER_PHONE, HOME).status_code == 202


def test_what_may_not_be_joined_is_counted_to_nobody(app: Flask, client: FlaskClient) -> None:
    token = tokens_for(client, "thief@example.com")["accessToken"]
    for _ in range(10):
        assert code_of(joins(client, MAIL, token, "203.0.113.1")) == (409, "email_there")
    assert neighbourhoods(app, MAIL) == [202] * 6 + [429] * 2


def test_sms_are_bounded_by_the_day_and_the_country_and_an_alarm_says_so(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = in_and_out_again(app, PHONE)
    bounds = {"sms_per_day_to_country": 3, "sms_per_day": 5}
    monkeypatch.setitem(app.config, "SETTINGS", app.config["SETTINGS"].model_copy(update=bounds))
    haitian = [ask(app.test_client(), f"+5093410{at}234", f"203.0.{at}.9") for at in range(1, 6)]
    assert [one.status_code for one in haitian] == [202, 202, 202, 503, 503]
    assert code_of(haitian[-1]) == (503, "sms_used_up")
    assert int(haitian[-1].headers["Retry-After"]) > 80_000
    american = [ask(app.test_client(), f"+1202555014{at}", f"203.0.{at}.9").status_code for at in range(1, 4)]
    assert american == [202, 202, 503], "five in all"
    assert ask(owner, PHONE, HOME).status_code == 202, "a browser that is known has others"
    assert ask(app.test_client(), MAIL, HOME).status_code == 202
    with app.app_context():
        raised = db.session.execute(select(Alarm.code, Alarm.subject).order_by(Alarm.id)).all()
    assert [tuple(one) for one in raised] == [("sms_used_up", "sms:HT"), ("sms_used_up", "sms:all")], "once each"


def test_in_production_the_countries_are_named_that_sms_go_to() -> None:
    everywhere = {"ENVIRONMENT": "production", "SMS_PROVIDER": "twilio"}
    assert [one.partition(":")[0] for one in AccountSettings.problems(everywhere)] == ["PHONE_REGIONS"]
    for fine in ({"PHONE_REGIONS": "HT PH"}, {"SMS_PROVIDER": "semaphore"}, {"ENVIRONMENT": "development"}):
        assert AccountSettings.problems(everywhere | fine) == []
