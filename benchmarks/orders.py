"""Orders over HTTP: limits, the node's tip, frozen terms, the tweaked address, a durable commit, a fsynced journal."""

from __future__ import annotations

import json
import os
import statistics
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psycopg
from flask import Flask

from app.chain.deposits import service as deposits
from app.chain.node import client as node
from app.chain.scan import scanner
from app.chain.scan.scanner import LISTENERS
from app.core.database.session import transaction
from app.core.ids import new_id
from app.core.money import btc_string

from .beside import checked_out
from .http_load import CONNECTIONS, Load, Web, serving, serving_process
from .measuring import Contender, Row, alternate, rates
from .stage import SITE, TOP, Stage, live_site

_RESERVE_SATS = 100_000_000
_DATABASE = "orders"
_MOST_MS = 5
_MOST_STATEMENTS = 6
_TERMS = "x" * 450
_TABLE = "CREATE TABLE bare_orders (id uuid PRIMARY KEY, round_number integer, site text, player text, terms text)"
_INSERT = "INSERT INTO bare_orders VALUES (%s, 1, 'lucky-shop', 'player', %s)"


def run(stage: Stage) -> Iterator[Row]:
    """Eight clients at once, against an empty route behind the same gunicorn, and against bare inserts; beside another
    commit, if there is one to compare with."""
    with ExitStack() as servers:
        ours = servers.enter_context(_web(stage, _DATABASE))
        before = servers.enter_context(_web_before(stage)) if stage.beside else None
        yield from _measure(stage, ours, before)


@contextmanager
def _web(stage: Stage, database: str, folder: Path = TOP) -> Iterator[Web]:
    process = {**os.environ, **_begin(stage, database)}
    with serving_process("wsgi:app", process, stage.folder / f"web-{database}.log", folder=folder) as web:
        yield web


@contextmanager
def _web_before(stage: Stage) -> Iterator[Web]:
    assert stage.beside is not None
    with checked_out(stage.beside, stage.folder / "before") as tree, _web(stage, f"{_DATABASE}_before", tree) as web:
        yield web


def _measure(stage: Stage, ours: Web, before: Web | None) -> Iterator[Row]:
    count = stage.scale.orders
    body = {"partnerName": SITE, "playerPrivateIdentifier": "private-1"}
    bodies = [json.dumps(body | {"playerPublicIdentifier": f"player-{n}"}).encode() for n in range(count)]
    webs = {"ours": ours} | ({"before": before} if before else {})
    counters = {name: _Counter(web, Load(web.port, "/api/slips", bodies, 201)) for name, web in webs.items()}
    connections = [psycopg.connect(stage.url(_DATABASE), autocommit=True) for _ in range(CONNECTIONS)]
    connections[0].execute(_TABLE)
    with serving("benchmarks.empty_route:app", dict(os.environ), stage.folder / "empty.log") as empty:
        contenders: dict[str, Contender] = {
            **{name: counter.run for name, counter in counters.items()},
            "empty": Load(empty, "/empty", bodies, 201).run,
            "bare": lambda: _insert(connections, count),
        }
        found = rates(count, alternate(stage.scale.repeats, contenders))
    for connection in connections:
        connection.close()
    note = f"gunicorn 2 × 4 threads, {CONNECTIONS} clients, fsync on"
    yield Row("order over HTTP", "orders/s", found["ours"], found["empty"], "empty Flask route", note)
    yield Row("order over HTTP", "orders/s", found["ours"], found["bare"], "bare insert a commit", note)
    costs = {name: counter.milliseconds(count) for name, counter in counters.items()}
    asked = {name: _statements(stage, web, bodies) for name, web in webs.items()}
    yield Row("an order's CPU", "ms", costs["ours"], _MOST_MS, "goal", "the web workers', in the kernel too")
    yield Row("an order's statements", "statements", asked["ours"], _MOST_STATEMENTS, "goal", "as Postgres logs them")
    if before:
        at = f"commit {stage.beside}"
        yield Row("order over HTTP", "orders/s", found["ours"], found["before"], at, f"{note}; goal: ratio ≥ 3")
        yield Row("an order's CPU", "ms", costs["ours"], costs["before"], at)
        yield Row("an order's statements", "statements", asked["ours"], asked["before"], at)


class _Counter:
    """A load, with what the web server's workers took of processors while they answered it."""

    def __init__(self, web: Web, load: Load) -> None:
        self._web, self._load = web, load
        self._seconds: list[float] = []

    def run(self) -> None:
        """Send it once."""
        begun = self._web.cpu_seconds()
        self._load.run()
        self._seconds.append(self._web.cpu_seconds() - begun)

    def milliseconds(self, count: int) -> float:
        """One order's, the median of the turns; the first one warms up."""
        return statistics.median(self._seconds[1:]) / count * 1000


def _statements(stage: Stage, web: Web, bodies: list[bytes]) -> float:
    """An order's, on average: what two seconds' knowledge costs is spread over them."""
    before = stage.statements()
    with stage.logged():
        Load(web.port, "/api/slips", bodies, 201).run()
    return (stage.statements() - before) / len(bodies)


def _begin(stage: Stage, database: str = _DATABASE) -> dict[str, str]:
    """A database that follows a real node, with a funded reserve and a live site; the environment for its web."""
    stage.make_database(database)
    environment = stage.settings(
        database, stage.node.rpc_url, TICKET_DIGITS="3", LUCKOTTO_POOL_SIZE="20", FLASK_APP="wsgi:app"
    )
    app = stage.application(environment)
    with app.app_context():
        _follow(app)
        with transaction():
            address = deposits.new_reserve_address().address
            live_site()
        stage.node.call("sendtoaddress", address, btc_string(_RESERVE_SATS))
        stage.node.call("generatetoaddress", 1, stage.node.call("getnewaddress"))
        _follow(app)
    return environment


def _follow(app: Flask) -> None:
    scanner.catch_up(node.client(), LISTENERS.get(app))


def _insert(connections: list[psycopg.Connection[Any]], count: int) -> None:
    with ThreadPoolExecutor(len(connections)) as pool:
        list(pool.map(lambda connection: _insert_some(connection, count // len(connections)), connections))


def _insert_some(connection: psycopg.Connection[Any], count: int) -> None:
    for _ in range(count):
        connection.execute(_INSERT, [new_id(), _TERMS])
