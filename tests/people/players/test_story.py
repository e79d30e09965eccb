"""The whole way of a person, by phone and by mail, as an application goes it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from werkzeug.test import TestResponse

from app.core.database.session import db
from tests.people.accounts.ways import MAIL, PHONE, SMS, bearer, tokens_for

from .test_registering import ADA, OTHERWISE, born_years_ago

LASTING = ("audit_", "log_", "alembic_", "ledger_")
"""What is never removed names an id that leads to nobody."""


@pytest.fixture
def house(committed_db: Flask) -> Flask:
    committed_db.config["SETTINGS"] = committed_db.config["SETTINGS"].model_copy(update=SMS)
    return committed_db


def send(house: Flask, token: str, method: str, what: str, body: object = None) -> TestResponse:
    return house.test_client().open(
        f"/api/players/{what}",
        method=method,
        data=None if body is None else json.dumps(body),
        content_type="application/json",
        headers=bearer(token),
    )


def rows() -> dict[str, int]:
    """How many rows there are in each table that may lose one."""
    db.session.rollback()
    tables = [one for one in db.metadata.tables if not one.startswith(LASTING)]
    found = {one: db.session.execute(text(f"SELECT count(*) FROM {one}")).scalar_one() for one in tables}
    db.session.rollback()
    return found


def access(house: Flask, contact: str) -> tuple[str, dict[str, Any]]:
    tokens = tokens_for(house.test_client(), contact)
    return tokens["accessToken"], tokens


def test_who_signs_in_by_phone_and_is_too_young_leaves_nothing(house: Flask) -> None:
    before = rows()
    token, told = access(house, PHONE)
    assert told["isRegistered"] is False
    assert rows() != before
    answer = send(house, token, "POST", "register", {**ADA, "dateOfBirth": born_years_ago(17)})
    assert (answer.status_code, answer.get_json()["code"]) == (422, "too_young")
    assert send(house, token, "GET", "me").status_code == 401
    refreshed = house.test_client().post("/api/auth/refresh", json={"refreshToken": told["refreshToken"]})
    assert refreshed.status_code == 401
    assert rows() == before


def test_an_excluded_person_does_not_come_back_by_mail(house: Flask) -> None:
    token, _ = access(house, PHONE)
    assert send(house, token, "POST", "register", ADA).status_code == 201
    limit = {"currency": "HTG", "kind": "deposit", "period": "week", "amountMinor": 100}
    assert send(house, token, "PUT", "limits", limit).status_code == 200
    assert send(house, token, "POST", "exclusion", {"months": 6}).status_code == 200
    other, told = access(house, MAIL)
    assert told["isRegistered"] is False
    answer = send(house, other, "POST", "register", OTHERWISE)
    assert (answer.status_code, answer.get_json()["verification"]["isNeeded"]) == (201, True)
    assert access(house, PHONE)[1]["isRegistered"] is True, "he still signs in, and is paid"


def test_all_that_is_kept_is_told_to_an_application(house: Flask) -> None:
    token, _ = access(house, PHONE)
    send(house, token, "POST", "register", ADA)
    kept = send(house, token, "GET", "me/export").get_json()["kept"]
    assert kept["users"][0]["phone"] == PHONE
    assert all(one["at"] for one in kept["logins"])
    assert kept["player_profiles"][0]["name"] == ADA["name"]
