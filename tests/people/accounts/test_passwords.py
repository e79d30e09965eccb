"""Mail and password: set by a code alone, guessed, replayed, carried to another mailbox, and used to sign in."""

from __future__ import annotations

from typing import Any

import pytest
from argon2 import PasswordHasher, extract_parameters
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select, text

from app.core.database.session import db, transaction
from app.core.limits.places import InsideTransaction
from app.people.accounts.login.page_door import session_cookie
from app.people.accounts.models import Password, User, UserSession
from app.people.accounts.passwords import hashing
from app.people.accounts.queries import has_email, session_is_live
from app.record.audit.models import AuditEntry
from tests.personas import signed_in

from .test_codes import count, log_of
from .ways import MAIL, bearer, code_for, codes_to, opens, post, run, verify, wrong

GOOD, OTHER = "a lamp in the harbour", "another lamp, and rain"
HERE = "198.51.100.7"
THEIRS = "somebody.else@example.com"


@pytest.fixture(autouse=True)
def _settings(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test changes of them is its own."""
    monkeypatch.setitem(app.config, "SETTINGS", app.config["SETTINGS"])


def register(browser: FlaskClient, password: str = GOOD, email: str = MAIL, frm: str = HERE, **more: Any) -> Any:
    return post(browser, "/api/auth/register", {"email": email, "password": password, **more}, frm)


def login(browser: FlaskClient, password: str = GOOD, email: str = MAIL, frm: str = HERE, **more: Any) -> Any:
    return post(browser, "/api/auth/login", {"email": email, "password": password, **more}, frm)


def code_to(browser: FlaskClient, email: str = MAIL, frm: str = HERE) -> str:
    """A code that sets a password, asked for just now."""
    assert register(browser, email=email, frm=frm).status_code == 202
    return codes_to(browser.application, email, "password_code")[-1]


def with_password(browser: FlaskClient, password: str = GOOD, email: str = MAIL) -> dict[str, Any]:
    """Somebody who has one, and the tokens that came with it."""
    made = register(browser, password, email, code=code_to(browser, email))
    assert made.status_code == 200, made.text
    return dict(made.json)


def user_id_of(email: str = MAIL) -> Any:
    return db.session.scalars(select(User.id).where(has_email(email))).one()


def kept(email: str = MAIL) -> str:
    """The hash that is kept."""
    return db.session.get_one(Password, user_id_of(email), populate_existing=True).hash


def told(email: str = MAIL) -> list[str]:
    """Which notices about passwords the account has, the oldest first."""
    named = "SELECT kind FROM notices WHERE user_id = :user AND kind LIKE 'account.password%' ORDER BY id"
    return list(db.session.scalars(text(named), {"user": user_id_of(email)}))


def acts(action: str) -> list[AuditEntry]:
    return list(db.session.scalars(select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.id)))


def test_nothing_is_kept_before_the_mailbox_is_proven(app: Flask, session: Any, client: FlaskClient) -> None:
    sent = register(client)
    assert (sent.status_code, sent.json) == (202, {"resendAfterSeconds": 30})
    assert (count(app, User), count(app, Password)) == (0, 0)
    assert login(client).status_code == 401
    code = codes_to(app, MAIL, "password_code")[-1]
    made = register(client, OTHER, code=code)
    assert made.status_code == 200
    assert set(made.json) == {"accessToken", "refreshToken", "isRegistered"}
    assert opens(client, made.json["accessToken"]) == 200
    assert login(client, GOOD).status_code == 401, "what was sent with the first question is nowhere"
    again = login(client, OTHER)
    assert again.status_code == 200
    assert opens(client, again.json["accessToken"]) == 200
    assert "Set-Cookie" not in again.headers
    assert db.session.scalars(select(UserSession.strength).order_by(UserSession.id)).all() == ["code", "password"]
    assert log_of(app, MAIL) == [("mail_code", True), ("password", False), ("password", True)]
    assert told() == ["account.password_set"]
    assert count(app, User) == 1


def test_a_copy_of_the_table_holds_nothing_to_guess_at(app: Flask, session: Any, client: FlaskClient) -> None:
    with_password(client)
    with_password(client, OTHER, THEIRS)
    held = repr(db.session.connection().exec_driver_sql("SELECT t::text FROM user_passwords t").all())
    assert "argon2" not in held
    assert b"$argon2".hex() not in held
    assert kept().startswith("$argon2id$"), "and opens with our key"
    mine, theirs = user_id_of(), user_id_of(THEIRS)
    carried = f"UPDATE user_passwords SET hash_sealed = (SELECT hash_sealed FROM user_passwords WHERE id = '{theirs}')"
    run(app, f"{carried} WHERE id = '{mine}'")
    assert login(client, OTHER).status_code == 401, "a hash that was carried to another row opens nothing"
    assert login(client, OTHER, THEIRS).status_code == 200


def test_a_code_does_once_what_it_was_sent_for(app: Flask, session: Any, client: FlaskClient) -> None:
    code, sign_in_code = code_to(client), code_for(client, MAIL)
    theirs = code_to(client, THEIRS)
    if len({code, theirs, sign_in_code}) == 3:
        assert register(client, code=theirs).status_code == 422
        assert register(client, code=sign_in_code).status_code == 422, "one to sign in sets no password"
        assert verify(client, MAIL, code).status_code == 422, "nor the other way round"
        assert register(client, email=THEIRS, code=code).status_code == 422
    assert register(client, code=wrong(code)).json["code"] == "code_refused"
    assert count(app, Password) == 0
    assert register(client, code=code).status_code == 200
    again = register(client, OTHER, code=code)
    assert (again.status_code, again.json["code"]) == (422, "code_refused")
    assert login(client, OTHER).status_code == 401
    assert verify(client, MAIL, sign_in_code).status_code == 422, "who has come in needs no other code"


def test_five_guesses_of_a_code_and_no_more(session: Any, client: FlaskClient) -> None:
    code = code_to(client)
    for by in range(1, 6):
        assert register(client, code=wrong(code, by)).status_code == 422
    assert register(client, code=code).status_code == 422


def test_who_forgot_it_chooses_another_and_everybody_else_is_out(app: Flask, session: Any, client: FlaskClient) -> None:
    first = with_password(client)
    browser = signed_in(app, MAIL)
    made = with_password(client, OTHER)
    assert [opens(client, one["accessToken"]) for one in (first, made)] == [401, 200]
    assert browser.get("/account").status_code == 303
    assert [login(client, one).status_code for one in (GOOD, OTHER)] == [401, 200]
    assert told() == ["account.password_set", "account.password_changed"]
    assert [one.detail for one in acts("account.password_changed")] == [{"sessions": 2}]


def test_the_first_one_ends_no_session(app: Flask, session: Any, client: FlaskClient) -> None:
    browser = signed_in(app, MAIL)
    with_password(client)
    assert browser.get("/account").status_code == 200


def test_changed_and_removed_by_who_knows_it(app: Flask, session: Any, client: FlaskClient) -> None:
    with_password(client)
    mine, other = login(client).json, login(client).json
    here = bearer(mine["accessToken"])

    def change(current: str, new: str) -> tuple[int, str]:
        body = {"currentPassword": current, "password": new}
        answer = post(client, "/api/auth/password", body, **here)
        return answer.status_code, answer.json["code"] if answer.is_json else ""

    assert change(OTHER, OTHER) == (422, "password_wrong")
    assert change(GOOD, "short") == (422, "password_too_short")
    assert opens(client, other["accessToken"]) == 200
    assert change(GOOD, OTHER) == (204, "")
    assert [opens(client, one["accessToken"]) for one in (mine, other)] == [200, 401]
    assert [login(client, one).status_code for one in (GOOD, OTHER)] == [401, 200]
    for current, status in ((GOOD, 422), (OTHER, 204), (OTHER, 409)):
        answer = post(client, "/api/auth/password/remove", {"currentPassword": current}, **here)
        assert answer.status_code == status, answer.text
    assert change(OTHER, GOOD) == (409, "password_not_set")
    assert login(client, OTHER).status_code == 401
    assert (count(app, Password), opens(client, mine["accessToken"])) == (0, 200)
    assert told() == [f"account.password_{deed}" for deed in ("set", "changed", "removed")]
    assert len(acts("account.password_refused")) == 2
    for path, body in (("", {"currentPassword": GOOD, "password": OTHER}), ("/remove", {"currentPassword": GOOD})):
        assert post(client, f"/api/auth/password{path}", body).status_code == 401


def test_one_asker_is_stopped_and_nobody_else(app: Flask, session: Any, client: FlaskClient) -> None:
    email = "tried@example.com"
    with_password(client, email=email)
    app.config["SETTINGS"] = app.config["SETTINGS"].model_copy(update={"password_tries": 3})
    thief = app.test_client()
    for address in (email, "nobody.there@example.com"):
        found = [login(thief, f"guess number {n}", address, frm="203.0.113.40") for n in range(4)]
        assert [one.status_code for one in found] == [401, 401, 401, 429]
        assert found[-1].json["code"] == "password_tried_too_often"
        assert 0 < int(found[-1].headers["Retry-After"]) <= 3600
    assert login(thief, GOOD, email, frm="203.0.113.40").status_code == 429, "nor by the right one"
    for _ in range(5):
        assert login(client, GOOD, email).status_code == 200, "who is right begins anew"


def test_strangers_together_are_stopped_and_the_owner_comes_in(app: Flask, session: Any, client: FlaskClient) -> None:
    """By a browser that was there before, and from any other by a code."""
    email = "beset@example.com"
    with_password(client, email=email)
    assert login(client, email=email, inCookies=True).status_code == 200, "this browser is known from now on"
    app.config["SETTINGS"] = app.config["SETTINGS"].model_copy(update={"password_tries_of_strangers": 4})
    thief = app.test_client()
    statuses = [login(thief, "a guess of many", email, frm=f"203.0.113.{n}").status_code for n in range(60, 66)]
    assert statuses.count(429) >= 2
    assert statuses[-1] == 429
    assert login(app.test_client(), GOOD, email, frm="203.0.113.99").status_code == 429
    assert login(client, GOOD, email).status_code == 200
    elsewhere = app.test_client()
    code = code_for(elsewhere, email, frm="203.0.113.98")
    assert verify(elsewhere, email, code, frm="203.0.113.98").status_code == 200


def test_known_and_unknown_cost_the_same(
    app: Flask, session: Any, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One hash and the same statements for who has a password, for who has none, and for nobody."""
    with_password(client)
    signed_in(app, THEIRS)
    login(client, OTHER, "warmed.up@example.com")
    hashes: list[str] = []
    verified = PasswordHasher.verify

    def counted(self: PasswordHasher, against: str, password: bytes) -> bool:
        hashes.append(str(extract_parameters(against)))
        return bool(verified(self, against, password))

    monkeypatch.setattr(PasswordHasher, "verify", counted)

    def heard(email: str, password: str) -> tuple[list[str], list[str], int, Any]:
        asked: list[str] = []
        hashes.clear()

        def hear(_: Any, __: Any, statement: str, *___: Any) -> None:
            if "SAVEPOINT" not in statement:
                asked.append(statement)

        event.listen(db.engine, "before_cursor_execute", hear)
        try:
            answer = login(client, password, email)
        finally:
            event.remove(db.engine, "before_cursor_execute", hear)
        return asked, list(hashes), answer.status_code, answer.json

    known = heard(MAIL, OTHER)
    assert len(known[1]) == 1
    assert known[2] == 401
    assert any("INSERT INTO logins" in one for one in known[0])
    for email, password in ((THEIRS, OTHER), ("nobody@example.com", OTHER), (MAIL, "x" * 1_000)):
        assert heard(email, password) == known
    assert log_of(app, THEIRS) == [("password", False)]


def test_hashes_are_made_anew_when_they_are_made_otherwise(app: Flask, session: Any, client: FlaskClient) -> None:
    with_password(client)
    before = kept()
    app.config["SETTINGS"] = app.config["SETTINGS"].model_copy(update={"password_passes": 2})
    assert login(client, OTHER).status_code == 401
    assert kept() == before
    assert login(client).status_code == 200
    after = kept()
    assert (extract_parameters(before).time_cost, extract_parameters(after).time_cost) == (1, 2)
    assert login(client).status_code == 200
    assert kept() == after, "once"


def test_nobody_hashes_inside_a_transaction(app: Flask, session: Any) -> None:
    with transaction(), pytest.raises(InsideTransaction):
        hashing.hashed(b"while rows are held")


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("nine char", "password_too_short"),
        (MAIL.upper(), "password_is_email"),
        ("password123", "password_guessed"),
        ("é" * 129, "password_too_long"),
    ],
)
def test_what_is_refused_is_refused_before_a_code_is_sent(
    app: Flask, session: Any, client: FlaskClient, password: str, code: str
) -> None:
    for more in ({}, {"code": "123456"}):
        answer = register(client, password, **more)
        assert (answer.status_code, answer.json["code"], answer.json["field"]) == (422, code, "password")
    assert codes_to(app, MAIL, "password_code") == []
    assert login(client, password).json["code"] == "password_refused", "whoever signs in is told no rules"


