"""One key, one effect, one answer: for a day, in parallel, across restarts, and when the process dies half-way."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text, update

from app import create_app
from app.chain.deposits import service as deposits
from app.core.database.session import db, transaction
from app.games.ticket_draw.models import TicketOrder
from app.record.answers import jobs
from app.record.answers import service as answers
from app.record.answers.models import IdempotencyKey
from app.webhooks.models import WebhookEndpoint
from tests.factories.world import World

from .conftest import PLAYER, Server

HOOK = {"url": "https://shop.example/hooks", "events": ["order.paid"]}


def count(model: Any) -> int:
    db.session.rollback()
    with transaction():
        return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_the_same_request_has_one_effect_and_the_same_answer(world: World, server: Server) -> None:
    first = server.post("/orders", PLAYER, once="a-1")
    again = server.post("/orders", PLAYER, once="a-1")
    assert first.status_code == again.status_code == 201
    assert first.data == again.data
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert count(TicketOrder) == 1

    restarted = create_app(world.environment)
    elsewhere = Server(restarted.test_client(), server.site_id, server.key)
    with restarted.app_context():
        assert elsewhere.post("/orders", PLAYER, once="a-1").data == first.data
        db.engine.dispose()


def test_no_secret_is_kept(server: Server) -> None:
    order = server.post("/orders", PLAYER, once="a-1").get_json()
    hook = server.post("/webhook-endpoints", HOOK, once="a-2").get_json()
    assert server.post("/webhook-endpoints", HOOK, once="a-2").get_json() == hook
    with transaction():
        kept = "".join(db.session.scalars(select(IdempotencyKey.answer)))
    assert order["order"]["id"] in kept
    assert hook["id"] in kept
    assert order["receiptSecret"] not in kept
    assert hook["secret"] not in kept


def test_a_roll_is_repeated_with_its_own_secret(server: Server) -> None:
    hook = server.post("/webhook-endpoints", HOOK).get_json()
    path = f"/webhook-endpoints/{hook['id']}/roll-secret"
    made = server.post(path, once="r-1")
    first = made.get_json()
    second = server.post(path, once="r-2").get_json()
    again = server.post(path, once="r-1")
    assert again.get_json() == first
    assert again.headers["ETag"] == made.headers["ETag"]
    assert len({hook["secret"], first["secret"], second["secret"]}) == 3
    assert count(WebhookEndpoint) == 1


def test_thirty_at_once_make_one_order(world: World, server: Server) -> None:
    start = threading.Barrier(30)

    def ask(_: int) -> tuple[int, bytes]:
        mine = Server(world.app.test_client(), server.site_id, server.key)
        start.wait()
        answer = mine.post("/orders", PLAYER, once="together")
        return answer.status_code, answer.data

    with ThreadPoolExecutor(30) as pool:
        answers = list(pool.map(ask, range(30)))
    assert {status for status, _ in answers} <= {201, 409, 503}
    made = {body for status, body in answers if status == 201}
    assert len(made) == 1
    assert count(TicketOrder) == 1
    assert server.post("/orders", PLAYER, once="together").data in made


def test_another_request_under_the_same_key_is_refused(server: Server, other: Server) -> None:
    server.post("/orders", PLAYER, once="a-1")
    for path, body in (("/orders", {**PLAYER, "playerPublicIdentifier": "bob"}), ("/webhook-endpoints", HOOK)):
        refused = server.post(path, body, once="a-1")
        assert (refused.status_code, refused.get_json()["code"]) == (422, "idempotency_key_reused")
    assert other.post("/orders", PLAYER, once="a-1").status_code == 201  # keys are each site's own
    assert count(TicketOrder) == 2


def test_while_it_runs_others_are_told_so(world: World, server: Server) -> None:
    with world.app.test_request_context("/api/v1/orders", method="POST", headers={"Idempotency-Key": "a-1"}):
        running = answers.attempt(answers.Owner.partner(server.site_id), None)
    assert running is not None
    claimed, release = threading.Event(), threading.Event()

    def hold() -> None:
        with world.app.app_context(), transaction():
            answers.claim(running)
            claimed.set()
            release.wait(60)

    thread = threading.Thread(target=hold)
    thread.start()
    claimed.wait(60)
    refused = server.post("/orders", PLAYER, once="a-1")
    release.set()
    thread.join()
    assert (refused.status_code, refused.get_json()["code"]) == (409, "request_in_progress")
    assert server.post("/orders", PLAYER, once="a-1").status_code == 201


def test_what_was_refused_may_be_asked_again(server: Server) -> None:
    assert server.post("/orders", {**PLAYER, "requestedRoundNumber": 999}, once="a-1").status_code == 404
    assert server.post("/orders", PLAYER, once="a-1").status_code == 201


def test_an_order_that_missed_its_journal_was_not_made(
    world: World, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(entry: object) -> None:
        raise KeyboardInterrupt  # as a killed process

    with monkeypatch.context() as patched:
        patched.setattr(deposits, "write_journal", dies)
        with pytest.raises(KeyboardInterrupt):
            server.post("/orders", PLAYER, once="a-1")
    journal = deposits.Journal(world.app.config["SETTINGS"].terms_journal_path)
    assert count(TicketOrder) == 0
    assert list(journal.read()) == []
    order = server.post("/orders", PLAYER, once="a-1").get_json()["order"]
    assert [entry.terms for entry in journal.read()] == [order["terms"]]
    assert count(TicketOrder) == 1


def test_after_a_day_the_key_is_new(server: Server) -> None:
    first = server.post("/orders", PLAYER, once="a-1").get_json()
    with transaction() as session:
        session.execute(update(IdempotencyKey).values(created_at=func.now() - timedelta(hours=25)))
    second = server.post("/orders", {**PLAYER, "playerPublicIdentifier": "bob"}, once="a-1").get_json()
    assert first["order"]["id"] != second["order"]["id"]
    assert count(IdempotencyKey) == 1
    with transaction() as session:
        session.execute(text("UPDATE idempotency_keys SET created_at = now() - interval '25 hours'"))
    jobs.purge()
    assert count(IdempotencyKey) == 0


def test_a_body_is_what_it_says_not_how_it_is_written(server: Server) -> None:
    first = server.post("/orders", PLAYER, once="a-1")
    other_way = json.dumps(dict(reversed(PLAYER.items())) | {"requestedRoundNumber": None}, indent=2)
    headers = {"Idempotency-Key": "a-1"}
    again = server.ask("POST", "/orders", data=other_way, content_type="application/json", headers=headers)
    assert again.data == first.data


def test_keys_are_plain_text(server: Server) -> None:
    for bad in ("", " ", "a b", "x" * 256, "é"):
        answer = server.post("/orders", PLAYER, headers={"Idempotency-Key": bad})
        assert answer.status_code == 422, bad
    assert count(TicketOrder) == 0
