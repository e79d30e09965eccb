"""The people of every access test: the owner of a site, a stranger with an account, and nobody."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

from app.core.database.session import transaction
from app.people.accounts import service
from app.people.accounts.login.page_door import session_cookie


@dataclass
class Persona:
    """Somebody with a browser. `id` is None for nobody."""

    browser: FlaskClient
    id: UUID | None = None
    email: str | None = None

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.browser.get(path, **options)

    def post(self, path: str, data: dict[str, Any] | None = None, **options: Any) -> TestResponse:
        """Send a form with the token that this browser's pages carry."""
        return self.browser.post(path, data={"csrf_token": form_token(self.browser), **(data or {})}, **options)


def form_token(browser: FlaskClient) -> str:
    """The CSRF token of a browser's form session, made as Flask-WTF makes it."""
    with browser.session_transaction() as session:
        raw = session.setdefault("csrf_token", secrets.token_hex(20))
    app = browser.application
    key = app.config.get("WTF_CSRF_SECRET_KEY") or app.secret_key
    token = URLSafeTimedSerializer(key, salt="wtf-csrf-token").dumps(raw)
    assert isinstance(token, str)
    return token


FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"


def signed_in(app: Flask, email: str, agent: str = FIREFOX) -> Persona:
    """A person with an account and a session. Commits, so that requests see it."""
    with app.app_context(), transaction():
        user_id = service.user_with_email(email)
        token = service.open_session(user_id, agent=agent)
    browser = app.test_client()
    with app.test_request_context("/"):
        name = session_cookie()
    browser.set_cookie(name, token)
    return Persona(browser, user_id, email)


@pytest.fixture
def owner(app: Flask, session: Any) -> Persona:
    return signed_in(app, "owner@example.com")


@pytest.fixture
def stranger(app: Flask, session: Any) -> Persona:
    return signed_in(app, "stranger@example.com")


@pytest.fixture
def nobody(app: Flask, session: Any) -> Persona:
    return Persona(app.test_client())
