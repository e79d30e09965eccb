"""Orders over HTTP: limits, the node's tip, frozen terms, the tweaked address, a durable commit, a fsynced journal."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
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

from .http_load import CONNECTIONS, Load, serving
from .measuring import Row, alternate, rates
from .stage import SITE, Stage, live_site

_RESERVE_SATS = 100_000_000
_DATABASE = "orders"
_TERMS = "x" * 450
_TABLE = "CREATE TABLE bare_orders (id uuid PRIMARY KEY, round_number integer, site text, player text, terms text)"
_INSERT = "INSERT INTO bare_orders VALUES (%s, 1, 'lucky-shop', 'player', %s)"


def run(stage: Stage) -> Iterator[Row]:
    """Eight clients at once, against an empty route behind the same gunicorn, and against bare inserts."""
    environment = _begin(stage)
    count = stage.scale.orders
    body = {"partnerName": SITE, "playerPrivateIdentifier": "private-1"}
    bodies = [json.dumps(body | {"playerPublicIdentifier": f"player-{n}"}).encode() for n in range(count)]
    logs = stage.folder
    process = {**os.environ, **environment}
    connections = [psycopg.connect(stage.url(_DATABASE), autocommit=True) for _ in range(CONNECTIONS)]
    with (
        serving("wsgi:app", process, logs / "web.log") as ours,
        serving("benchmarks.empty_route:app", process, logs / "empty.log") as empty,
    ):
        connections[0].execute(_TABLE)
        seconds = alternate(
            stage.scale.repeats,
            {
                "ours": Load(ours, "/api/slips", bodies, 201).run,
                "empty": Load(empty, "/empty", bodies, 201).run,
                "bare": lambda: _insert(connections, count),
            },
        )
    for connection in connections:
        connection.close()
    found = rates(count, seconds)
    note = f"gunicorn 2 × 4 threads, {CONNECTIONS} clients, fsync on"
    yield Row("order over HTTP", "orders/s", found["ours"], found["empty"], "empty Flask route", note)
    yield Row("order over HTTP", "orders/s", found["ours"], found["bare"], "bare insert a commit", note)


def _begin(stage: Stage) -> dict[str, str]:
    """A database that follows a real node, with a funded reserve and a live site; the environment for its web."""
    stage.make_database(_DATABASE)
    environment = stage.settings(
        _DATABASE, stage.node.rpc_url, TICKET_DIGITS="3", LUCKOTTO_POOL_SIZE="20", FLASK_APP="wsgi:app"
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
