"""Codes by SMS and mail: guessed, raced, replayed, and carried from one number to another."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select

from app.core.database.session import db
from app.core.sealing.columns import PHONE as KIND
from app.core.sealing.columns import lookup
from app.people.accounts.codes import service
from app.people.accounts.codes.contacts import contact_of
from app.people.accounts.login.attempts import Attempt
from app.people.accounts.login.attempts import of_user as attempts_of
from app.people.accounts.models import LoginCode, User, UserSession
from app.people.accounts.queries import has_email, has_phone
from app.record.audit.models import AuditEntry
from app.record.notifications.models import Message

from .ways import MAIL, OTHER_PHONE, PHONE, SMS, ask, bearer, code_for, codes_to, opens, run, verify, way, wrong

CONTACTS = [PHONE, MAIL]
BOUNDED = "+50931551234"
"""Counted in one test alone."""


@pytest.fixture(autouse=True)
def _sms(app: Flask, session: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twilio carries SMS here; nobody is asked to."""
    settings = app.config["SETTINGS"]
    monkeypatch.setitem(app.config, "SETTINGS", settings.model_copy(update=SMS))


def user_of(app: Flask, contact: str) -> User | None:
    with app.app_context():
        whose = has_email(contact) if "@" in contact else has_phone(contact)
        return db.session.scalar(select(User).where(whose))


def count(app: Flask, model: type[Any]) -> int:
    with app.app_context():
        return db.session.scalars(select(func.count()).select_from(model)).one()


def log_of(app: Flask, contact: str) -> list[tuple[str, bool]]:
    user = user_of(app, contact)
    with app.app_context():
        found: list[Attempt] = list(attempts_of(user.id)) if user else []
    return [(one.method, one.is_in) for one in reversed(found)]


@pytest.mark.parametrize(("contact", "strength", "method"), [(PHONE, "sms", "sms"), (MAIL, "code", "mail_code")])
def test_from_the_contact_to_the_tokens(
    app: Flask, client: FlaskClient, contact: str, strength: str, method: str
) -> None:
    sent = ask(client, contact)
    assert (sent.status_code, sent.json) == (202, {"resendAfterSeconds": 30})
    assert "Set-Cookie" not in sent.headers
    assert count(app, User) == 0, "nobody is made by asking"
    answer = verify(client, contact, codes_to(app, contact)[-1])
    assert answer.status_code == 200
    assert set(answer.json) == {"accessToken", "refreshToken", "isRegistered"}
    assert answer.json["isRegistered"] is False
    assert "Set-Cookie" not in answer.headers
    assert opens(client, answer.json["accessToken"]) == 200
    with app.app_context():
        assert db.session.scalars(select(UserSession.strength)).all() == [strength]
    assert log_of(app, contact) == [(method, True)]


def test_the_same_person_comes_back(app: Flask, client: FlaskClient) -> None:
    for _ in range(2):
        assert verify(client, PHONE, code_for(client, PHONE)).status_code == 200
    assert (count(app, User), count(app, UserSession)) == (1, 2)


@pytest.mark.parametrize("contact", CONTACTS)
def test_a_code_works_once(app: Flask, client: FlaskClient, contact: str) -> None:
    code = code_for(client, contact)
    assert verify(client, contact, code).status_code == 200
    again = verify(client, contact, code)
    assert (again.status_code, again.json["code"]) == (422, "code_refused")
    assert count(app, UserSession) == 1


def test_a_code_is_too_old_after_five_minutes(app: Flask, client: FlaskClient) -> None:
    code = code_for(client, PHONE)
    run(app, "UPDATE login_codes SET expires_at = expires_at - interval '4 minutes 50 seconds'")
    assert verify(client, PHONE, wrong(code)).status_code == 422
    run(app, "UPDATE login_codes SET expires_at = expires_at - interval '11 seconds'")
    assert verify(client, PHONE, code).status_code == 422


