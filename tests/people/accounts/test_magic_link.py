"""Signing in by mail: once, soon, and in the browser that asked."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text

from app.core.database.session import db, transaction
from app.core.web.languages import LANGUAGES
from app.people.accounts import service
from app.people.accounts.models import EmailMagicLink, User, UserSession
from app.people.accounts.rules import Asker
from app.record.audit.models import AuditEntry
from app.record.notifications.models import Message
from app.record.notifications.rendering import render
from tests.personas import FIREFOX, Persona, form_token

from .mail import LoginMail, ask, mails_to
from .test_rules import BAD_EMAILS, EVIL_NEXT

ADDRESS = "new.person@example.com"


def count(app: Flask, model: type[Any]) -> int:
    with app.app_context():
        return db.session.scalars(select(func.count()).select_from(model)).one()


def run(app: Flask, statement: str) -> None:
    with app.app_context(), transaction() as session:
        session.execute(text(statement))


def is_signed_in(browser: FlaskClient) -> bool:
    return browser.get("/account").status_code == 200


def use_link(browser: FlaskClient, mail: LoginMail) -> Any:
    return browser.post("/login/confirm", data={"csrf_token": form_token(browser), "token": mail.token})


def use_code(browser: FlaskClient, code: str) -> Any:
    return browser.post("/login/code", data={"csrf_token": form_token(browser), "code": code})


def test_from_the_address_to_the_account(app: Flask, client: FlaskClient) -> None:
    mail = ask(client, "New.Person@Example.com", next="/partners/new")
    assert count(app, User) == 0, "an account is made by the first sign-in, not by asking"
    page = client.get(mail.path)
    assert page.status_code == 200
    assert ADDRESS in page.text
    answer = use_link(client, mail)
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/partners/new"
    assert ADDRESS in client.get("/account").text
    assert count(app, User) == 1
    assert audit_actions(app) == ["account.logged_in"]


def audit_actions(app: Flask) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


def test_the_second_sign_in_finds_the_same_account(app: Flask, client: FlaskClient) -> None:
    for _ in range(2):
        assert use_link(client, ask(client, ADDRESS)).status_code == 303
    assert count(app, User) == 1


def test_looking_at_the_link_uses_nothing_up(app: Flask, client: FlaskClient) -> None:
    mail = ask(client, ADDRESS)
    scanner = app.test_client()
    for visitor in (scanner, client, scanner):
        for method in (visitor.get, visitor.head):
            assert method(mail.path).status_code == 200
    assert count(app, UserSession) == 0
    assert use_link(client, mail).status_code == 303


def test_the_page_of_the_link_does_not_submit_itself(client: FlaskClient) -> None:
    page = client.get(ask(client, ADDRESS).path).text
    assert "hx-trigger" not in page
    assert "http-equiv" not in page


def test_another_browser_is_sent_back_to_the_one_that_asked(app: Flask, client: FlaskClient) -> None:
    mail = ask(client, ADDRESS)
    other = app.test_client()
    page = other.get(mail.path)
    assert page.status_code == 200
    assert ADDRESS not in page.text
    assert "<form" not in page.text.partition("<main")[2]
    assert use_link(other, mail).status_code == 422
    assert not is_signed_in(other)
    assert use_link(client, mail).status_code == 303, "a refused browser does not use the link up"
    assert audit_actions(app) == ["account.login_denied", "account.logged_in"]


def test_a_browser_waiting_for_another_link_is_another_browser(app: Flask, client: FlaskClient) -> None:
    mail = ask(client, ADDRESS)
    thief = app.test_client()
    ask(thief, "thief@example.com")
    assert use_link(thief, mail).status_code == 422
    assert not is_signed_in(thief)


def test_the_code_signs_in_the_browser_that_asked(client: FlaskClient) -> None:
    mail = ask(client, ADDRESS)
    page = client.get("/login/code")
    assert ADDRESS in page.text
    assert mail.code not in page.text
    assert use_code(client, f"{mail.code[:3]} {mail.code[3:]}").status_code == 303
    assert is_signed_in(client)
    assert use_link(client, mail).status_code == 410, "link and code are one"


def test_the_code_is_no_use_elsewhere(app: Flask, client: FlaskClient) -> None:
    mail = ask(client, ADDRESS)
    other = app.test_client()
    ask(other, "thief@example.com")
    assert use_code(other, mail.code).status_code == 422
    assert not is_signed_in(other)


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_a_code_may_be_tried_five_times(app: Flask, client: FlaskClient) -> None:
    mail = ask(client, ADDRESS)
    for _ in range(5):
        assert use_code(client, wrong(mail.code)).status_code == 422
    assert use_code(client, mail.code).status_code == 422, "even the right one, by then"
    assert not is_signed_in(client)
    assert audit_actions(app) == ["account.login_denied"] * 6
    assert use_link(client, mail).status_code == 303, "the link does not suffer from it"


def test_asking_again_does_not_buy_tries_without_end(client: FlaskClient) -> None:
    for _ in range(2):
        mail = ask(client, ADDRESS)
        for _ in range(5):
            use_code(client, wrong(mail.code))
    mail = ask(client, ADDRESS)
    assert use_code(client, mail.code).status_code == 422
    assert use_link(client, mail).status_code == 303


def test_the_mail_that_comes_late_still_works(client: FlaskClient) -> None:
    first, second = ask(client, ADDRESS), ask(client, ADDRESS)
    assert first.token != second.token
    assert use_link(client, first).status_code == 303


def test_a_link_is_too_old_after_ten_minutes(app: Flask, client: FlaskClient) -> None:
    mail = ask(client, ADDRESS)
    run(app, "UPDATE email_magic_links SET expires_at = expires_at - interval '9 minutes 50 seconds'")
    assert client.get(mail.path).status_code == 200
    run(app, "UPDATE email_magic_links SET expires_at = expires_at - interval '11 seconds'")
    assert client.get(mail.path).status_code == 410
    assert use_link(client, mail).status_code == 410
    assert use_code(client, mail.code).status_code == 410
    assert not is_signed_in(client)


@pytest.mark.parametrize("token", ["", "x", "a" * 32, "a" * 65, "é", "\0", "' OR 1=1 --"])
def test_a_token_that_is_none(client: FlaskClient, token: str) -> None:
    assert client.get("/login/confirm", query_string={"token": token}).status_code == 410
    data = {"csrf_token": form_token(client), "token": token}
    assert client.post("/login/confirm", data=data).status_code == 410


@pytest.mark.parametrize("cookie", ["x", "x.y", "00000000-0000-7000-8000-000000000000.y", "é.é", "." * 200])
def test_a_login_cookie_that_is_none(client: FlaskClient, cookie: str) -> None:
    client.set_cookie("tiraj_login", cookie)
    assert client.get("/login/code").status_code == 410
    assert use_code(client, "123456").status_code == 410


def test_the_answer_is_the_same_for_known_and_unknown(app: Flask, owner: Persona, nobody: Persona) -> None:
    answers = []
    for address in (str(owner.email), "unknown@example.com"):
        browser = app.test_client()
        answer = browser.post("/login", data={"csrf_token": form_token(browser), "email": address})
        page = browser.get("/login/code").text.replace(address, "ADDRESS")
        token = page.partition('name="csrf_token"')[2].partition('value="')[2].partition('"')[0]
        answers.append((answer.status_code, answer.headers["Location"], answer.text, page.replace(token, "")))
    assert answers[0] == answers[1]


def test_users_are_not_even_looked_at(app: Flask, session: Any) -> None:
    """The same time for every address: the same statements, whoever it is."""
    seen: list[str] = []
    with app.app_context(), transaction():
        service.user_with_email("known@example.com")
    from sqlalchemy import event

    def listen(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", listen)
    try:
        runs = []
        for address in ("known@example.com", "unknown@example.com"):
            seen.clear()
            ask_quietly(app, address)
            runs.append([statement for statement in seen if "SAVEPOINT" not in statement])
    finally:
        event.remove(db.engine, "before_cursor_execute", listen)
    assert runs[0] == runs[1]
    assert not any("users" in statement for statement in runs[0])


def ask_quietly(app: Flask, address: str) -> None:
    browser = app.test_client()
    browser.post("/login", data={"csrf_token": form_token(browser), "email": address})


def test_a_bad_address_is_told_beside_the_field(app: Flask, client: FlaskClient) -> None:
    for email in BAD_EMAILS:
        answer = client.post("/login", data={"csrf_token": form_token(client), "email": email})
        assert answer.status_code == 422, email
        assert 'aria-invalid="true"' in answer.text, email
        assert 'aria-describedby="email-error' in answer.text, email
        assert "Set-Cookie" not in answer.headers or "tiraj_login" not in answer.headers["Set-Cookie"], email
        assert count(app, EmailMagicLink) == count(app, Message) == 0, email


@pytest.mark.parametrize("path", EVIL_NEXT)
def test_no_next_leads_to_another_site(client: FlaskClient, path: str) -> None:
    assert 'value="/partners"' in client.get("/login", query_string={"next": path}).text
    answer = use_link(client, ask(client, ADDRESS, next=path))
    assert answer.headers["Location"] == "/partners"
    assert client.get("/login", query_string={"next": path}).headers["Location"] == "/partners"


def test_only_hashes_are_kept(app: Flask, client: FlaskClient) -> None:
    mail = ask(client, ADDRESS)
    use_link(client, mail)
    secrets = [mail.token.encode(), mail.code.encode(), *(part.value.encode() for part in client._cookies.values())]
    with app.app_context():
        rows = db.session.execute(text("SELECT to_jsonb(l) FROM email_magic_links l")).scalars().all()
        rows += db.session.execute(text("SELECT to_jsonb(s) FROM user_sessions s")).scalars().all()
    kept = repr(rows).encode()
    for secret in secrets:
        assert secret not in kept
        assert secret.hex().encode() not in kept


def test_a_form_without_its_token_is_refused(app: Flask, client: FlaskClient) -> None:
    mail = ask(client, ADDRESS)
    for path, data in (
        ("/login", {"email": ADDRESS}),
        ("/login/confirm", {"token": mail.token}),
        ("/login/code", {"code": mail.code}),
        ("/logout", {}),
    ):
        assert client.post(path, data=data).status_code == 400
    assert not is_signed_in(client)


def test_htmx_gets_the_form_alone_and_is_led_on_by_a_header(client: FlaskClient) -> None:
    htmx = {"HX-Request": "true"}
    token = form_token(client)
    refused = client.post("/login", data={"csrf_token": token, "email": "nobody"}, headers=htmx)
    assert refused.status_code == 422
    assert refused.text.lstrip().startswith("<form")
    asked = client.post("/login", data={"csrf_token": token, "email": ADDRESS}, headers=htmx)
    assert (asked.status_code, asked.headers["HX-Redirect"]) == (204, "/login/code")
    history = client.get("/login", headers={**htmx, "HX-History-Restore-Request": "true"})
    assert "<html" in history.text


@pytest.mark.parametrize("path", ["/login", "/login/code", "/login/confirm?token=x"])
def test_no_page_of_the_login_is_stored(client: FlaskClient, path: str) -> None:
    assert client.get(path).headers["Cache-Control"] == "no-store"


def test_twenty_at_once_use_a_link_once(committed_db: Flask) -> None:
    with transaction():
        asked = service.request_link(ADDRESS, Asker(b"1", False), next_path=None, locale="en")
    mail = mails_to(committed_db, ADDRESS)[0]
    start = Barrier(20)

    def confirm(_: int) -> bool:
        with committed_db.app_context():
            start.wait()
            with transaction():
                done = service.confirm_link(mail.token, browser=asked.browser, agent=FIREFOX, locale="en")
            return done is not None

    with ThreadPoolExecutor(20) as pool:
        assert sum(pool.map(confirm, range(20))) == 1
    assert count(committed_db, UserSession) == count(committed_db, User) == 1


def test_twenty_at_once_have_five_tries_together(committed_db: Flask) -> None:
    with transaction():
        asked = service.request_link(ADDRESS, Asker(b"1", False), next_path=None, locale="en")
    start = Barrier(20)

    def guess(_: int) -> bool:
        with committed_db.app_context():
            start.wait()
            with transaction():
                return service.confirm_code(asked, "not it", agent=FIREFOX, locale="en") is not None

    with ThreadPoolExecutor(20) as pool:
        assert not any(pool.map(guess, range(20)))
    with committed_db.app_context():
        assert db.session.scalars(select(EmailMagicLink.code_attempts)).one() == 5


def test_two_first_sign_ins_at_once_make_one_account(committed_db: Flask) -> None:
    start = Barrier(8)

    def sign_in(_: int) -> Any:
        with committed_db.app_context():
            start.wait()
            with transaction():
                return service.user_with_email(ADDRESS)

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(sign_in, range(8)))) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_mail_and_the_account_are_in_the_language_of_who_asked(
    app: Flask, client: FlaskClient, language: str
) -> None:
    """Though the page that asks has no words in it; on the page and in JSON."""
    headers = {"Accept-Language": f"{language},en;q=0.5"}
    data = {"csrf_token": form_token(client), "email": ADDRESS}
    assert client.post("/login", data=data, headers=headers).status_code == 303
    assert client.post("/api/auth/magic-link", json={"email": ADDRESS}, headers=headers).status_code == 202
    with app.app_context():
        assert db.session.scalars(select(Message.locale)).all() == [language] * 2
        told = render("email", "magic_link", language, mails_params(app))
    assert (told.subject == "Your link to sign in to Tiraj") is (language == "en")
    token = {"csrf_token": form_token(client), "token": mails_to(app, ADDRESS)[-1].token}
    assert client.post("/login/confirm", data=token, headers=headers).status_code == 303
    with app.app_context():
        assert db.session.scalars(select(User.locale)).all() == [language]


def mails_params(app: Flask) -> dict[str, Any]:
    found: dict[str, Any] = db.session.scalars(select(Message)).first().params  # type: ignore[union-attr]
    return found
