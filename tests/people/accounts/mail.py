"""What lies in a person's mailbox."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import ColumnElement, select

from app.core.database.session import db
from app.core.sealing.columns import MAIL, lookup
from app.record.notifications.models import Message
from tests.personas import form_token


@dataclass(frozen=True)
class LoginMail:
    """A login mail: the path of its link, the token in it, and the code."""

    path: str
    token: str
    code: str


def to(address: str) -> ColumnElement[bool]:
    """Which messages went there."""
    return Message.recipient_hash == lookup(MAIL, address)


def mails_to(app: Flask, address: str) -> list[LoginMail]:
    """Every login mail, oldest first."""
    with app.app_context():
        rows = db.session.scalars(
            select(Message).where(to(address), Message.template == "magic_link").order_by(Message.id)
        ).all()
        return [_parse(row.params) for row in rows]


def ask(browser: FlaskClient, address: str, **fields: str) -> LoginMail:
    """Ask for a link in this browser; the mail that comes."""
    answer = browser.post("/login", data={"csrf_token": form_token(browser), "email": address, **fields})
    assert answer.status_code == 303
    return mails_to(browser.application, address.strip().lower())[-1]


def _parse(params: dict[str, str]) -> LoginMail:
    parts = urlsplit(params["link"])
    return LoginMail(f"{parts.path}?{parts.query}", parts.query.removeprefix("token="), params["code"])
