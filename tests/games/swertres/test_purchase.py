"""What the purchase of a card costs, and what its key promises while others ask, or the process dies."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, func, select
from werkzeug.test import TestResponse

from app.core.database.session import db
from app.core.jobs.queue import connection
from app.selling.bets.models import BetTicket
from app.selling.bets.sale.waiting import wire
from app.selling.bets.sale.waiting.acceptor import Acceptor
from tests.faults.killing import KILLED, run_apart
from tests.personas import Persona

from .conftest import OWN, Shop, opened

STAKES = (10_00, 20_00)


@pytest.fixture
def shop(committed_db: Flask) -> Iterator[Shop]:
    connection().delete(wire.WAITING, wire.ALIVE)
    yield opened(committed_db)
    connection().delete(wire.WAITING, wire.ALIVE)


def body(shop: Shop, stake: int = STAKES[0]) -> dict[str, Any]:
    with shop.app.app_context():
        return {"bets": [{"gameId": shop.open()[0].id, "number": "047", "amountCentavos": stake}]}


def balance(person: Persona) -> int:
    return int(person.get("/api/swertres/balance").get_json()["balanceCentavos"])


def tickets() -> int:
    found = db.session.scalar(select(func.count()).select_from(BetTicket))
    db.session.rollback()
    return found or 0


@contextmanager
def seen() -> Iterator[dict[int, list[str]]]:
    """The statements of each thread, those that end transactions among them."""
    found: dict[int, list[str]] = {}

    def say(what: str) -> None:
        found.setdefault(threading.get_ident(), []).append(what)

    def note(connection: object, cursor: object, statement: str, *others: object) -> None:
        say(" ".join(statement.split())[:80])

    def commits(connection: object) -> None:
        say("COMMIT")

    event.listen(db.engine, "before_cursor_execute", note)
    event.listen(db.engine, "commit", commits)
    try:
        yield found
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
        event.remove(db.engine, "commit", commits)


@contextmanager
def accepting(shop: Shop) -> Iterator[Callable[[], int]]:
    """An acceptor beside us; its thread, once it has answered somebody."""
    ended, known = threading.Event(), threading.Event()
    ident: list[int] = []

    def turns() -> None:
        ident.append(threading.get_ident())
        with shop.app.app_context():
            one = Acceptor(connection())
            while not ended.is_set():
                one.turn(0.05)
                known.set()

    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(turns)
        known.wait(10)
        yield lambda: ident[0]
        ended.set()
        running.result()


def test_a_card_costs_its_buyer_s_request_three_statements_and_no_commit(shop: Shop) -> None:
    """Who asks, what is stopped, and which draw that is: the last two are remembered, where tests do not forbid it. All
    else is the acceptor's, or was said by the sale."""
    ada, asked = shop.bettor(), body(shop)
    with accepting(shop) as acceptor:
        assert shop.bet(ada, asked, "first").status_code == 201
        with seen() as found:
            placed = shop.bet(ada, asked, "second")
        assert placed.status_code == 201, placed.text
        own, sold = found[threading.get_ident()], found[acceptor()]
        with seen() as later:
            again = shop.bet(ada, asked, "second")
    assert (len(own), "COMMIT" in own) == (3, False), own
    assert sold.count("COMMIT") == 1
    assert again.get_json() == placed.get_json(), "what is read says the same"
    assert [one.headers.get("Idempotency-Replayed") for one in (placed, again)] == [None, "true"]
    assert len(later[threading.get_ident()]) > 3, "a negative control: what was sold before is read"
    assert balance(ada) == OWN - 2 * STAKES[0]


@pytest.mark.parametrize("has_one_key", [True, False])
def test_of_cards_under_one_key_one_is_sold_whoever_comes_first(shop: Shop, has_one_key: bool) -> None:
    ada, together = shop.bettor(), threading.Barrier(6)
    bodies = [body(shop, stake) for stake in STAKES]
    cookies = ada.browser._cookies  # of one browser, for several that ask at once

    def buy(number: int) -> TestResponse:
        browser = shop.app.test_client()
        browser._cookies = dict(cookies)
        together.wait()
        return shop.bet(Persona(browser), bodies[number % 2], "one" if has_one_key else f"{number}")

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(buy, range(6)))
    sold = {answer.get_json()["card"]["id"] for answer in answers if answer.status_code == 201}
    refused = [answer.get_json()["code"] for answer in answers if answer.status_code != 201]
    if has_one_key:
        assert (len(sold), refused, tickets()) == (1, ["idempotency_key_reused"] * 3, 1)
        assert balance(ada) in {OWN - stake for stake in STAKES}
    else:
        assert (len(sold), refused, tickets()) == (6, [], 6)


@pytest.mark.parametrize(("dies_at", "sold"), [("answer.kept", 0), ("card.sold", 1)])
def test_a_key_leads_to_its_card_or_to_none_when_the_process_dies(shop: Shop, dies_at: str, sold: int) -> None:
    ada, asked = shop.bettor(), body(shop)
    assert run_apart(shop.app, lambda: shop.bet(ada, asked), dies_at) == KILLED
    assert tickets() == sold
    answers = [shop.bet(ada, asked) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].get_json() == answers[1].get_json()
    assert shop.bet(ada, body(shop, STAKES[1])).get_json()["code"] == "idempotency_key_reused"
    assert (tickets(), balance(ada)) == (1, OWN - STAKES[0])
