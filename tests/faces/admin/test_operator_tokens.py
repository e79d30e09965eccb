"""Operators' programs sign in by JSON, and operators with a one-time code beside their password."""

from __future__ import annotations

import re
import time

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from werkzeug.test import TestResponse

from app.core.database.session import db, transaction
from app.core.errors import DomainError
from app.people.accounts.service import user_with_email
from app.people.accounts.tokens import service as players_tokens
from app.people.approvals.models import Approval
from app.people.operators import service as operators
from app.people.operators import totp
from app.people.operators.rules import MODULES
from tests.people.approvals.conftest import house, stopping  # noqa: F401  (fixtures)
from tests.people.approvals.people import PASSWORDS, Stopping, change, confirm, propose, sales_stopped, session_of
from tests.personas import form_token

from .operators import Operator
from .test_approvals import browser_of
from .test_signing_in import acts, sign_in

ASKED = "/api/admin/approvals"


def log_in(app: Flask, name: str = "bea", **more: str) -> TestResponse:
    given = {"username": name, "password": PASSWORDS[name], **more}
    return app.test_client().post("/api/admin/login", json=given)


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_a_program_signs_in_and_confirms_by_its_token(house: Flask, stopping: Stopping) -> None:  # noqa: F811
    approval = propose()
    answer = log_in(house)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    told = answer.get_json()
    assert told["privileges"] == list(MODULES)
    program = house.test_client()
    assert program.get(ASKED, headers=bearer(told["accessToken"])).status_code == 200
    done = program.post(f"{ASKED}/{approval}/confirm", json={"reason": "ok"}, headers=bearer(told["accessToken"]))
    assert (done.status_code, done.get_json()["state"]) == (200, "confirmed")
    assert sales_stopped()
    mine = log_in(house, "operator").get_json()["accessToken"]
    own = program.post(f"{ASKED}/{propose(subject='x')}/confirm", json={"reason": "ok"}, headers=bearer(mine))
    assert own.get_json()["code"] == "approval_by_same_person"


def test_nobody_else_gets_tokens(house: Flask) -> None:  # noqa: F811
    wrong = [log_in(house, "bea", password="wrong"), log_in(house, "bea", username="nobody")]
    assert [(one.status_code, one.get_json()["code"]) for one in wrong] == [(401, "operator_unknown")] * 2
    assert house.test_client().post("/api/admin/login", json={"username": "bea"}).status_code == 422
    other = {"Origin": "https://evil.example"}
    given = {"username": "bea", "password": PASSWORDS["bea"]}
    assert house.test_client().post("/api/admin/login", json=given, headers=other).status_code == 403
    with transaction():
        operators.disable("bea", actor="operator:cid", reason="a test")
    assert log_in(house).status_code == 401


def test_neither_token_opens_the_other_house(house: Flask) -> None:  # noqa: F811
    with transaction():
        players = players_tokens.begin(user_with_email("ada@example.org"), agent="an app", strength="sms").access
    mine, program = log_in(house).get_json()["accessToken"], house.test_client()
    for path in (ASKED, "/api/admin/payout-psbts", "/admin/approvals", "/admin/audit"):
        answer = program.get(path, headers=bearer(players))
        assert answer.status_code == 403, path
    answer = program.get("/api/players/limits", headers=bearer(mine))
    assert (answer.status_code, answer.get_json()["code"]) == (403, "token_for_others")
    assert program.get("/api/players/limits", headers=bearer(players)).status_code != 403


def test_a_refresh_token_is_used_once_and_its_reuse_ends_the_session(house: Flask) -> None:  # noqa: F811
    first, program = log_in(house).get_json(), house.test_client()
    renew = lambda token: program.post("/api/admin/refresh", json={"refreshToken": token})  # noqa: E731
    second = renew(first["refreshToken"]).get_json()
    assert program.get(ASKED, headers=bearer(second["accessToken"])).status_code == 200
    assert renew(first["refreshToken"]).status_code == 401
    assert program.get(ASKED, headers=bearer(second["accessToken"])).status_code == 401
    assert renew(second["refreshToken"]).status_code == 401
    assert acts()[-1] == ("operator:bea", "operator.token_reused")


