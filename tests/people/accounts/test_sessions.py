"""Sessions: rotated, hashed, expiring twice over, listed and revocable; and nothing of them in a frame."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_login import current_user
from sqlalchemy import event, select, text

from app.core.database.session import db, transaction
from app.core.ids import hash_secret
from app.core.web.surfaces import SURFACES, Surface
from app.people.accounts import queries, service
from app.people.accounts.login.page_door import session_cookie
from app.people.accounts.models import UserSession
from app.record.audit.models import AuditEntry
from tests.personas import Persona, form_token, signed_in

from .mail import ask

COOKIE = "tiraj_session"


def run(app: Flask, statement: str, **values: Any) -> None:
    with app.app_context(), transaction() as session:
        session.execute(text(statement), values)


def sign_in(browser: FlaskClient, address: str) -> Any:
    mail = ask(browser, address)
    return browser.post("/login/confirm", data={"csrf_token": form_token(browser), "token": mail.token})


def token_of(browser: FlaskClient) -> str:
    cookie = browser.get_cookie(COOKIE)
    assert cookie is not None
    return cookie.value


def is_signed_in(person: Persona) -> bool:
    return person.get("/account").status_code == 200


def test_a_login_changes_the_token_and_ends_the_session_before_it(client: FlaskClient) -> None:
    sign_in(client, "owner@example.com")
    first = token_of(client)
    sign_in(client, "owner@example.com")
    assert token_of(client) != first
    client.set_cookie(COOKIE, first)
    assert client.get("/account").status_code == 303


def test_a_token_set_before_the_login_means_nothing_after_it(app: Flask, client: FlaskClient) -> None:
    client.set_cookie(COOKIE, "chosen-by-somebody-else")
    sign_in(client, "owner@example.com")
    assert token_of(client) != "chosen-by-somebody-else"
    thief = app.test_client()
    thief.set_cookie(COOKIE, "chosen-by-somebody-else")
    assert thief.get("/account").status_code == 303


def test_the_form_session_changes_with_the_login_too(client: FlaskClient) -> None:
    token = form_token(client)
    sign_in(client, "owner@example.com")
    assert client.post("/logout", data={"csrf_token": token}).status_code == 400


def test_the_cookie_is_kept_from_scripts_and_other_sites(client: FlaskClient) -> None:
    cookies = [line for line in sign_in(client, "owner@example.com").headers.getlist("Set-Cookie") if COOKIE in line]
    assert len(cookies) == 1
    for part in ("HttpOnly", "SameSite=Lax", "Path=/", f"Max-Age={60 * 24 * 3600}"):
        assert part in cookies[0]
    assert "Domain" not in cookies[0]


def test_under_tls_the_cookies_are_bound_to_the_host(app: Flask, session: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = app.config["SETTINGS"].model_copy(update={"base_url": "https://tiraj.example"})
    monkeypatch.setitem(app.config, "SETTINGS", settings)
    browser = app.test_client()
    asked = browser.post("/login", data={"csrf_token": form_token(browser), "email": "a@example.com"})
    answers = [*asked.headers.getlist("Set-Cookie")]
    with app.test_request_context("/"):
        assert session_cookie() == "__Host-tiraj"
    assert any(line.startswith("__Host-tiraj-login=") for line in answers)
    for line in answers:
        if line.startswith("__Host-tiraj"):
            assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= {part.strip() for part in line.split(";")}


def test_the_token_has_enough_random_bits_and_is_stored_as_a_hash(app: Flask, owner: Persona) -> None:
    token = token_of(owner.browser)
    assert len(token) >= 32
    with app.app_context():
        assert db.session.scalars(select(UserSession.token_hash)).all() == [hash_secret(token)]


@pytest.mark.parametrize(
    ("change", "alive"),
    [
        ("last_seen_at = last_seen_at - interval '13 days 23 hours'", True),
        ("last_seen_at = last_seen_at - interval '14 days'", False),
        ("expires_at = expires_at - interval '59 days 23 hours'", True),
        ("expires_at = expires_at - interval '60 days'", False),
        ("revoked_at = now()", False),
    ],
)
def test_a_session_ends_by_idleness_by_age_and_by_revocation(
    app: Flask, owner: Persona, change: str, alive: bool
) -> None:
    run(app, f"UPDATE user_sessions SET {change}")
    assert is_signed_in(owner) is alive


def test_use_does_not_lengthen_a_session_beyond_its_age(app: Flask, owner: Persona) -> None:
    with app.app_context():
        before = db.session.scalars(select(UserSession.expires_at)).one()
    run(app, "UPDATE user_sessions SET last_seen_at = last_seen_at - interval '1 hour'")
    assert is_signed_in(owner)
    with app.app_context():
        assert db.session.scalars(select(UserSession.expires_at)).one() == before


def seen(app: Flask) -> Any:
    with app.app_context():
        return db.session.scalars(select(UserSession.last_seen_at)).one()


def test_use_is_remembered_once_a_minute(app: Flask, owner: Persona) -> None:
    first = seen(app)
    owner.get("/account")
    assert seen(app) == first, "within the minute nothing is written"
    run(app, "UPDATE user_sessions SET last_seen_at = last_seen_at - interval '61 seconds'")
    owner.get("/account")
    assert seen(app) - first < timedelta(seconds=30)
    assert seen(app) > first


def test_signing_out_ends_the_session_itself(app: Flask, owner: Persona) -> None:
    token = token_of(owner.browser)
    answer = owner.post("/logout")
    assert answer.status_code == 303
    assert owner.browser.get_cookie(COOKIE) is None
    owner.browser.set_cookie(COOKIE, token)
    assert not is_signed_in(owner)
    with app.app_context():
        assert db.session.scalars(select(AuditEntry.action)).all() == ["account.logged_out"]


def test_signing_out_is_no_link(owner: Persona) -> None:
    assert owner.get("/logout").status_code == 405
    assert is_signed_in(owner)


def test_nobody_may_sign_out_too(nobody: Persona) -> None:
    assert nobody.post("/logout").status_code == 303


def sessions(app: Flask, person: Persona) -> list[queries.SessionRow]:
    assert person.id is not None
    with app.app_context():
        return queries.sessions_of(person.id)


def test_the_account_lists_its_own_sessions(app: Flask, owner: Persona, stranger: Persona) -> None:
    signed_in(app, "owner@example.com", agent="Mozilla/5.0 (iPhone) Safari/604.1 <script>")
    page = owner.get("/account")
    assert "owner@example.com" in page.text
    assert "Firefox on Linux" in page.text
    assert "Safari on iPhone" in page.text
    assert "<script>" not in page.text.partition("<main")[2]
    assert page.text.count("/revoke") == 3, "each of two, and all others"
    assert stranger.get("/account").text.count("/revoke") == 1


def test_one_session_is_revoked_and_the_other_lives(app: Flask, owner: Persona) -> None:
    phone = signed_in(app, "owner@example.com")
    mine, other = owner, phone
    with app.app_context():
        other_id = db.session.scalars(
            select(UserSession.id).where(UserSession.token_hash == hash_secret(token_of(other.browser)))
        ).one()
    assert mine.post(f"/account/sessions/{other_id}/revoke").status_code == 303
    assert is_signed_in(mine)
    assert not is_signed_in(other)
    assert mine.post(f"/account/sessions/{other_id}/revoke").status_code == 404, "it is gone"


def test_who_ends_a_session_stays_on_the_page_of_the_button(app: Flask, owner: Persona) -> None:
    for page in ("/play/devices", "/account"):
        before = {one.id for one in sessions(app, owner)}
        signed_in(app, "owner@example.com")
        (other,) = {one.id for one in sessions(app, owner)} - before
        assert f'name="next" value="{page}"' in owner.get(page).text
        led = [owner.post(f"/account/sessions/{act}", {"next": page}) for act in (f"{other}/revoke", "revoke")]
        assert {answer.headers["Location"] for answer in led} == {page}
    elsewhere = owner.post("/account/sessions/revoke", {"next": "//evil.example/play"})
    assert elsewhere.headers["Location"] == "/account"


def test_revoking_the_session_in_use_is_signing_out(app: Flask, owner: Persona) -> None:
    answer = owner.post(f"/account/sessions/{sessions(app, owner)[0].id}/revoke")
    assert answer.headers["Location"] == "/"
    assert not is_signed_in(owner)


def test_all_others_are_revoked_at_once(app: Flask, owner: Persona, stranger: Persona) -> None:
    others = [signed_in(app, "owner@example.com") for _ in range(3)]
    assert owner.post("/account/sessions/revoke").status_code == 303
    assert is_signed_in(owner)
    assert is_signed_in(stranger)
    assert not any(map(is_signed_in, others))
    with app.app_context():
        assert db.session.scalars(select(AuditEntry.action)).all() == ["account.session_revoked"] * 3


def test_a_strangers_session_is_not_found(app: Flask, owner: Persona, stranger: Persona) -> None:
    mine = sessions(app, owner)[0].id
    for path in (f"/account/sessions/{mine}/revoke", f"/account/sessions/{str(mine).upper()}/revoke"):
        assert stranger.post(path).status_code == 404
    assert stranger.post("/account/sessions/no-uuid/revoke").status_code == 404
    assert is_signed_in(owner)


@pytest.mark.parametrize("path", ["/account", "/account?tab=1"])
def test_nobody_is_led_to_the_login_and_back(nobody: Persona, path: str) -> None:
    answer = nobody.get(path)
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/login?next=/account")
    fragment = nobody.get(path, headers={"HX-Request": "true"})
    assert fragment.status_code == 204
    assert fragment.headers["HX-Redirect"].startswith("/login?next=/account")


@pytest.mark.parametrize(
    "path",
    ["/account/sessions/revoke", "/account/sessions/00000000-0000-7000-8000-000000000000/revoke"],
)
def test_nobody_revokes_nothing(app: Flask, owner: Persona, nobody: Persona, path: str) -> None:
    assert nobody.post(path).headers["Location"] == "/login"
    assert is_signed_in(owner)


@pytest.mark.parametrize("path", ["/account", "/account/sessions/revoke", "/logout"])
def test_a_post_without_a_token_changes_nothing(owner: Persona, path: str) -> None:
    assert owner.browser.post(path).status_code in (400, 405)
    assert is_signed_in(owner)


def test_the_account_is_not_stored(owner: Persona, nobody: Persona) -> None:
    for person in (owner, nobody):
        assert person.get("/account").headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("surface", list(Surface))
def test_there_is_nobody_in_a_frame(
    app: Flask, owner: Persona, surface: Surface, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(SURFACES.get(app), "accounts.login", surface)
    with app.test_request_context("/login", headers={"Cookie": f"{COOKIE}={token_of(owner.browser)}"}):
        assert current_user.is_authenticated is not surface.is_framed


def test_a_page_that_asks_for_nobody_asks_the_database_nothing(app: Flask, session: Any) -> None:
    statements: list[str] = []

    def listen(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        statements.append(statement)

    with app.app_context():
        engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", listen)
    try:
        assert app.test_client().get("/login").status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", listen)
    assert not [statement for statement in statements if "SAVEPOINT" not in statement]


def test_what_is_over_is_forgotten(app: Flask, client: FlaskClient, owner: Persona) -> None:
    ask(client, "a@example.com")
    with app.app_context(), transaction():
        assert service.purge() == 0
    run(app, "UPDATE email_magic_links SET expires_at = now() - interval '25 hours'")
    run(app, "UPDATE user_sessions SET revoked_at = now() - interval '31 days'")
    for forgotten in (2, 0):
        with app.app_context(), transaction():
            assert service.purge() == forgotten


@pytest.mark.parametrize("field", ["mail", "machine"])
def test_links_are_limited_by_machine_and_by_mailbox(
    app: Flask, session: Any, monkeypatch: pytest.MonkeyPatch, field: str
) -> None:
    """Strangers together ask for three times as many mails to one mailbox as one of them may for all."""
    most = 3 if field == "machine" else 1
    settings = app.config["SETTINGS"].model_copy(update={"logins_per_hour": most})
    monkeypatch.setitem(app.config, "SETTINGS", settings)

    def attempt(number: int) -> int:
        browser = app.test_client()
        email = f"limited-by-{field}{number if field == 'machine' else ''}@example.com"
        machine = f"203.0.{113 + (number if field == 'mail' else 0)}.1"  # each a neighbourhood of its own
        data = {"csrf_token": form_token(browser), "email": email}
        return browser.post("/login", data=data, environ_base={"REMOTE_ADDR": machine}).status_code

    assert [attempt(number) for number in range(5)] == [303, 303, 303, 429, 429]


def test_a_forged_forwarding_header_does_not_move_the_limit(
    app: Flask, session: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = app.config["SETTINGS"].model_copy(update={"logins_per_hour": 2})
    monkeypatch.setitem(app.config, "SETTINGS", settings)
    answers = []
    for number in range(4):
        browser = app.test_client()
        data = {"csrf_token": form_token(browser), "email": f"forger{number}@example.com"}
        forged = {"X-Forwarded-For": f"198.51.100.{number}"}
        answer = browser.post("/login", data=data, headers=forged, environ_base={"REMOTE_ADDR": "203.0.113.77"})
        answers.append(answer.status_code)
    assert answers == [303, 303, 429, 429]
