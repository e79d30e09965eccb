"""Who pays in without papers, has it back, erases the account and registers again has paid in all the same."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text
from werkzeug.test import TestResponse

from app.core.database.session import db, transaction
from app.money.gateways import asking, service
from app.people.accounts.models import User
from app.people.players.verification import jobs
from app.people.players.verification import service as verification
from tests.money.gateways.shop import FakeGateway, paid
from tests.people.accounts.ways import codes_to
from tests.people.players.test_registering import ADA, OTHERWISE, held, send
from tests.personas import Persona, signed_in

MAIL = "ada@example.com"
LIMIT = 50_000


@pytest.fixture(autouse=True)
def limited(app: Flask, ports: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    own = {"unverified_limits": f"HTG={LIMIT}"}
    monkeypatch.setitem(app.config, "SETTINGS", app.config["SETTINGS"].model_copy(update=own))


def comes(app: Flask, **said: str) -> Persona:
    """Signs in by the one mailbox, with the number that pays, and registers."""
    who = signed_in(app, MAIL)
    with transaction():
        db.session.get_one(User, who.id).phone = "+50934101234"
    assert not held(send(who, "register", {**ADA, **said})), "nothing keeps him out"
    return who


def pay(who: Persona, minor: int) -> TestResponse:
    form = {"key": f"k{minor}", "currency": "HTG", "amount": str(minor // 100), "gateway": "moncash"}
    return who.post("/play/wallet/top-up?lang=en", form)


def pays_and_has_it_back(who: Persona, gateway: FakeGateway) -> None:
    answer = pay(who, LIMIT)
    assert answer.status_code == 303, answer.text
    payment = UUID(str(db.session.scalar(text("SELECT id FROM gateway_payments"))))
    asking.begin(payment)
    gateway.answer = paid(LIMIT)
    with transaction():
        db.session.execute(text("UPDATE gateway_payments SET asked_at = NULL"))
    asking.ask(payment)
    with transaction():
        refund = service.refund(payment, LIMIT, actor="operator:ada", reason="asked for it")
    asking.send(refund)


def erases(app: Flask, who: Persona) -> str:
    """By the pages; what the first of them said."""
    question = who.get("/play/erase?lang=en").text
    assert who.post("/play/erase").status_code == 303
    answer = who.post("/play/erase/code", {"code": codes_to(app, MAIL, "proof_code")[-1]})
    assert answer.status_code == 303, answer.text
    return question


def marks() -> list[Any]:
    asked = text("SELECT mark_hash FROM player_profiles WHERE erased_at IS NOT NULL AND mark_hash IS NOT NULL")
    return list(db.session.scalars(asked))


def test_an_erasure_is_no_second_limit_until_it_is_forgotten(app: Flask, gateway: FakeGateway) -> None:
    first = comes(app)
    pays_and_has_it_back(first, gateway)
    assert "You have paid in without papers." in erases(app, first)
    assert "a person, not an account" in first.get("/play/erase/done?lang=en").text
    again = comes(app, **OTHERWISE)
    assert again.id != first.id
    jobs.sweep()
    assert len(marks()) == 1, "it counts still"
    refused = pay(again, 20_000)
    assert (refused.status_code, "While you are not verified you may pay in" in refused.text) == (422, True)
    with transaction():
        db.session.execute(text("UPDATE player_profiles SET mark_until = mark_until - interval '30 days'"))
    for _ in range(2):
        jobs.sweep()
        assert marks() == []
    assert pay(again, LIMIT).status_code == 303


def test_nothing_is_kept_of_whom_papers_were_seen_or_who_paid_nothing(app: Flask, gateway: FakeGateway) -> None:
    idle = comes(app)
    assert "without papers" not in erases(app, idle)
    seen = comes(app)
    pays_and_has_it_back(seen, gateway)
    with transaction():
        assert seen.id is not None
        verification.move(seen.id, "submit", actor="test")
        verification.move(seen.id, "verify", actor="test")
    assert "without papers" not in erases(app, seen)
    assert marks() == []
    assert pay(comes(app), LIMIT).status_code == 303
