"""Cards bought over HTTP on one hot draw, by two processes of four threads, and of sixteen: what waits is sold by the
acceptor, or each request sells its own. Both do all else alike, and keep the same rows.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from typing import Final, NamedTuple
from uuid import UUID

from flask import Flask

from app.core.database.session import db, transaction
from app.core.ids import new_secret
from app.people.accounts import service as accounts
from app.selling.bets.models import BetDraw

from .http_load import CONNECTIONS, THREADS, Cpu, Load, Web, post, serving_process
from .measuring import Row, alternate
from .report import number
from .stage import Stage


class _Crowd(NamedTuple):
    """Threads of each web process, clients, and by which ratio ours is to be faster, if that was said."""

    threads: int
    clients: int
    goal: int | None = None


_CROWDS: Final = (_Crowd(THREADS, CONNECTIONS, goal=3), _Crowd(threads=16, clients=32))
_STAKE: Final = 10_00
_MODULES: Final = {"together": "wsgi:app", "alone": "benchmarks.alone:app"}


def run(
    stage: Stage,
    app: Flask,
    environ: dict[str, str],
    draw_id: UUID,
    people: Sequence[UUID],
    acceptor: Callable[[], Cpu],
) -> Iterator[Row]:
    """The rates of both, as the Procfile has it and with as many threads as buyers who wait; and what one card takes of
    processors in Python: the web workers' and the acceptor's."""
    with app.app_context():
        with transaction():
            tokens = [accounts.open_session(one, agent="a benchmark") for one in people]
            name = db.session.get_one(BetDraw, draw_id).name
        db.engine.dispose()
    for crowd in _CROWDS[: stage.scale.repeats]:
        with ExitStack() as servers:
            buyers = {way: _Buyers(tokens, name, stage.scale.bets, crowd.clients, acceptor) for way in _MODULES}
            for way, module in _MODULES.items():
                log, process = stage.folder / f"web-{way}.log", {**os.environ, **environ}
                buyers[way].web = servers.enter_context(serving_process(module, process, log, threads=crowd.threads))
            seconds = alternate(min(3, stage.scale.repeats), {way: one.buy for way, one in buyers.items()})
        rates = {way: stage.scale.bets / value for way, value in seconds.items()}
        yield from _rows(crowd, rates, {way: one.milliseconds() for way, one in buyers.items()})


def _rows(crowd: _Crowd, rates: Mapping[str, float], taken: Mapping[str, Cpu]) -> Iterator[Row]:
    what, note = f"cards over HTTP, {crowd.clients} clients", f"gunicorn 2 × {crowd.threads} threads, fsync on"
    note += f"; goal: ratio ≥ {crowd.goal}" if crowd.goal is not None else ""
    yield Row(what, "cards/s", rates["together"], rates["alone"], "a transaction a card", note)
    ours, theirs = taken["together"], taken["alone"]
    kernel = f"web workers and acceptor; in the kernel {number(ours.kernel)} and {number(theirs.kernel)} ms"
    yield Row("a card's CPU in Python", "ms", ours.python, theirs.python, "a transaction a card", kernel)


class _Buyers:
    """Clients of one web server."""

    web: Web

    def __init__(self, tokens: Sequence[str], draw: str, count: int, clients: int, acceptor: Callable[[], Cpu]) -> None:
        self._tokens, self._draw, self._count, self._clients = tokens, draw, count, clients
        self._acceptor = acceptor
        self._taken: list[Cpu] = []

    def buy(self) -> float:
        """Everybody buys in turn, each card under a key of its own; the seconds that it took."""
        load = Load(self.web.port, [self._request(at) for at in range(self._count)], 201, self._clients)
        begun = self.web.cpu(), self._acceptor()
        begin = time.perf_counter()
        load.run()
        seconds = time.perf_counter() - begin
        web, acceptor = self.web.cpu().since(begun[0]), self._acceptor().since(begun[1])
        self._taken.append(Cpu(web.python + acceptor.python, web.kernel + acceptor.kernel))
        return seconds

    def milliseconds(self) -> Cpu:
        """One card's, the median of the turns; the first one warms up."""
        python, kernel = ([one.python for one in self._taken[1:]], [one.kernel for one in self._taken[1:]])
        return Cpu(*(statistics.median(taken) / self._count * 1000 for taken in (python, kernel)))

    def _request(self, at: int) -> bytes:
        """Limits count a card by its player or by where it comes from: no player buys more than they allow."""
        bet = {"gameId": self._draw, "number": f"{random.randrange(1_000):03}", "amountCentavos": _STAKE}
        return post(
            "/api/swertres/bets/place",
            json.dumps({"bets": [bet], "payment": "wallet"}).encode(),
            Authorization=f"Bearer {self._tokens[at % len(self._tokens)]}",
            Idempotency_Key=new_secret(),
            X_Forwarded_For=f"10.1.{at % len(self._tokens)}.1",
        )