def test_signing_out_disabling_and_idleness_end_tokens_at_once(house: Flask) -> None:  # noqa: F811
    program = house.test_client()
    out, idle, disabled = (log_in(house).get_json() for _ in range(3))
    assert program.post("/api/admin/logout", headers=bearer(out["accessToken"])).status_code == 204
    assert program.get(ASKED, headers=bearer(out["accessToken"])).status_code == 401
    change("UPDATE operator_sessions SET last_seen_at = now() - interval '31 minutes'")
    assert program.get(ASKED, headers=bearer(idle["accessToken"])).status_code == 401
    assert program.post("/api/admin/refresh", json={"refreshToken": idle["refreshToken"]}).status_code == 401
    change("UPDATE operator_sessions SET last_seen_at = now()")
    assert program.get(ASKED, headers=bearer(disabled["accessToken"])).status_code == 200
    with transaction():
        operators.disable("bea", actor="operator:cid", reason="a test")
    assert program.get(ASKED, headers=bearer(disabled["accessToken"])).status_code == 401
    assert program.post("/api/admin/refresh", json={"refreshToken": disabled["refreshToken"]}).status_code == 401


def enrolled(app: Flask, name: str = "bea") -> tuple[FlaskClient, pyotp.TOTP, str]:
    """An operator who has set codes up on their own page, with the code that showed it."""
    browser = browser_of(app, name)
    assert "Set them up" in browser.get("/admin/me").text
    started = browser.post("/admin/me/codes/begin", data={"csrf_token": form_token(browser)})
    assert started.status_code == 303
    found = re.search(r"type this there: ([A-Z2-7]{32})", browser.get("/admin/me").text)
    assert found is not None
    phone = pyotp.TOTP(found[1])
    wrong = browser.post("/admin/me/codes", data={"csrf_token": form_token(browser), "code": "12345"})
    assert wrong.status_code == 422
    assert sign_in(app.test_client(), name, PASSWORDS[name]).status_code == 303  # not asked for yet
    code = phone.at(int(time.time()) - 30)
    done = browser.post("/admin/me/codes", data={"csrf_token": form_token(browser), "code": code})
    assert done.status_code == 303
    return browser, phone, code


def test_a_code_is_asked_for_and_opens_once(house: Flask) -> None:  # noqa: F811
    browser, phone, used = enrolled(house)
    page = browser.get("/admin/me").text
    assert "Asked for" in page
    assert phone.secret not in page
    stored = bytes(db.session.scalar(text("SELECT totp_sealed FROM operators WHERE name = 'bea'")))
    db.session.rollback()
    assert phone.secret.encode() not in stored
    assert sign_in(house.test_client(), "bea", PASSWORDS["bea"]).status_code == 422
    assert Operator(house, "bea", PASSWORDS["bea"]).get("/admin").status_code == 401
    assert sign_in(house.test_client(), "bea", PASSWORDS["bea"], code=used).status_code == 422  # at enrolling
    code = phone.now()
    assert sign_in(house.test_client(), "bea", "wrong", code=code).status_code == 422
    assert sign_in(house.test_client(), "bea", PASSWORDS["bea"], code=code).status_code == 303
    assert sign_in(house.test_client(), "bea", PASSWORDS["bea"], code=code).status_code == 422
    assert log_in(house).status_code == 401
    assert log_in(house, totp=code).status_code == 401
    assert log_in(house, totp=phone.at(int(time.time()) + 30)).status_code == 200
    again = browser.post("/admin/me/codes/begin", data={"csrf_token": form_token(browser)})
    assert again.status_code == 409


def test_codes_that_are_guessed_are_counted_though_the_password_is_right(house: Flask) -> None:  # noqa: F811
    enrolled(house)
    settings = house.config["SETTINGS"]
    house.config["SETTINGS"] = settings.model_copy(update={"operator_failures_per_hour": 3})
    answers = [sign_in(house.test_client(), "bea", PASSWORDS["bea"], code=f"00000{n}").status_code for n in range(5)]
    house.config["SETTINGS"] = settings
    assert answers[-1] == 429
    assert 303 not in answers


def test_credentials_alone_set_no_codes_up(house: Flask) -> None:  # noqa: F811
    bea = Operator(house, "bea", PASSWORDS["bea"])
    assert "Sign in by the form to set them up" in bea.get("/admin/me").text
    assert [bea.post(f"/admin/me/codes{end}", {"code": "123456"}).status_code for end in ("/begin", "")] == [403, 403]


