"""Orders over HTTP: limits, the node's tip, frozen terms, the tweaked address, a durable commit, a fsynced journal."""

from __future__ import annotations

import os
import statistics
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from itertools import cycle
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

from . import doors
from .beside import checked_out
from .http_load import CONNECTIONS, Cpu, Load, Web, post, serving, serving_process
from .measuring import Contender, Row, alternate, rates
from .report import number
from .stage import TOP, Stage, live_site

_RESERVE_SATS = 100_000_000
_DATABASE = "orders"
_MOST_MS = 5
_MOST_STATEMENTS = 6
_TURNS = 4  # of another door, the first one to warm up
_TERMS = "x" * 450
_TABLE = "CREATE TABLE bare_orders (id uuid PRIMARY KEY, round_number integer, site text, player text, terms text)"
_INSERT = "INSERT INTO bare_orders VALUES (%s, 1, 'lucky-shop', 'player', %s)"


def run(stage: Stage) -> Iterator[Row]:
    """Eight clients at once, against an empty route behind the same gunicorn, and against bare inserts; beside another
    commit, if there is one to compare with. Then the other doors."""
    with ExitStack() as servers:
        app, environment = _begin(stage, _DATABASE)
        ours = servers.enter_context(_web(stage, _DATABASE, environment))
        before = servers.enter_context(_web_before(stage)) if stage.beside else None
        yield from _measure(stage, ours, before)
        yield from _other_doors(stage, ours, app)


@contextmanager
def _web(stage: Stage, database: str, environment: dict[str, str], folder: Path = TOP) -> Iterator[Web]:
    process = {**os.environ, **environment}
    with serving_process("wsgi:app", process, stage.folder / f"web-{database}.log", folder=folder) as web:
        yield web


@contextmanager
def _web_before(stage: Stage) -> Iterator[Web]:
    assert stage.beside is not None
    database = f"{_DATABASE}_before"
    with checked_out(stage.beside, stage.folder / "before") as tree:
        _, environment = _begin(stage, database)
        with _web(stage, database, environment, tree) as web:
            yield web


def _measure(stage: Stage, ours: Web, before: Web | None) -> Iterator[Row]:
    count = stage.scale.orders
    requests = doors.plain(count)
    webs = {"ours": ours} | ({"before": before} if before else {})
    counters = {name: _Counter(web, Load(web.port, requests, 201)) for name, web in webs.items()}
    connections = [psycopg.connect(stage.url(_DATABASE), autocommit=True) for _ in range(CONNECTIONS)]
    connections[0].execute(_TABLE)
    with serving("benchmarks.empty_route:app", dict(os.environ), stage.folder / "empty.log") as empty:
        contenders: dict[str, Contender] = {
            **{name: counter.run for name, counter in counters.items()},
            "empty": Load(empty, [post("/empty", b"{}")] * count, 201).run,
            "bare": lambda: _insert(connections, count),
        }
        found = rates(count, alternate(stage.scale.repeats, contenders))
    for connection in connections:
        connection.close()
    note = f"gunicorn 2 × 4 threads, {CONNECTIONS} clients, fsync on"
    yield Row("order over HTTP", "orders/s", found["ours"], found["empty"], "empty Flask route", note)
    yield Row("order over HTTP", "orders/s", found["ours"], found["bare"], "bare insert a commit", note)
    costs = {name: counter.milliseconds(count) for name, counter in counters.items()}
    asked = {name: _statements(stage, web, requests) for name, web in webs.items()}
    yield _python("POST /api/slips", costs["ours"])
    yield Row("an order's statements", "statements", asked["ours"], _MOST_STATEMENTS, "goal", "as Postgres logs them")
    if before:
        at = f"commit {stage.beside}"
        yield Row("order over HTTP", "orders/s", found["ours"], found["before"], at, f"{note}; goal: ratio ≥ 3")
        yield Row("an order's CPU in Python", "ms", costs["ours"].python, costs["before"].python, at)
        yield Row("an order's CPU in the kernel", "ms", costs["ours"].kernel, costs["before"].kernel, at)
        yield Row("an order's statements", "statements", asked["ours"], asked["before"], at)


def _python(door: str, cost: Cpu) -> Row:
    note = f"{door}; the web workers', and {number(cost.kernel)} ms in the kernel"
    return Row("an order's CPU in Python", "ms", cost.python, _MOST_MS, "goal", note)


def _other_doors(stage: Stage, web: Web, app: Flask) -> Iterator[Row]:
    for door in doors.others(app):
        count = stage.scale.orders // 2 if stage.scale.orders > CONNECTIONS else stage.scale.orders
        counter = _Counter(web, *(Load(web.port, door.requests(count), door.status) for _ in range(_TURNS)))
        for _ in range(_TURNS):
            counter.run()
        yield _python(door.name, counter.milliseconds(count))


class _Counter:
    """A load, with what the web server's workers took of processors while they answered it. Where no request may be
    sent twice, there is a load for each turn."""

    def __init__(self, web: Web, *loads: Load) -> None:
        self._web, self._loads = web, cycle(loads)
        self._taken: list[Cpu] = []

    def run(self) -> None:
        """Send it once."""
        begun = self._web.cpu()
        next(self._loads).run()
        self._taken.append(self._web.cpu().since(begun))

    def milliseconds(self, count: int) -> Cpu:
        """One order's, the median of the turns; the first one warms up."""
        counted = self._taken[1:]
        python, kernel = ([one.python for one in counted], [one.kernel for one in counted])
        return Cpu(statistics.median(python) / count * 1000, statistics.median(kernel) / count * 1000)


def _statements(stage: Stage, web: Web, requests: list[bytes]) -> float:
    """An order's, on average: what two seconds' knowledge costs is spread over them."""
    before = stage.statements()
    with stage.logged():
        Load(web.port, requests, 201).run()
    return (stage.statements() - before) / len(requests)


def _begin(stage: Stage, database: str) -> tuple[Flask, dict[str, str]]:
    """A database that follows a real node, with a funded reserve and a live site; an application on it, and the
    environment for its web."""
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
    return app, environment


def _follow(app: Flask) -> None:
    scanner.catch_up(node.client(), LISTENERS.get(app))


def _insert(connections: list[psycopg.Connection[Any]], count: int) -> None:
    with ThreadPoolExecutor(len(connections)) as pool:
        list(pool.map(lambda connection: _insert_some(connection, count // len(connections)), connections))


def _insert_some(connection: psycopg.Connection[Any], count: int) -> None:
    for _ in range(count):
        connection.execute(_INSERT, [new_id(), _TERMS])