def test_a_code_of_one_number_opens_no_other(app: Flask, client: FlaskClient) -> None:
    mine, theirs = code_for(client, PHONE), code_for(client, OTHER_PHONE)
    if mine != theirs:
        assert verify(client, OTHER_PHONE, mine).status_code == 422
        assert verify(client, PHONE, theirs).status_code == 422
    assert verify(client, MAIL, mine).status_code == 422
    assert count(app, UserSession) == 0
    with app.app_context():
        first, second = db.session.scalars(select(LoginCode).order_by(LoginCode.id))
        run(app, f"UPDATE login_codes SET code_hash = '\\x{first.code_hash.hex()}' WHERE id = '{second.id}'")
    assert verify(client, OTHER_PHONE, mine).status_code == 422, "a hash that was carried to another row opens nothing"


def test_five_guesses_and_no_more(app: Flask, client: FlaskClient) -> None:
    code = code_for(client, PHONE)
    for by in range(1, service.OWN_TRIES + 1):
        assert verify(client, PHONE, wrong(code, by)).status_code == 422
    assert verify(client, PHONE, code).status_code == 422, "the sixth is not looked at"


def test_four_guesses_leave_one(app: Flask, client: FlaskClient) -> None:
    """The contrary, so that the test above does not pass by itself."""
    code = code_for(client, PHONE)
    for by in range(1, service.OWN_TRIES):
        assert verify(client, PHONE, wrong(code, by)).status_code == 422
    assert verify(client, PHONE, code).status_code == 200


def test_a_stranger_uses_up_nobodys_tries(app: Flask, client: FlaskClient) -> None:
    code = code_for(client, PHONE)
    thief = app.test_client()
    for by in range(1, 12):
        assert verify(thief, PHONE, wrong(code, by), frm="203.0.113.9").status_code == 422
    with app.app_context():
        row = db.session.scalars(select(LoginCode)).one()
        assert (row.own_tries, row.stray_tries) == (0, service.STRAY_TRIES)
    assert verify(thief, PHONE, code, frm="203.0.113.9").status_code == 422, "strangers have had their three"
    assert verify(client, PHONE, code).status_code == 200


def test_a_code_that_a_stranger_had_sent_serves_its_owner(app: Flask, client: FlaskClient) -> None:
    """Whoever reads the phone may use it; and one's own stays good beside it."""
    thief = app.test_client()
    own = code_for(client, PHONE)
    sent_by_thief = code_for(thief, PHONE, frm="203.0.113.9")
    assert verify(client, PHONE, own).status_code == 200
    assert verify(client, PHONE, sent_by_thief).status_code == 422, "who has come in needs no other"
    later = code_for(thief, PHONE, frm="203.0.113.9")
    assert verify(client, PHONE, later).status_code == 200


def test_half_a_minute_later_another_is_sent(app: Flask, client: FlaskClient) -> None:
    first = code_for(client, PHONE)
    assert ask(client, PHONE).status_code == 202
    assert codes_to(app, PHONE) == [first]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(service, "RESEND_AFTER", timedelta(0))
        assert ask(client, PHONE).status_code == 202
    assert len(codes_to(app, PHONE)) == 2
    assert verify(client, PHONE, codes_to(app, PHONE)[-1]).status_code == 200


def test_known_and_unknown_look_the_same(app: Flask, client: FlaskClient) -> None:
    """The same statements for who has an account and for who has none, when asking and when guessing."""

    def heard(contact: str) -> tuple[list[str], list[Any]]:
        asked: list[str] = []
        with app.app_context():
            engine = db.engine

        def hear(_: Any, __: Any, statement: str, *___: Any) -> None:
            if "SAVEPOINT" not in statement:
                asked.append(statement)

        event.listen(engine, "before_cursor_execute", hear)
        try:
            sent = ask(client, contact)
            refused = verify(client, contact, "000000" if codes_to(app, contact)[-1] != "000000" else "111111")
        finally:
            event.remove(engine, "before_cursor_execute", hear)
        return asked, [sent.status_code, sent.json, refused.status_code, refused.json]

    assert verify(client, PHONE, code_for(client, PHONE)).status_code == 200
    known, unknown = heard(PHONE), heard(OTHER_PHONE)
    assert known == unknown
    assert any("INSERT INTO logins" in one for one in known[0])
    assert log_of(app, PHONE) == [("sms", True), ("sms", False)]
    assert count(app, User) == 1


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "phone_or_email_needed"),
        ({"phone": PHONE, "email": MAIL}, "phone_or_email_needed"),
        ({"phone": "34 10 12 34"}, "phone_invalid"),
        ({"phone": "+509 1"}, "phone_invalid"),
        ({"phone": "+50934101234;ext=7"}, "phone_invalid"),
        ({"phone": "+442079460018"}, "phone_gets_no_sms"),
        ({"email": "a@b@c"}, "email_invalid"),
        ({"email": "a@example.com\nbcc: b@example.com"}, "email_invalid"),
    ],
)
def test_what_is_no_contact_is_refused(app: Flask, client: FlaskClient, body: dict[str, str], code: str) -> None:
    for path, more in (("/api/players/codes", {}), ("/api/players/codes/verify", {"code": "000000"})):
        answer = client.post(path, json=body | more)
        assert (answer.status_code, answer.json["code"]) == (422, code)
    assert count(app, Message) == 0


