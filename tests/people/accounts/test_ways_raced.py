"""Codes and refresh tokens raced by threads on a real database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.core.database.session import db
from app.core.ids import hash_secret
from app.people.accounts.codes import service
from app.people.accounts.models import LoginCode, UserSession
from app.people.accounts.queries import session_is_live
from app.people.accounts.tokens import rotation

from .ways import MAIL, PHONE, SMS, ask, code_for, codes_to, opens, post, tokens_for, verify, wrong


@pytest.fixture
def real(committed_db: Flask) -> Flask:
    """Commits are real, and Twilio carries SMS; nobody is asked to."""
    settings = committed_db.config["SETTINGS"]
    committed_db.config["SETTINGS"] = settings.model_copy(update=SMS)
    return committed_db


def count(app: Flask, model: type[Any]) -> int:
    with app.app_context():
        return db.session.scalars(select(func.count()).select_from(model)).one()


def live(app: Flask) -> int:
    with app.app_context():
        return db.session.scalars(select(func.count()).select_from(UserSession).where(session_is_live())).one()


def test_twenty_right_tries_at_once_make_one_session(real: Flask) -> None:
    code = code_for(real.test_client(), PHONE)
    together = Barrier(20)

    def go(_: int) -> int:
        browser = real.test_client()
        together.wait()
        return verify(browser, PHONE, code).status_code

    with ThreadPoolExecutor(20) as pool:
        statuses = list(pool.map(go, range(20)))
    assert sorted(statuses).count(200) == 1
    assert count(real, UserSession) == 1


def test_twenty_guesses_at_once_are_no_more_than_five(real: Flask) -> None:
    code = code_for(real.test_client(), PHONE)
    together = Barrier(20)

    def go(by: int) -> int:
        browser = real.test_client()
        together.wait()
        return verify(browser, PHONE, wrong(code, by + 1)).status_code

    with ThreadPoolExecutor(20) as pool:
        assert set(pool.map(go, range(20))) == {422}
    with real.app_context():
        assert db.session.scalars(select(LoginCode.own_tries)).one() == service.OWN_TRIES


def test_ten_at_once_are_sent_one_message(real: Flask) -> None:
    together = Barrier(5)

    def go(_: int) -> tuple[int, int]:
        browser = real.test_client()
        together.wait()
        answer = ask(browser, PHONE)
        return answer.status_code, answer.json["resendAfterSeconds"]

    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(go, range(5)))
    assert {status for status, _ in answers} == {202}
    assert all(25 <= wait <= 30 for _, wait in answers)
    assert len(codes_to(real, PHONE)) == 1


def refreshed_at_once(real: Flask, token: str, many: int = 8) -> list[dict[str, Any] | None]:
    """What many get who refresh with one token at the same moment."""
    together = Barrier(many)

    def go(_: int) -> dict[str, Any] | None:
        browser = real.test_client()
        together.wait()
        answer = post(browser, "/api/auth/refresh", {"refreshToken": token})
        assert answer.status_code in (200, 401)
        return answer.json if answer.status_code == 200 else None

    with ThreadPoolExecutor(many) as pool:
        return list(pool.map(go, range(many)))


def test_of_parallel_refreshes_one_gets_tokens_and_they_are_worth_nothing(real: Flask) -> None:
    browser = real.test_client()
    held = tokens_for(browser, MAIL)
    got = [one for one in refreshed_at_once(real, held["refreshToken"]) if one is not None]
    assert len(got) == 1
    assert live(real) == 0
    assert [opens(browser, token) for token in (held["accessToken"], got[0]["accessToken"])] == [401, 401]
    assert post(browser, "/api/auth/refresh", {"refreshToken": got[0]["refreshToken"]}).status_code == 401


def test_the_race_is_one(real: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Looking first and writing afterwards, as is easily built, lets several through: the test above would see it."""
    together = Barrier(4)

    def looks_first(table: Any, text: str, lives: Any) -> rotation.Turn | None:
        found = db.session.scalars(select(table).where(table.token_hash == hash_secret(text))).one()
        unused = found.used_at is None
        together.wait()
        if not unused:
            return rotation.Turn(found.session_id, None)
        found.used_at = datetime.now(UTC)
        return rotation.Turn(found.session_id, rotation.first(table, found.session_id))

    held = tokens_for(real.test_client(), MAIL)
    monkeypatch.setattr(rotation, "turn", looks_first)
    assert sum(one is not None for one in refreshed_at_once(real, held["refreshToken"], many=4)) > 1


def test_signing_out_and_refreshing_at_once_leaves_nothing_open(real: Flask) -> None:
    for _ in range(5):
        browser = real.test_client()
        held = tokens_for(browser, MAIL)
        together = Barrier(2)

        def sign_out(held: dict[str, Any] = held, together: Barrier = together) -> None:
            other = real.test_client()
            together.wait()
            assert post(other, "/api/auth/logout", {}, Authorization=f"Bearer {held['accessToken']}").status_code == 204

        def renew(held: dict[str, Any] = held, together: Barrier = together) -> Any:
            other = real.test_client()
            together.wait()
            return post(other, "/api/auth/refresh", {"refreshToken": held["refreshToken"]}).json

        with ThreadPoolExecutor(2) as pool:
            out, renewed = pool.submit(sign_out), pool.submit(renew)
            out.result()
            after = renewed.result()
        assert live(real) == 0
        if "accessToken" in after:
            assert opens(browser, after["accessToken"]) == 401
            assert post(browser, "/api/auth/refresh", {"refreshToken": after["refreshToken"]}).status_code == 401
