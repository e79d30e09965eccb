"""The acceptor and who waits for it: whatever dies or hangs, a ticket is sold once, and its buyer told the truth."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from uuid import UUID

import pytest
import redis
from sqlalchemy import func, select

from app.core import clock
from app.core.database.session import db, transaction
from app.core.dependencies import redis_client
from app.core.jobs.queue import REDIS, connection
from app.core.ports import places
from app.selling.bets.models import BetTicket
from app.selling.bets.sale import service
from app.selling.bets.sale.ticket import Accepted, RefusedSale, Wanted
from app.selling.bets.sale.waiting import acceptor, asking, wire
from app.selling.bets.sale.waiting.acceptor import Acceptor
from app.selling.bets.sale.waiting.moment import database_moment

from .rail import Rail
from .selling import wanted


class Died(BaseException):
    """As a process does: nothing catches it."""


@pytest.fixture(autouse=True)
def _nobody_waits(committed_rail: Rail) -> Iterator[None]:
    connection().delete(wire.WAITING, wire.ALIVE)
    yield
    connection().delete(wire.WAITING, wire.ALIVE)


def buy(rail: Rail, one: Wanted) -> Accepted | RefusedSale:
    with rail.app.app_context():
        return asking.sell(one)


def sold() -> int:
    found = db.session.scalar(select(func.count()).select_from(BetTicket).where(BetTicket.state == "posted"))
    db.session.rollback()
    return found or 0


def turns(rail: Rail, ended: threading.Event) -> list[int]:
    """An acceptor, until it is told to end; how many tickets it answered at once."""
    with rail.app.app_context():
        one, answered = Acceptor(connection()), []
        while not ended.is_set():
            answered.append(one.turn(0.05))
        return [count for count in answered if count]


def test_all_that_wait_are_sold_together_in_their_order(committed_rail: Rail, monkeypatch: pytest.MonkeyPatch) -> None:
    rail, ended = committed_rail, threading.Event()
    draw, people = rail.make_draw(), [rail.player(1_000) for _ in range(5)]
    poor, twice = rail.player(0), people[0]
    tickets = [wanted(rail, user, (draw, "one", "7", 100)) for user in (*people, poor, twice)]
    connection().set(wire.ALIVE, 1)
    monkeypatch.setattr(asking, "PATIENCE", 60)
    with ThreadPoolExecutor(len(tickets) + 1) as pool:
        buying = [pool.submit(buy, rail, one) for one in tickets]
        while connection().llen(wire.WAITING) < len(tickets):
            time.sleep(0.02)
        accepting = pool.submit(turns, rail, ended)
        answers = [one.result() for one in buying]
        ended.set()
        assert accepting.result() == [6, 1], "two of one player are in two batches"
    numbers = [one.numbers[draw] for one in answers if isinstance(one, Accepted)]
    assert (sorted(numbers), numbers[-1]) == ([1, 2, 3, 4, 5, 6], 6)
    assert isinstance(answers[5], RefusedSale)
    assert answers[5].refusals[0].reason == "insufficient_balance"
    with transaction():
        assert service.accept([tickets[2]]) == [answers[2]], "what waits is what was kept"
    assert rail.breaches() == []


def test_who_was_answered_together_may_come_again_together(
    committed_rail: Rail, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As long as one more comes in each step, and for nobody who does not: a lone buyer waits for no crowd."""
    client, steps = connection(), list[float]()
    draw, people, one = committed_rail.make_draw(), [committed_rail.player(1_000) for _ in range(3)], Acceptor(client)

    def asks(user: UUID) -> str:
        return wire.written(
            wire.Waiting(wanted(committed_rail, user, (draw, "one", "7", 100)), wire.ANSWERS + "nobody")
        )

    def turn(now: Sequence[str], later: Sequence[str] = (), meanwhile: str = "") -> tuple[int, int]:
        """How many were answered at once, and after how many steps. `meanwhile`: who comes when nobody waits."""
        coming = list(later)

        def step(seconds: float) -> None:
            steps.append(seconds)
            if coming:
                client.rpush(wire.WAITING, coming.pop())

        monkeypatch.setattr(acceptor, "time", SimpleNamespace(sleep=step, monotonic=time.monotonic))
        steps.clear()
        if now:
            client.rpush(wire.WAITING, *now)
        comes = threading.Timer(0.1, lambda: meanwhile and client.rpush(wire.WAITING, meanwhile))
        comes.start()
        answered = one.turn(1)
        comes.join()
        return answered, len(steps)

    first, second, third = people
    assert turn([asks(user) for user in people]) == (3, 0), "nobody is known who might come"
    assert turn([asks(first)], [asks(second), asks(third)]) == (3, 3), "until a step brings nobody"
    assert turn([asks(first)]) == (1, 1), "of three who might come none does"
    assert turn([], [asks(second)], asks(first)) == (1, 0), "a lone buyer waits for no crowd"