def test_numbers_are_one_however_they_are_written(app: Flask, client: FlaskClient) -> None:
    settings = app.config["SETTINGS"]
    app.config["SETTINGS"] = settings.model_copy(update={"default_region": "HT"})
    ask(client, "34 10 12 34")
    assert verify(client, "+509 (34) 10-1234", codes_to(app, PHONE)[-1]).status_code == 200


@pytest.mark.parametrize(
    ("language", "setting", "written", "meant"),
    [
        ("fil", "HT", "0917 123 4567", "+639171234567"),
        ("ht", "PH", "34 10 12 34", "+50934101234"),
        ("fr", "PH", "34101234", "+50934101234"),
        ("fr", "PH", "0917 123 4567", "+639171234567"),
        ("en", "PH", "0917 123 4567", "+639171234567"),
        ("fil", "PH", "+509 34 10 12 34", "+50934101234"),
        ("ht", None, "+63 917 123 4567", "+639171234567"),
    ],
)
def test_a_number_without_its_country_is_of_the_reader_s_language_or_the_setting(
    app: Flask, language: str, setting: str | None, written: str, meant: str
) -> None:
    settings = app.config["SETTINGS"]
    app.config["SETTINGS"] = settings.model_copy(update={"default_region": setting})
    for path in ("/play/sign-in", "/api/players/codes"):
        with app.test_request_context(path, method="POST", headers={"Accept-Language": language}):
            assert contact_of(phone=written, email=None).text == meant


def test_countries_that_are_not_served(app: Flask, client: FlaskClient) -> None:
    settings = app.config["SETTINGS"]
    app.config["SETTINGS"] = settings.model_copy(update={"phone_regions": "HT PH"})
    assert ask(client, PHONE).status_code == 202
    assert ask(client, "+12025550143").json["code"] == "phone_not_served"
    app.config["SETTINGS"] = settings.model_copy(update={"sms_provider": "semaphore"})
    assert ask(client, OTHER_PHONE).json["code"] == "phone_not_served", "Semaphore reaches the Philippines alone"
    assert ask(client, "+639171234567").status_code == 202
    app.config["SETTINGS"] = settings.model_copy(update={"sms_provider": None})
    refused = ask(client, OTHER_PHONE)
    assert (refused.status_code, refused.json["code"]) == (503, "sms_not_sent")
    assert "Retry-After" in refused.headers


def test_neither_code_nor_contact_lies_open(app: Flask, client: FlaskClient) -> None:
    code = code_for(client, PHONE)
    with app.app_context():
        held = repr(db.session.connection().exec_driver_sql("SELECT t::text FROM login_codes t").all())
        assert PHONE not in held
        assert code.encode().hex() not in held
        assert PHONE.encode().hex() not in held
        told = [entry.detail for entry in db.session.scalars(select(AuditEntry))]
        assert PHONE not in repr(told)


