"""What the ways in send, and what a program says to them."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from pydantic import SecretStr
from sqlalchemy import select, text
from werkzeug.test import TestResponse

from app.core.database.session import db, transaction
from app.core.sealing.columns import lookup
from app.record.notifications.models import Message, kind_of

SMS: dict[str, Any] = {
    "sms_provider": "twilio",
    "twilio_account_sid": f"AC{'0' * 32}",
    "twilio_auth_token": SecretStr("token"),
    "twilio_from": "+15005550006",
    "semaphore_api_key": SecretStr("key"),
}
"""Twilio carries SMS; no test delivers one."""
PHONE = "+50934101234"
OTHER_PHONE = "+50937051234"
MAIL = "player@example.com"


def way(contact: str) -> dict[str, str]:
    """The contact as JSON has it."""
    return {"email": contact} if "@" in contact else {"phone": contact}


def post(browser: FlaskClient, path: str, body: object, frm: str = "198.51.100.7", **headers: str) -> TestResponse:
    return browser.post(path, json=body, headers=headers, environ_overrides={"REMOTE_ADDR": frm})


def ask(browser: FlaskClient, contact: str, frm: str = "198.51.100.7") -> TestResponse:
    """Ask for a code."""
    return post(browser, "/api/players/codes", way(contact), frm)


def verify(browser: FlaskClient, contact: str, code: str, frm: str = "198.51.100.7", **more: Any) -> TestResponse:
    """Try a code."""
    return post(browser, "/api/players/codes/verify", {**way(contact), "code": code, **more}, frm)


def codes_to(app: Flask, contact: str, template: str = "login_code") -> list[str]:
    """Every code that was sent there, the oldest first."""
    with app.app_context():
        sent_there = Message.recipient_hash == lookup(kind_of(contact), contact)
        rows = db.session.scalars(select(Message).where(sent_there, Message.template == template).order_by(Message.id))
        return [row.params["code"] for row in rows]


def code_for(browser: FlaskClient, contact: str, frm: str = "198.51.100.7") -> str:
    """A code that was asked for just now."""
    assert ask(browser, contact, frm).status_code == 202
    return codes_to(browser.application, contact)[-1]


def wrong(code: str, by: int = 1) -> str:
    """Another code."""
    return f"{(int(code) + by) % 10**6:06d}"


def tokens_for(browser: FlaskClient, contact: str) -> dict[str, Any]:
    """Both tokens of a new session."""
    answer = verify(browser, contact, code_for(browser, contact))
    assert answer.status_code == 200, answer.text
    return dict(answer.json)


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def opens(browser: FlaskClient, token: str) -> int:
    """The status of a route of people's with this token."""
    return browser.get("/api/players/limits", headers=bearer(token)).status_code


def run(app: Flask, statement: str) -> None:
    with app.app_context(), transaction() as session:
        session.execute(text(statement))
