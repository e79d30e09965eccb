"""A password of somebody who plays: exported without what it is, erased, and no way around what keeps him out."""

from __future__ import annotations

from flask import Flask

from app.core.database.session import db, transaction
from app.people.accounts.models import Password
from app.people.players.leaving import erasure
from tests.people.accounts.test_passwords import GOOD, login, user_id_of, with_password
from tests.people.accounts.ways import bearer, post

from .test_leaving import rows
from .test_registering import ADA, OTHERWISE, born_years_ago

MAIL, NEW = "ada@example.com", "somebody.new@example.com"


def test_what_is_kept_of_it_is_told_and_goes(committed_db: Flask) -> None:
    browser = committed_db.test_client()
    here = bearer(with_password(browser, email=MAIL)["accessToken"])
    told = browser.get("/api/players/me/export", headers=here)
    (kept,) = told.json["kept"]["user_passwords"]
    assert kept.keys() == {"id", "set_at"}
    assert "argon2" not in told.text
    assert "account.password_set" in {one["action"] for one in told.json["acts"]}
    with committed_db.app_context(), transaction():
        erasure.erase(user_id_of(MAIL), actor="test")
    with committed_db.app_context():
        assert db.session.query(Password).count() == 0
    assert login(browser, email=MAIL).status_code == 401


def test_who_is_too_young_leaves_no_password(committed_db: Flask) -> None:
    browser = committed_db.test_client()
    held = with_password(browser, email="child@example.com")
    body = {**ADA, "dateOfBirth": born_years_ago(17)}
    answer = post(browser, "/api/players/register", body, **bearer(held["accessToken"]))
    assert (answer.status_code, answer.json["code"]) == (422, "too_young")
    assert login(browser, email="child@example.com").status_code == 401
    with committed_db.app_context():
        left = rows("users", "user_passwords", "user_sessions", "login_codes", "logins", "messages", "notices")
    assert {table: found for table, found in left.items() if found} == {}


def test_who_is_excluded_signs_in_and_stays_excluded(committed_db: Flask) -> None:
    """Who is excluded is still paid, so he comes in; and with another address and password he is known again."""
    browser = committed_db.test_client()
    here = bearer(with_password(browser, email=MAIL)["accessToken"])
    assert post(browser, "/api/players/register", ADA, **here).status_code == 201
    assert post(browser, "/api/players/exclusion", {"months": 6}, **here).status_code == 200
    again = login(browser, email=MAIL)
    assert (again.status_code, again.json["isRegistered"]) == (200, True)
    told = browser.get("/api/players/limits", headers=bearer(again.json["accessToken"])).json
    assert told["excludedUntil"] is not None
    other = bearer(with_password(browser, GOOD, NEW)["accessToken"])
    held = post(browser, "/api/players/register", OTHERWISE, **other)
    assert (held.status_code, held.json["verification"]["isNeeded"]) == (201, True)
