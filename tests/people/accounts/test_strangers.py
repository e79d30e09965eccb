"""Whoever only knows an owner's address neither locks the owner out nor fills the mailbox, however many he is."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.core.database.session import db
from app.core.jobs import queue
from app.people.accounts.login import known_browser
from app.people.accounts.models import EmailMagicLink
from app.people.accounts.rules import mailbox_of
from app.record.notifications.models import Message
from tests.personas import form_token

from .mail import LoginMail, mails_to

OWNER = "careful.owner@example.com"
AT_HOME = "2001:db8:aaaa::1"


@pytest.fixture
def strict_app(app: Flask, session: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """Four logins an hour; counted from nothing."""
    settings = app.config["SETTINGS"].model_copy(update={"logins_per_hour": 4})
    monkeypatch.setitem(app.config, "SETTINGS", settings)
    with app.app_context():
        queue.connection().flushdb()
    yield app
    with app.app_context():
        queue.connection().flushdb()


def ask(browser: FlaskClient, machine: str, address: str = OWNER) -> int:
    data = {"csrf_token": form_token(browser), "email": address}
    return browser.post("/login", data=data, environ_base={"REMOTE_ADDR": machine}).status_code


def last_mail(app: Flask) -> LoginMail:
    return mails_to(app, OWNER)[-1]


def type_code(browser: FlaskClient, code: str, machine: str) -> int:
    data = {"csrf_token": form_token(browser), "code": code}
    return browser.post("/login/code", data=data, environ_base={"REMOTE_ADDR": machine}).status_code


def signed_in_once(app: Flask) -> FlaskClient:
    """The owner's browser: signed in, and out again."""
    browser = app.test_client()
    assert ask(browser, AT_HOME) == 303
    assert type_code(browser, last_mail(app).code, AT_HOME) == 303
    browser.post("/logout", data={"csrf_token": form_token(browser)})
    assert browser.get("/account").status_code != 200
    return browser


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_one_stranger_uses_up_his_own_mails_only(strict_app: Flask) -> None:
    answers = [ask(strict_app.test_client(), f"2001:db8:bad::{n}") for n in range(1, 40)]
    assert answers == [303, 303] + [429] * 37, "half of what he may in all, from however many addresses of his network"
    lines = [ask(strict_app.test_client(), f"2001:db8:0:{n:x}::1") for n in range(1, 40)]
    assert lines == [303, 303] + [429] * 37, "or from however many networks that one line has"
    assert ask(strict_app.test_client(), AT_HOME) == 303


def test_many_strangers_do_not_flood_and_a_known_browser_is_not_locked_out(strict_app: Flask) -> None:
    owner = signed_in_once(strict_app)
    answers = [ask(strict_app.test_client(), f"203.0.{n}.9") for n in range(1, 60)]
    assert answers.count(303) == 11, "twelve an hour in all, one of them the owner's own first"
    assert ask(strict_app.test_client(), AT_HOME) == 429, "in a browser never used the owner waits"
    assert ask(owner, AT_HOME) == 303
    assert ask(owner, "203.0.113.1") == 303, "wherever the browser is"
    assert type_code(owner, last_mail(strict_app).code, AT_HOME) == 303


def test_other_spellings_of_a_mailbox_are_that_mailbox(strict_app: Flask) -> None:
    spellings = [f"careful.owner+{n}@example.com" for n in range(30)]
    answers = [ask(strict_app.test_client(), f"203.0.{n}.9", one) for n, one in enumerate(spellings)]
    assert answers == [303] * 12 + [429] * 18
    assert mailbox_of("a.b+c@googlemail.com") == mailbox_of("ab@gmail.com") == "ab@gmail.com"
    assert mailbox_of("a.b@example.com") == "a.b@example.com"
    assert mailbox_of("+a@example.com") == "+a@example.com"


def test_a_known_browser_does_not_flood_either(strict_app: Flask) -> None:
    owner = signed_in_once(strict_app)
    assert [ask(owner, AT_HOME) for _ in range(6)] == [303] * 4 + [429] * 2
    assert ask(owner, AT_HOME, "somebody.else@example.com") == 303, "to others it is a stranger"
    assert [ask(owner, AT_HOME, "somebody.else@example.com") for _ in range(3)] == [303, 429, 429]


def test_codes_tried_by_strangers_do_not_use_up_the_owners(strict_app: Flask) -> None:
    owner = signed_in_once(strict_app)
    for number in range(1, 5):
        stranger, machine = strict_app.test_client(), f"203.0.{number}.9"
        assert ask(stranger, machine) == 303
        for _ in range(6):
            assert type_code(stranger, wrong(last_mail(strict_app).code), machine) in (422, 410)
    strangers = select(func.sum(EmailMagicLink.code_attempts)).where(~EmailMagicLink.is_known)
    with strict_app.app_context():
        assert db.session.scalar(strangers) == 20, "all strangers together; the owner's first code was one of them"
    late = strict_app.test_client()
    assert ask(late, "203.0.113.9") == 303
    assert type_code(late, last_mail(strict_app).code, "203.0.113.9") == 422, "not even the right one"
    assert ask(owner, AT_HOME) == 303
    assert type_code(owner, last_mail(strict_app).code, AT_HOME) == 303


@pytest.mark.parametrize("forged", ["", "x", "a.b.c", "9" * 300, "\u00e9"])
def test_a_cookie_that_is_none_makes_nobody_known(strict_app: Flask, forged: str) -> None:
    for n in range(1, 20):
        ask(strict_app.test_client(), f"203.0.{n}.9")
    browser = strict_app.test_client()
    browser.set_cookie("tiraj_known", forged)
    assert ask(browser, AT_HOME) == 429


def test_the_cookie_of_another_mailbox_makes_nobody_known(strict_app: Flask) -> None:
    with strict_app.test_request_context():
        token = known_browser.token_for(["stranger@example.com"])
        assert OWNER not in token
    for n in range(1, 20):
        ask(strict_app.test_client(), f"203.0.{n}.9")
    browser = strict_app.test_client()
    browser.set_cookie("tiraj_known", token)
    assert ask(browser, AT_HOME) == 429


def test_thirty_at_once_are_as_many_as_one_may(committed_db: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = committed_db.config["SETTINGS"].model_copy(update={"logins_per_hour": 5})
    monkeypatch.setitem(committed_db.config, "SETTINGS", settings)
    queue.connection().flushdb()
    together = Barrier(30)

    def one(number: int) -> int:
        browser = committed_db.test_client()
        token = form_token(browser)
        together.wait()
        data = {"csrf_token": token, "email": OWNER}
        machine = f"2001:db8:bad::{number + 1:x}"
        return browser.post("/login", data=data, environ_base={"REMOTE_ADDR": machine}).status_code

    with ThreadPoolExecutor(30) as pool:
        answers = sorted(pool.map(one, range(30)))
    queue.connection().flushdb()
    assert answers == [303] * 3 + [429] * 27
    assert db.session.scalar(select(func.count()).select_from(Message)) == 3