@pytest.mark.parametrize("field", ["email", "password"])
def test_what_is_no_text_is_a_question_nobody_answers(session: Any, client: FlaskClient, field: str) -> None:
    for value in (None, 1, "", "x" * 2_000, ["a"]):
        body: dict[str, Any] = {"email": MAIL, "password": GOOD, field: value}
        for path in ("register", "login"):
            assert post(client, f"/api/auth/{path}", body).status_code == 422
    raw = b'{"email": "player@example.com", "password": "\\ud800 and nine more"}'
    assert client.post("/api/auth/login", data=raw, content_type="application/json").status_code == 400


def test_the_same_password_on_every_keyboard(session: Any, client: FlaskClient) -> None:
    with_password(client, "Ｃafe\u0301 au lait")
    assert login(client, "Café au lait").status_code == 200
    assert login(client, "café au lait").status_code == 401


def test_a_session_by_password_opens_no_partners_page(app: Flask, session: Any, client: FlaskClient) -> None:
    with_password(client)
    held = login(client).json["accessToken"]
    refused = client.get("/api/partners", headers=bearer(held))
    assert (refused.status_code, refused.json["code"]) == (403, "link_needed")
    answer = login(client, inCookies=True)
    assert answer.json["accessToken"] is None
    assert client.get_cookie(session_cookie()) is None
    assert client.get("/api/partners").status_code == 403


def test_another_sites_page_signs_nobody_in(session: Any, client: FlaskClient) -> None:
    for path in ("register", "login"):
        body = {"email": MAIL, "password": GOOD}
        answer = post(client, f"/api/auth/{path}", body, Origin="https://evil.example")
        assert (answer.status_code, answer.json["code"]) == (403, "origin_refused")


def test_operators_take_one_away(app: Flask, session: Any, client: FlaskClient) -> None:
    held = with_password(client)
    runner = app.test_cli_runner()
    taking = ["people", "remove-password", MAIL, "--operator", "bea", "--reason", "somebody else has it"]
    assert runner.invoke(args=taking).output == "removed\n"
    assert runner.invoke(args=taking).exit_code == 1
    assert login(client).status_code == 401
    assert opens(client, held["accessToken"]) == 401
    entry = acts("account.password_removed")[-1]
    assert (entry.actor, entry.reason, entry.detail) == ("operator:bea", "somebody else has it", {"sessions": 1})
    live = db.session.scalars(select(UserSession).where(session_is_live())).all()
    assert live == []
