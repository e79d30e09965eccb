"""Passwords by threads on a real database: raced, changed meanwhile, and hashed by more than there is room for."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event, Semaphore
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.core.database.session import db, transaction
from app.people.accounts.models import Password, UserSession
from app.people.accounts.passwords import hashing, service
from app.people.accounts.queries import session_is_live
from tests.personas import form_token

from .test_passwords import GOOD, MAIL, OTHER, code_to, kept, login, register, user_id_of, with_password
from .ways import bearer, codes_to, opens, post


@pytest.fixture
def real(committed_db: Flask) -> Flask:
    """Commits are real, and there is room for as many hashes as these tests have threads."""
    settings = committed_db.config["SETTINGS"]
    committed_db.config["SETTINGS"] = settings.model_copy(update={"password_hashes_at_once": 32})
    return committed_db


def count(app: Flask, query: Any) -> int:
    with app.app_context():
        return int(db.session.scalars(query).one())


def live(app: Flask) -> int:
    return count(app, select(func.count()).select_from(UserSession).where(session_is_live()))


def form(browser: FlaskClient, path: str, **fields: str) -> Any:
    return browser.post(path, data={"csrf_token": form_token(browser), **fields})


def at_once(many: int, deed: Any) -> list[Any]:
    together = Barrier(many)

    def go(number: int) -> Any:
        together.wait()
        return deed(number)

    with ThreadPoolExecutor(many) as pool:
        return list(pool.map(go, range(many)))


def test_of_eight_who_use_one_code_at_once_one_sets_the_password(real: Flask) -> None:
    code = code_to(real.test_client())
    answers = at_once(8, lambda n: register(real.test_client(), f"{GOOD}, {n}", code=code).status_code)
    assert sorted(answers) == [200] + [422] * 7
    assert count(real, select(func.count()).select_from(Password)) == 1
    assert login(real.test_client(), f"{GOOD}, {answers.index(200)}").status_code == 200


def test_of_two_with_a_code_each_one_is_left(real: Flask) -> None:
    """Whoever is first makes the other's code worthless; neither waits for the other for ever."""
    for turn in range(4):
        networks = (f"198.51.100.{10 + turn}", f"203.0.113.{10 + turn}")
        before = len(codes_to(real, MAIL, "password_code"))
        for network in networks:
            code_to(real.test_client(), frm=network)
        codes = codes_to(real, MAIL, "password_code")[before:]
        assert len(codes) == 2

        def go(n: int, codes: list[str] = codes, networks: tuple[str, str] = networks, turn: int = turn) -> Any:
            return register(real.test_client(), f"{GOOD}, {turn}{n}", frm=networks[n], code=codes[n])

        answers = at_once(2, go)
        assert sorted(one.status_code for one in answers) == [200, 422]
        assert live(real) == 1
        first = [one.status_code for one in answers].index(200)
        assert opens(real.test_client(), answers[first].json["accessToken"]) == 200


