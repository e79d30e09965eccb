"""One key, one effect, one answer, whoever's key it is: a player's or an operator's as a partner's."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from types import SimpleNamespace
from typing import Any, Final
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from werkzeug.test import TestResponse

from app.core.clock import now
from app.core.database.session import db, transaction
from app.people.accounts.person import leaving
from app.people.players.models import PlayerTimeout
from app.record.answers.models import IdempotencyKey
from tests.faces.admin.test_approvals import browser_of
from tests.faults.test_kills import KILLED, run
from tests.people.approvals.conftest import house, stopping  # noqa: F401  (fixtures)
from tests.people.approvals.people import Stopping, acts, propose, state_of
from tests.personas import Persona, signed_in

ADA: Final = {"name": "Ada Lovelace", "dateOfBirth": "1990-12-10", "locale": "fr"}
LIMIT: Final = {"currency": "HTG", "kind": "deposit", "period": "week", "amountMinor": 5000}
ROUTES: Final = {
    "register": ("POST", ADA, {**ADA, "name": "Ada King"}),
    "limits": ("PUT", LIMIT, {**LIMIT, "amountMinor": 4000}),
    "timeout": ("POST", {"days": 3}, {"days": 4}),
    "exclusion": ("POST", {"months": 6}, {"months": 7}),
}


def ask(who: Persona, what: str, body: Any, once: str | None, method: str = "POST") -> TestResponse:
    headers = {"Idempotency-Key": once} if once is not None else {}
    return who.browser.open(f"/api/players/{what}", method=method, json=body, headers=headers)


@pytest.fixture
def ada(house: Flask) -> Persona:  # noqa: F811
    return signed_in(house, "ada@example.org")


@pytest.mark.parametrize("what", ROUTES)
def test_a_player_s_request_sent_again_has_one_effect(house: Flask, ada: Persona, what: str) -> None:  # noqa: F811
    method, body, other = ROUTES[what]
    first = ask(ada, what, body, "k-1", method)
    again = ask(ada, what, dict(reversed(body.items())), "k-1", method)
    assert first.status_code in (200, 201), first.text
    assert (again.status_code, again.data) == (first.status_code, first.data)
    assert [one.headers.get("Idempotency-Replayed") for one in (first, again)] == [None, "true"]
    refused = ask(ada, what, other, "k-1", method)
    assert (refused.status_code, refused.json["code"]) == (422, "idempotency_key_reused")
    bea = signed_in(house, "bea@example.org")
    theirs = ask(bea, what, {**other, "name": "Bea Byron"} if what == "register" else other, "k-1", method)
    assert (theirs.status_code, "Idempotency-Replayed" in theirs.headers) == (first.status_code, False)
    assert ask(ada, what, body, "k 1", method).json["code"] == "idempotency_key_invalid"


def test_without_a_key_a_second_call_is_a_second_one(ada: Persona) -> None:
    """A negative control of what stands above."""
    assert ask(ada, "register", ADA, None).status_code == 201
    assert ask(ada, "register", ADA, None).json["code"] == "already_registered"


def kept(of: UUID | None = None) -> int:
    db.session.rollback()
    query = select(func.count()).select_from(IdempotencyKey)
    found = db.session.scalar(query if of is None else query.where(IdempotencyKey.owner == str(of)))
    db.session.rollback()
    return found or 0


def test_what_is_kept_names_nobody_and_goes_with_the_account(house: Flask, ada: Persona) -> None:  # noqa: F811
    assert ask(ada, "register", ADA, "k-1").status_code == 201
    with db.engine.connect() as read:
        row = read.execute(text("SELECT to_jsonb(idempotency_keys)::text FROM idempotency_keys")).scalar_one()
    assert [word for word in ("Lovelace", "1990", "example.org") if word in row] == []
    bea = signed_in(house, "bea@example.org")
    ask(bea, "timeout", {"days": 1}, "k-1")
    assert ada.id is not None
    with transaction():
        leaving.erase(ada.id, now())
    assert (kept(ada.id), kept(bea.id)) == (0, 1)


def test_of_who_is_too_young_no_answer_is_kept(ada: Persona) -> None:
    child = {**ADA, "dateOfBirth": "2020-01-01"}
    codes = [ask(ada, "register", child, "k-1").json["code"] for _ in range(2)]
    assert codes == ["too_young", "not_signed_in"], "whoever it was is forgotten"
    assert kept() == 0


def test_a_process_that_dies_half_way_has_done_nothing(house: Flask, ada: Persona) -> None:  # noqa: F811
    world: Any = SimpleNamespace(app=house)
    assert run(world, lambda: ask(ada, "timeout", {"days": 3}, "k-1"), fail_at="answer.kept") == KILLED
    db.session.rollback()
    assert (db.session.scalar(select(func.count()).select_from(PlayerTimeout)), kept()) == (0, 0)
    db.session.rollback()
    done = ask(ada, "timeout", {"days": 3}, "k-1")
    assert (done.status_code, "Idempotency-Replayed" in done.headers, kept()) == (200, False, 1)


def test_at_one_moment_it_is_done_once(house: Flask, ada: Persona) -> None:  # noqa: F811
    start = Barrier(8)
    cookies = ada.browser._cookies  # type: ignore[attr-defined]

    def attempt(_: int) -> tuple[int, bytes]:
        browser = house.test_client()
        browser._cookies = cookies  # type: ignore[attr-defined]
        start.wait()
        answer = ask(Persona(browser), "timeout", {"days": 3}, "together")
        return answer.status_code, answer.data

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(attempt, range(8)))
    assert {status for status, _ in answers} <= {200, 409}
    done = {body for status, body in answers if status == 200}
    assert len(done) == 1
    assert {json.loads(body)["code"] for status, body in answers if status == 409} <= {"request_in_progress"}
    assert ask(ada, "timeout", {"days": 3}, "together").data in done


@pytest.mark.parametrize("act", ["confirm", "refuse"])
def test_an_operator_s_yes_sent_again_is_the_same_one(house: Flask, stopping: Stopping, act: str) -> None:  # noqa: F811
    approval, bea, cid = propose(), browser_of(house, "bea"), browser_of(house, "cid")
    place, headers = f"/api/admin/approvals/{approval}/{act}", {"Idempotency-Key": "k-1"}
    first, again = (bea.post(place, json={"reason": "read it"}, headers=headers) for _ in range(2))
    assert (first.status_code, again.status_code, again.data) == (200, 200, first.data)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert bea.post(place, json={"reason": "read it"}).json["code"] == "approval_decided", "without the key"
    theirs = cid.post(place, json={"reason": "read it"}, headers=headers)
    assert (theirs.status_code, theirs.json["code"]) == (409, "approval_decided"), "another's key is another one"
    assert (len(stopping.done), len(acts(approval))) == (1 if act == "confirm" else 0, 2)


def test_what_could_not_be_done_is_not_kept(house: Flask, stopping: Stopping) -> None:  # noqa: F811
    """The rolled-back confirmation takes its answer with it; that it failed is written down all the same."""
    stopping.trouble = ZeroDivisionError("a bug")
    approval, bea = propose(), browser_of(house, "bea")
    place, headers = f"/api/admin/approvals/{approval}/confirm", {"Idempotency-Key": "k-1"}
    answer = bea.post(place, json={"reason": "read it"}, headers=headers)
    assert (answer.status_code, answer.json["code"]) == (409, "approval_failed")
    assert (state_of(approval), kept()) == ("failed", 0)