@pytest.mark.parametrize("dies_at", ["bets.taken", "bets.sold"])
def test_an_acceptor_that_dies_loses_no_ticket_and_sells_none_twice(
    committed_rail: Rail, dies_at: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rail = committed_rail
    one = wanted(rail, rail.player(), (rail.make_draw(), "one", "7", 100))
    connection().set(wire.ALIVE, 1)
    monkeypatch.setattr(asking, "PATIENCE", 2)

    def step(name: str) -> None:
        if name == dies_at:
            raise Died

    monkeypatch.setattr(acceptor, "step", step)
    with ThreadPoolExecutor(1) as pool:
        buying = pool.submit(buy, rail, one)
        with suppress(Died):
            while True:
                Acceptor(connection()).turn(0.05)
        db.session.rollback()
        assert sold() == (1 if dies_at == "bets.sold" else 0)
        answer = buying.result()
    assert isinstance(answer, Accepted)
    assert sold() == 1
    assert rail.breaches() == []


@pytest.mark.parametrize("is_timely", [False, True])
def test_who_was_told_no_is_sold_nothing_by_an_acceptor_that_wakes_up(
    committed_rail: Rail, is_timely: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody answered in time, and the buyer had no money then; and what would come of it if time were no matter."""
    rail, user = committed_rail, committed_rail.player(0)
    one = wanted(rail, user, (rail.make_draw(), "one", "7", 100))
    connection().set(wire.ALIVE, 1)
    monkeypatch.setattr(asking, "PATIENCE", 0.3)
    begun = time.monotonic()
    assert isinstance(buy(rail, one), RefusedSale)
    assert time.monotonic() - begun >= 0.3, "before that it would not have been the last word"
    rail.top_up(user, 1_000)
    if is_timely:
        connection().delete(wire.WAITING)
        connection().rpush(wire.WAITING, wire.written(wire.Waiting(one, "place")))
    assert Acceptor(connection()).turn() == 1
    assert sold() == (1 if is_timely else 0)


def test_one_that_cannot_be_sold_takes_nothing_from_its_neighbours(
    committed_rail: Rail, monkeypatch: pytest.MonkeyPatch
) -> None:
    rail, accept = committed_rail, service.accept
    draw = rail.make_draw()
    good, bad = (wanted(rail, rail.player(), (draw, "one", "7", 100)) for _ in range(2))
    for one in (bad, good):
        connection().rpush(wire.WAITING, wire.written(wire.Waiting(one, f"place-{one.ticket_id}")))
    connection().rpush(wire.WAITING, "not a ticket")

    def fails(tickets: list[Wanted]) -> list[Accepted | RefusedSale]:
        found = accept(tickets)
        if bad in tickets:
            raise RuntimeError("what nobody has thought of")
        return found

    monkeypatch.setattr(service, "accept", fails)
    assert Acceptor(connection()).turn() == 1
    assert sold() == 1
    assert rail.draw(draw).sales == 1


def test_one_that_is_stopped_in_the_middle_keeps_nobody_for_long(
    committed_rail: Rail, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has the rows of a player and of the draw; who buys meanwhile has to wait for Postgres to end that."""
    rail, draw, accept = committed_rail, committed_rail.make_draw(), service.accept
    first, other = (wanted(rail, rail.player(), (draw, "one", "7", 100)) for _ in range(2))
    monkeypatch.setattr(asking, "PATIENCE", 0.5)
    monkeypatch.setattr(acceptor, "STOPPED_SECONDS", 1.0)
    waiting = replace(first, until=database_moment() + timedelta(seconds=0.5))
    connection().rpush(wire.WAITING, wire.written(wire.Waiting(waiting, "place")))

    def stops(tickets: list[Wanted]) -> list[Accepted | RefusedSale]:
        found = accept(tickets)
        os.kill(os.getpid(), signal.SIGSTOP)
        return found

    db.session.remove()
    child = os.fork()
    if child == 0:
        db.engine.dispose(close=False)
        service.accept = stops
        Acceptor(connection()).turn()
        os._exit(0)
    assert os.WIFSTOPPED(os.waitpid(child, os.WUNTRACED)[1])
    begun = time.monotonic()
    assert isinstance(buy(rail, other), Accepted)
    assert time.monotonic() - begun < 6
    service.accept = accept
    os.kill(child, signal.SIGCONT)
    while os.WIFSTOPPED(os.waitpid(child, os.WUNTRACED)[1]):  # what it tries again alone stops it again
        os.kill(child, signal.SIGCONT)
    assert sold() == 1, "what it had in hand when it was stopped is sold by nobody any more"
    assert rail.breaches() == []


@pytest.mark.parametrize("hours", [1, -1])
def test_a_machine_whose_clock_is_wrong_waits_no_longer_and_sells_with_the_others(
    committed_rail: Rail, hours: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    rail, draw, ended = committed_rail, committed_rail.make_draw(), threading.Event()
    now = clock.now
    monkeypatch.setattr(clock, "now", lambda: now() + timedelta(hours=hours))
    monkeypatch.setattr(asking, "PATIENCE", 2)
    connection().set(wire.ALIVE, 1)
    with ThreadPoolExecutor(1) as pool:
        accepting = pool.submit(turns, rail, ended)
        assert isinstance(buy(rail, wanted(rail, rail.player(), (draw, "one", "7", 100))), Accepted)
        ended.set()
        assert accepting.result() == [1]
    connection().set(wire.ALIVE, 1)
    begun = time.monotonic()
    assert isinstance(buy(rail, wanted(rail, rail.player(0), (draw, "one", "7", 100))), RefusedSale)
    assert time.monotonic() - begun < 6


@pytest.mark.parametrize("listens", [True, False])
def test_without_redis_every_buyer_sells_on_his_own(committed_rail: Rail, listens: bool) -> None:
    """It hangs, which is somebody who listens and says nothing, or nobody is there."""
    rail = committed_rail
    one = wanted(rail, rail.player(), (rail.make_draw(), "one", "7", 100))
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        if listens:
            silent.listen()
        port = silent.getsockname()[1]
        REDIS.get()
        held = places(rail.app).held
        kept = held[REDIS]
        held[REDIS] = redis.Redis(port=port, **redis_client.options(0.3))
        try:
            begun = time.monotonic()
            assert isinstance(buy(rail, one), Accepted)
            assert time.monotonic() - begun < 5
        finally:
            held[REDIS] = kept
    assert sold() == 1