def flask_operators(app: Flask, *words: str) -> str:
    done = app.test_cli_runner().invoke(args=["operators", *words, "--operator", "operator", "--reason", "a test"])
    db.session.rollback()
    return done.output


def newest() -> Approval:
    found = db.session.scalars(select(Approval).order_by(Approval.id.desc()).limit(1)).one()
    db.session.rollback()
    return found


def test_codes_are_reset_by_two_others(house: Flask) -> None:  # noqa: F811
    enrolled(house)
    as_quick(house)
    assert "proposed as" in flask_operators(house, "totp-reset", "bea")
    approval = newest().id
    with pytest.raises(DomainError, match="approval_concerns_you"):
        confirm(approval, session_of("bea"))
    confirm(approval, session_of("cid"))
    assert sign_in(house.test_client(), "bea", PASSWORDS["bea"]).status_code == 303
    assert flask_operators(house, "totp-reset", "bea") == "bea: as it was\n"


def as_quick(app: Flask) -> None:
    """Nothing has to lie open for a day."""
    app.config["SETTINGS"] = app.config["SETTINGS"].model_copy(update={"operators_wait_hours": 0.0})


def may(name: str) -> list[str]:
    found = db.session.scalar(text("SELECT privileges FROM operators WHERE name = :name"), {"name": name})
    db.session.rollback()
    return list(found or [])


def test_privileges_are_taken_at_once_and_given_by_two_a_day_later(house: Flask) -> None:  # noqa: F811
    assert flask_operators(house, "privilege", "bea", "rounds") == "bea: changed\n"
    assert may("bea") == ["rounds"]
    assert "proposed as" in flask_operators(house, "privilege", "bea", "rounds", "payouts")
    assert may("bea") == ["rounds"]
    approval, cid = newest().id, session_of("cid")
    with pytest.raises(DomainError, match="approval_too_early"):
        confirm(approval, cid)
    flask_operators(house, "privilege", "bea")  # less, meanwhile
    as_quick(house)
    assert "proposed as" in flask_operators(house, "privilege", "bea", "payouts")  # the old one makes no sense
    with pytest.raises(DomainError, match="operator_not_privileged"):
        confirm(newest().id, session_of("bea"))
    confirm(newest().id, cid)
    assert may("bea") == ["payouts"]


def test_who_is_put_out_is_out_at_once_and_let_in_by_two(house: Flask) -> None:  # noqa: F811
    as_quick(house)
    assert flask_operators(house, "disable", "bea") == "bea: changed\n"
    assert log_in(house).status_code == 401
    assert "proposed as" in flask_operators(house, "enable", "bea")
    assert log_in(house).status_code == 401
    confirm(newest().id, session_of("cid"))
    assert log_in(house).status_code == 200
    assert totp.use("bea", "000000") is False


def test_an_operator_is_made_with_nothing_until_two_say_more(house: Flask) -> None:  # noqa: F811
    as_quick(house)
    said = house.test_cli_runner().invoke(
        args=["operators", "add", "dora", "rounds", "--operator", "operator", "--reason", "new"],
        input="a-long-password\na-long-password\n",
    )
    db.session.rollback()
    assert "proposed as" in said.output
    assert may("dora") == []
    confirm(newest().id, session_of("bea"))
    assert may("dora") == ["rounds"]


def test_in_production_pages_take_a_session_alone(house: Flask) -> None:  # noqa: F811
    settings, bea, browser = (
        house.config["SETTINGS"],
        Operator(house, "bea", PASSWORDS["bea"]),
        browser_of(house, "bea"),
    )
    assert bea.get("/admin/audit").status_code == 200
    house.config["SETTINGS"] = settings.model_copy(update={"environment": "production"})
    answer = bea.get("/admin/audit")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/admin/login?next=%2Fadmin%2Faudit")
    assert bea.post("/admin/system/switches/sales", {"act": "stop", "reason": "x"}).status_code == 401
    assert bea.get(ASKED).status_code == 200
    assert house.test_client().get("/admin").status_code == 303
    for headers in ({}, bea.headers):  # a browser that knew name and password before sends them on
        assert browser.get("/admin/audit", headers=headers).status_code == 200
    house.config["SETTINGS"] = settings