def test_messages_to_a_number_are_bounded_and_its_owner_is_not_locked_out(app: Flask, client: FlaskClient) -> None:
    """Strangers from many networks: the seventh message of an hour is not sent. The codes that were sent go on working
    for whoever reads that phone, and a browser that was signed in by it before goes on being sent its own."""
    settings = app.config["SETTINGS"]
    app.config["SETTINGS"] = settings.model_copy(update={"codes_per_contact": 6})
    assert verify(client, BOUNDED, code_for(client, BOUNDED), inCookies=True).status_code == 200
    statuses = [ask(app.test_client(), BOUNDED, frm=f"203.0.{host}.9").status_code for host in range(1, 8)]
    assert statuses == [202, 202, 202, 202, 202, 429, 429]
    elsewhere = app.test_client()
    assert verify(elsewhere, BOUNDED, codes_to(app, BOUNDED)[-1], frm="192.0.2.8").status_code == 200
    assert ask(client, BOUNDED).status_code == 202, "a browser that is known there"
    assert verify(client, BOUNDED, codes_to(app, BOUNDED)[-1]).status_code == 200


def test_a_network_is_bounded(app: Flask, client: FlaskClient) -> None:
    settings = app.config["SETTINGS"]
    app.config["SETTINGS"] = settings.model_copy(update={"codes_per_hour": 3})
    statuses = [ask(client, f"player{at}@example.com", frm="198.51.100.99").status_code for at in range(5)]
    assert statuses == [202, 202, 202, 429, 429]
    tries = [verify(client, PHONE, "000000", frm="198.51.100.99").status_code for _ in range(14)]
    assert tries == [422] * 12 + [429] * 2
    assert verify(client, PHONE, "000000", frm="192.0.2.1").status_code == 422


def test_other_sites_pages_neither_ask_nor_try(app: Flask, client: FlaskClient) -> None:
    for path in ("/api/players/codes", "/api/players/codes/verify"):
        answer = client.post(path, json=way(PHONE), headers={"Origin": "https://evil.example"})
        assert (answer.status_code, answer.json["code"]) == (403, "origin_refused")


def test_the_message_is_in_the_readers_language(app: Flask, client: FlaskClient) -> None:
    client.post("/api/players/codes", json={"phone": PHONE}, headers={"Accept-Language": "ht-HT,fr;q=0.5"})
    with app.app_context():
        assert db.session.scalars(select(Message.locale)).all() == ["ht"]


def test_codes_are_forgotten_after_a_day(app: Flask, client: FlaskClient) -> None:
    ask(client, PHONE)
    with app.app_context():
        assert service.purge() == 0
        run(app, "UPDATE login_codes SET expires_at = expires_at - interval '25 hours'")
        assert service.purge() == 1


def test_cookies_carry_the_tokens_where_a_browser_wants_that(app: Flask, client: FlaskClient) -> None:
    answer = verify(client, MAIL, code_for(client, MAIL), inCookies=True)
    assert answer.json == {"accessToken": None, "refreshToken": None, "isRegistered": False}
    cookies = [one for one in answer.headers.getlist("Set-Cookie") if "access" in one or "refresh" in one]
    assert len(cookies) == 2
    assert all("HttpOnly" in one and "SameSite=Strict" in one and "Path=/" in one for one in cookies)
    assert client.get("/api/players/limits").status_code == 200
    foreign = client.put("/api/players/limits", json={}, headers={"Origin": "https://evil.example"})
    assert foreign.json["code"] == "origin_refused"
    assert client.get("/api/players/limits", headers=bearer("nonsense")).status_code == 401, "the header decides"
    assert client.post("/api/auth/logout", json={}).status_code == 204
    assert client.get("/api/players/limits").status_code == 401


def test_the_person_is_nobody_of_another_hash(app: Flask, client: FlaskClient) -> None:
    """Whoever writes a phone's hash into his own row is not signed in as its owner, nor its owner as him."""
    assert verify(client, MAIL, code_for(client, MAIL)).status_code == 200
    thief = user_of(app, MAIL)
    assert thief is not None
    with app.app_context():
        found = lookup(KIND, PHONE)
        run(app, f"UPDATE users SET phone_hash = '\\x{found.hex()}', phone_sealed = email_sealed")
    answer = verify(client, PHONE, code_for(client, PHONE))
    assert answer.status_code == 500
    assert count(app, UserSession) == 1
