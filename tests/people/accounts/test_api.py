"""Signing in and out by JSON: in a browser with cookies, and as a program without."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from werkzeug.test import TestResponse

from app.core.database.session import db, transaction
from app.people.accounts.models import User, UserSession
from app.people.accounts.queries import has_email
from tests.personas import Persona, signed_in

from .mail import mails_to
from .test_rules import BAD_EMAILS, EVIL_NEXT

ADDRESS = "new.person@example.com"
FOREIGN: list[dict[str, str]] = [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}]


def send(browser: FlaskClient, what: str, body: object, **headers: str) -> TestResponse:
    return browser.post(f"/api/auth/{what}", data=json.dumps(body), content_type="application/json", headers=headers)


def answer_of(response: TestResponse) -> dict[str, Any]:
    assert isinstance(response.json, dict)
    return response.json


def sessions(app: Flask) -> int:
    with app.app_context():
        live = select(func.count()).select_from(UserSession).where(UserSession.revoked_at.is_(None))
        return db.session.scalars(live).one()


@pytest.mark.parametrize("proof", ["token", "code"])
def test_a_browser_signs_in_with_cookies(app: Flask, client: FlaskClient, proof: str) -> None:
    asked = send(client, "magic-link", {"email": ADDRESS, "next": "/partners/new"})
    assert (asked.status_code, answer_of(asked)) == (202, {"expiresInSeconds": 600, "login": None})
    mail = mails_to(app, ADDRESS)[-1]
    answer = send(client, "verify", {proof: getattr(mail, proof)})
    assert answer.status_code == 200
    body = answer_of(answer)
    assert body["sessionToken"] is None, "a script of the page has no use for it"
    assert (body["user"]["email"], body["next"]) == (ADDRESS, "/partners/new")
    assert ADDRESS in client.get("/account").text
    assert send(client, "logout", {}).status_code == 204
    assert client.get("/account").status_code == 303
    assert sessions(app) == 0


@pytest.mark.parametrize("proof", ["token", "code"])
def test_a_program_signs_in_without_cookies(app: Flask, proof: str) -> None:
    program = app.test_client(use_cookies=False)
    asked = send(program, "magic-link", {"email": ADDRESS, "bearer": True})
    assert "Set-Cookie" not in asked.headers
    login = answer_of(asked)["login"]
    mail = mails_to(app, ADDRESS)[-1]
    answer = send(program, "verify", {proof: getattr(mail, proof), "login": login})
    assert "Set-Cookie" not in answer.headers
    bearer = {"Authorization": f"Bearer {answer_of(answer)['sessionToken']}"}
    assert program.get("/api/partners", headers=bearer).status_code == 200
    again = send(program, "verify", {proof: getattr(mail, proof), "login": login})
    assert (again.status_code, answer_of(again)["code"]) == (422, "login_refused")
    assert send(program, "logout", {}, **bearer).status_code == 204
    assert program.get("/api/partners", headers=bearer).status_code == 401


@pytest.fixture(autouse=True)
def _database(session: Any) -> None:
    """Everything here is rolled back."""


def test_a_known_and_an_unknown_address_look_the_same(app: Flask, owner: Persona) -> None:
    program = app.test_client(use_cookies=False)
    known, unknown = (send(program, "magic-link", {"email": mail}) for mail in ("owner@example.com", ADDRESS))
    assert (known.status_code, known.data) == (unknown.status_code, unknown.data)
    assert [name for name, _ in known.headers] == [name for name, _ in unknown.headers]


def test_a_stolen_mail_opens_nothing(app: Flask, client: FlaskClient) -> None:
    send(client, "magic-link", {"email": ADDRESS})
    mail = mails_to(app, ADDRESS)[-1]
    thief = app.test_client()
    own = answer_of(send(thief, "magic-link", {"email": "thief@example.com", "bearer": True}))["login"]
    for body in (
        {"token": mail.token},
        {"code": mail.code},
        {"token": mail.token, "login": own},
        {"code": mail.code, "login": own},
        {"token": mail.token, "login": "x"},
        {"code": mail.code, "login": "x.y"},
    ):
        assert answer_of(send(thief, "verify", body))["code"] == "login_refused"
    assert sessions(app) == 0
    assert send(client, "verify", {"token": mail.token}).status_code == 200


@pytest.mark.parametrize("email", [*BAD_EMAILS, 5, None, ["a@example.com"]])
def test_what_is_no_address(app: Flask, client: FlaskClient, email: Any) -> None:
    answer = send(client, "magic-link", {"email": email})
    assert (answer.status_code, answer_of(answer).get("field") or answer_of(answer)["errors"][0]["field"]) == (
        422,
        "email",
    )


@pytest.mark.parametrize("path", EVIL_NEXT)
def test_no_login_leads_elsewhere(app: Flask, client: FlaskClient, path: str) -> None:
    if send(client, "magic-link", {"email": ADDRESS, "next": path}).status_code != 202:
        return
    answer = send(client, "verify", {"token": mails_to(app, ADDRESS)[-1].token})
    assert answer_of(answer)["next"] == "/partners"


@pytest.mark.parametrize(
    "body", [{}, {"token": "a", "code": "b"}, {"token": ""}, {"token": "x" * 500}, {"code": 123456}, {"token": "\0"}]
)
def test_a_proof_is_one_of_two(client: FlaskClient, body: dict[str, Any]) -> None:
    assert send(client, "verify", body).status_code == 422


@pytest.mark.parametrize("headers", FOREIGN)
@pytest.mark.parametrize(
    ("what", "body"),
    [("magic-link", {"email": ADDRESS}), ("verify", {"code": "123456"}), ("logout", {}), ("sessions/revoke", {})],
)
def test_another_pages_request_is_refused(
    app: Flask, owner: Persona, what: str, body: dict[str, Any], headers: dict[str, str]
) -> None:
    answer = send(owner.browser, what, body, **headers)
    assert (answer.status_code, answer_of(answer)["code"]) == (403, "origin_refused")
    assert owner.browser.post(f"/api/auth/{what}", data=body).status_code == 415
    assert sessions(app) == 1
    assert mails_to(app, ADDRESS) == []


def test_sessions_are_ended(app: Flask, owner: Persona, stranger: Persona) -> None:
    others = [signed_in(app, "owner@example.com") for _ in range(3)]
    with app.app_context():
        theirs = db.session.scalars(select(UserSession.id).where(UserSession.user_id == stranger.id)).one()
        mine = db.session.scalars(
            select(UserSession.id).where(UserSession.user_id == owner.id).order_by(UserSession.id.desc()).limit(1)
        ).one()
    for session_id in (str(theirs), "x", "018f58d2-2802-7000-8000-000000000002"):
        assert send(owner.browser, "sessions/revoke", {"sessionId": session_id}).status_code == 404
    assert answer_of(send(owner.browser, "sessions/revoke", {"sessionId": str(mine)})) == {"ended": 1}
    assert others[2].get("/account").status_code == 303
    assert answer_of(send(owner.browser, "sessions/revoke", {})) == {"ended": 2}
    assert owner.get("/account").status_code == 200
    assert stranger.get("/account").status_code == 200
    assert send(app.test_client(), "sessions/revoke", {}).status_code == 401


def test_signing_out_without_a_session(client: FlaskClient) -> None:
    assert send(client, "logout", {}).status_code == 204
    assert send(client, "logout", {}, Authorization="Bearer nothing").status_code == 204


def test_an_old_link_is_refused(app: Flask, client: FlaskClient) -> None:
    send(client, "magic-link", {"email": ADDRESS})
    with app.app_context(), transaction() as session:
        session.execute(text("UPDATE email_magic_links SET expires_at = now() - interval '1 second'"))
    answer = send(client, "verify", {"token": mails_to(app, ADDRESS)[-1].token})
    assert answer_of(answer)["code"] == "login_refused"
    with app.app_context():
        assert db.session.scalars(select(func.count()).select_from(User).where(has_email(ADDRESS))).one() == 0