def test_what_was_right_before_it_was_changed_opens_nothing(real: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with_password(real.test_client())
    with real.app_context():
        user_id = user_id_of()
        another = hashing.hashed(OTHER.encode())
    verified = PasswordHasher.verify

    def meanwhile(self: PasswordHasher, against: str, password: bytes) -> bool:
        found = bool(verified(self, against, password))
        with real.app_context(), transaction():
            service.put(user_id, another)
        return found

    with monkeypatch.context() as patched:
        patched.setattr(PasswordHasher, "verify", meanwhile)
        assert login(real.test_client()).status_code == 401
    assert live(real) == 0
    assert login(real.test_client(), OTHER).status_code == 200


def test_a_hash_is_not_made_anew_over_one_that_was_changed(real: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with_password(real.test_client())
    real.config["SETTINGS"] = real.config["SETTINGS"].model_copy(update={"password_passes": 2})
    with real.app_context():
        user_id, another = user_id_of(), hashing.hashed(OTHER.encode())
    renewed = hashing.renewed

    def meanwhile(against: str, password: bytes) -> str | None:
        found = renewed(against, password)
        with real.app_context(), transaction():
            service.put(user_id, another)
        return found

    with monkeypatch.context() as patched:
        patched.setattr(hashing, "renewed", meanwhile)
        assert login(real.test_client()).status_code == 401
    with real.app_context():
        assert kept() == another


def test_no_connection_is_held_while_one_is_hashed(real: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """At every door, whatever was read before."""
    held: list[bool] = []

    def watched(deed: str) -> None:
        done = getattr(PasswordHasher, deed)

        def watching(*given: Any) -> Any:
            held.append(db.session().in_transaction())
            return done(*given)

        monkeypatch.setattr(PasswordHasher, deed, watching)

    watched("hash")
    watched("verify")
    browser = real.test_client()
    assert form(browser, "/play/password", email=MAIL).status_code == 303
    code = codes_to(real, MAIL, "password_code")[-1]
    assert form(browser, "/play/password/code", code=code, password=GOOD).status_code == 303
    assert form(browser, "/play/password/change", current=GOOD, password=OTHER).status_code == 303
    here = bearer(login(browser, OTHER).json["accessToken"])
    body = {"currentPassword": OTHER, "password": GOOD}
    assert post(browser, "/api/auth/password", body, **here).status_code == 204
    with_password(browser, OTHER)
    assert form(real.test_client(), "/play/sign-in/password", email=MAIL, password=OTHER).status_code == 303
    assert len(held) >= 8
    assert not any(held)


@pytest.fixture
def slow(real: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Semaphore, Event]]:
    """Comparing takes until somebody says so: who has begun, and what lets them go on."""
    begun, go_on = Semaphore(0), Event()
    verified = PasswordHasher.verify

    def slowly(self: PasswordHasher, against: str, password: bytes) -> bool:
        begun.release()
        assert go_on.wait(30)
        return bool(verified(self, against, password))

    with_password(real.test_client())
    login(real.test_client())
    monkeypatch.setattr(PasswordHasher, "verify", slowly)
    yield begun, go_on
    go_on.set()


@pytest.mark.parametrize(("room", "begin", "wait"), [(1, 1, 1), (2, 2, 2), (32, 6, 0)])
def test_slow_hashes_hold_no_more_threads_than_there_are_places(
    real: Flask, slow: tuple[Semaphore, Event], room: int, begin: int, wait: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last room is the contrary: where there is one for all, all are held."""
    real.config["SETTINGS"] = real.config["SETTINGS"].model_copy(update={"password_hashes_at_once": room})
    monkeypatch.setattr(hashing, "WAIT_SECONDS", 30)
    begun, go_on = slow
    with ThreadPoolExecutor(6) as pool:
        asked = [pool.submit(login, real.test_client()) for _ in range(6)]
        for _ in range(begin):
            assert begun.acquire(timeout=10)
        while sum(one.done() for one in asked) < 6 - begin - wait:
            assert not begun.acquire(timeout=0.02), "nobody begins who has no place"
        busy = [one.result() for one in asked if one.done()]
        assert real.test_client().get("/play/sign-in").status_code == 200, "others are answered meanwhile"
        go_on.set()
    for answer in busy:
        assert (answer.status_code, answer.json["code"]) == (503, "passwords_busy")
        assert answer.headers["Retry-After"] == "2"
    statuses = [one.result().status_code for one in asked]
    assert (statuses.count(200), statuses.count(503)) == (begin + wait, 6 - begin - wait)


def test_who_waits_too_long_is_sent_away_and_the_place_is_free_again(
    real: Flask, slow: tuple[Semaphore, Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    real.config["SETTINGS"] = real.config["SETTINGS"].model_copy(update={"password_hashes_at_once": 1})
    monkeypatch.setattr(hashing, "WAIT_SECONDS", 0.05)
    begun, go_on = slow
    with ThreadPoolExecutor(1) as pool:
        held = pool.submit(login, real.test_client())
        assert begun.acquire(timeout=10)
        assert login(real.test_client()).status_code == 503
        go_on.set()
        assert held.result().status_code == 200
    assert login(real.test_client()).status_code == 200
