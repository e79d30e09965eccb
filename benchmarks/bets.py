"""Bets on one hot draw: by the acceptor, which takes all that wait in one commit, against a transaction a ticket.

Both write the same rows: tickets, their parts and lines, exposure, ledger, leaves and receipts. Buyers are threads of
four processes, as web servers are, and have their connections when the clock begins: each has bought a ticket by then,
and waits for each answer before it buys again. Then the same over HTTP.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import Final
from uuid import UUID

from flask import Flask
from sqlalchemy import func, select

from app.core.database.session import db, transaction
from app.core.ids import new_id
from app.core.jobs.queue import connection
from app.games.swertres.game import SWERTRES
from app.money.wallets.postings import paid, wallet
from app.people.accounts import service as accounts
from app.people.players.profile import service as profiles
from app.people.players.profile.rules import Proposed
from app.people.players.queries import read_now
from app.record.ledger import service as ledger
from app.record.ledger.entries import AccountRef
from app.selling.bets import postings
from app.selling.bets.bankroll import capacity
from app.selling.bets.calendar import service as calendar
from app.selling.bets.models import BetDraw
from app.selling.bets.sale import service
from app.selling.bets.sale.ticket import Accepted, Line, Wanted
from app.selling.bets.sale.waiting import asking, wire
from dev.processes import until_death

from . import cards
from .http_load import cpu_of
from .measuring import Row, alternate
from .stage import NO_NODE, TOP, Stage

_BUYERS: Final = (32, 8)
_GOALS: Final = {32: 10, 8: 2}
_PLAYERS: Final = 160
_PROCESSES: Final = 4
_STAKE: Final = 10_00
_MONEY: Final = 10**12


def run(stage: Stage) -> Iterator[Row]:
    """The rates of both, with many buyers and with few."""
    stage.make_database("bets")
    environ = stage.settings("bets", NO_NODE, UNVERIFIED_LIMITS="PHP=100000000000", TRUSTED_PROXY_HOPS="1")
    app = stage.application(environ)
    with app.app_context():
        draw_id, people = _begin()
        db.session.remove()
        db.engine.dispose()
    with _acceptor(app, environ) as acceptor:
        for buyers in _BUYERS:
            times = max(1, stage.scale.bets // buyers)
            contenders = {
                name: partial(_sell, app, draw_id, people[:buyers], times, name) for name in ("together", "alone")
            }
            seconds = alternate(min(3, stage.scale.repeats), contenders)
            rates = {name: buyers * times / value for name, value in seconds.items()}
            what, goal = f"bets by the acceptor, {buyers} buyers waiting", f"goal: ratio ≥ {_GOALS[buyers]}"
            yield Row(what, "tickets/s", rates["together"], rates["alone"], "a transaction a ticket", goal)
        yield from cards.run(stage, app, environ, draw_id, people, partial(cpu_of, acceptor))


def _begin() -> tuple[UUID, list[UUID]]:
    """A bankroll, a draw of tomorrow and people with money."""
    with transaction():
        bank = AccountRef("bank", "bench", SWERTRES.currency)
        ledger.post(postings.funded(new_id(), SWERTRES.name, bank, _MONEY))
        capacity.count()
        calendar.make_ahead(SWERTRES)
        later = BetDraw.closes_at > read_now() + timedelta(hours=6)
        draw_id = db.session.scalars(select(BetDraw.id).where(later).order_by(BetDraw.closes_at).limit(1)).one()
    return draw_id, [_player(number) for number in range(_PLAYERS)]


def _player(number: int) -> UUID:
    with transaction():
        user_id = accounts.user_with_phone(f"+6391712{number:05}")
        profiles.register(
            user_id, Proposed("Maria Santos", f"19{50 + number % 50}-{1 + number // 50:02}-10", "PH", "PHP"), "en"
        )
        own, clearing = wallet(user_id, SWERTRES.currency), AccountRef("clearing", "bench", SWERTRES.currency)
        ledger.post(paid(new_id(), clearing, own, _MONEY // 1_000))
    return user_id


@contextmanager
def _acceptor(app: Flask, environ: dict[str, str]) -> Iterator[str]:
    """An acceptor that runs; its process id."""
    command = until_death([sys.executable, "worker.py", "accept"], signal.SIGKILL)
    with subprocess.Popen(command, cwd=TOP, env={**os.environ, **environ}) as process:
        with app.app_context():
            while not connection().exists(wire.ALIVE):
                time.sleep(0.1)
        try:
            yield str(process.pid)
        finally:
            process.terminate()


def _sell(app: Flask, draw_id: UUID, people: Sequence[UUID], times: int, way: str) -> float:
    """Seconds until everybody has bought so often."""
    with app.app_context():
        before = _sold(draw_id)
        db.engine.dispose()
    context = multiprocessing.get_context("fork")
    ready = context.Barrier(_PROCESSES + 1)
    shares = [people[at::_PROCESSES] for at in range(_PROCESSES)]
    children = [context.Process(target=_buyers, args=(app, draw_id, own, times, way, ready)) for own in shares]
    for child in children:
        child.start()
    ready.wait()
    begin = time.perf_counter()
    for child in children:
        child.join()
    seconds = time.perf_counter() - begin
    with app.app_context():
        if _sold(draw_id) - before != len(people) * (1 + times):
            raise RuntimeError("not all were sold")
        db.engine.dispose()
    return seconds


def _sold(draw_id: UUID) -> int:
    return db.session.scalars(select(func.max(BetDraw.sales)).where(BetDraw.id == draw_id)).one()


def _buyers(app: Flask, draw_id: UUID, people: Sequence[UUID], times: int, way: str, ready: object) -> None:
    with ThreadPoolExecutor(len(people)) as pool:
        list(pool.map(partial(_buy, app, draw_id, 1, way), people))
        ready.wait()  # type: ignore[attr-defined]
        list(pool.map(partial(_buy, app, draw_id, times, way), people))
    os._exit(0)


def _buy(app: Flask, draw_id: UUID, times: int, way: str, user_id: UUID) -> None:
    for _ in range(times):
        line = Line(draw_id, "straight", f"{random.randrange(1_000):03}", _STAKE)
        wanted = Wanted(new_id(), user_id, SWERTRES.name, (line,))
        with app.app_context():
            answer = asking.sell(wanted) if way == "together" else _alone(wanted)
        assert isinstance(answer, Accepted), answer


def _alone(wanted: Wanted) -> object:
    with transaction():
        (answer,) = service.accept([wanted])
    return answer
