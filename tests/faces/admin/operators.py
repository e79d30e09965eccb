"""An operator with a browser."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from argon2 import PasswordHasher
from flask import Flask
from werkzeug.test import TestResponse

from tests.personas import form_token
from tests.settings import OPERATOR_PASSWORD

NAME = "operator"
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def credentials(name: str = NAME, password: str = OPERATOR_PASSWORD) -> dict[str, str]:
    return {"Authorization": "Basic " + b64encode(f"{name}:{password}".encode()).decode()}


class Operator:
    """Sends its credentials with everything, as browsers do once they know them; forms carry their token."""

    def __init__(self, app: Flask, name: str = NAME, password: str = OPERATOR_PASSWORD) -> None:
        self.browser = app.test_client()
        self.headers = credentials(name, password)

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.browser.get(path, headers=self.headers | options.pop("headers", {}), **options)

    def post(self, path: str, data: dict[str, Any] | None = None, **options: Any) -> TestResponse:
        form = {"csrf_token": form_token(self.browser), **(data or {})}
        return self.browser.post(path, data=form, headers=self.headers | options.pop("headers", {}), **options)
