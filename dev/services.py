"""What the demo consists of, in the order in which it starts."""

from __future__ import annotations

import os
import signal
import socket
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

import psycopg
import requests

from dev import bitcoind, witnesses
from dev.environment import Ports
from dev.postgres import Postgres
from dev.processes import Child, until_death
from dev.valkey import Valkey

TOP = Path(__file__).resolve().parent.parent


def nothing() -> None:
    """For services that need no preparation."""


def at_once() -> bool:
    """For services that serve nobody: running is ready."""
    return True


@dataclass(frozen=True)
class Service:
    """One row of the table. `once`: a task that must end well before the next row starts; `store`: stopped last.

    `seconds`: until it has to be ready. Generous, for what ends instead is noticed at once, and slow is no failure.
    """

    name: str
    label: str
    child: Callable[[], Child]
    ready: Callable[[], bool] = at_once
    prepare: Callable[[], None] = nothing
    after: Callable[[], None] = nothing
    seconds: float = 300
    once: bool = False
    store: bool = False


_WORKERS: Final = (
    ("worker", "worker", "default"),
    ("scanner", "worker for the chain", "chain"),
    ("draws", "worker for draws", "draws"),
    ("hooks", "worker for webhooks", "hooks"),
    ("witnesses", "worker for witnesses", "witnesses"),
    ("offered", "worker for offered witnesses", "offered"),
    ("carriers", "worker for SMS and push", "messages"),
    ("payments", "worker for gateways and results", "gateways results"),
    ("accept", "acceptor of bets", "accept"),
)
"""Each with its label and what it works on."""


def table(folder: Path, environment: Mapping[str, str], ports: Ports, own_node: bool) -> list[Service]:
    """Stores, node, migrations, then what stands on them. Stopped in the opposite order."""
    inherited = {**os.environ, **environment, "PYTHONUNBUFFERED": "1", "DEMO_RUN": str(folder)}

    def python(name: str, *arguments: str, patience: float = 10) -> Callable[[], Child]:
        command = until_death([sys.executable, *arguments], signal.SIGTERM)
        return lambda: Child(name, command, environment=inherited, folder=TOP, patience=patience)

    page = urlsplit(environment["PARTNER_PAGE_URL"]).port or 0
    return [
        *_stores(folder, environment),
        *([_node(folder, environment, ports, python)] if own_node else []),
        Service("migrate", "database schema", python("migrate", "-m", "flask", "db", "upgrade"), once=True),
        # Before the first block is scanned, so that the first round opens with its jackpot covered.
        Service("prepare", "partners and coins", python("prepare", "-m", "dev.world", "--prepare"), once=True),
        *_others(folder, environment, ports, python),
        Service("web", "web", python("web", *_gunicorn(ports.web)), ready=lambda: _answers(environment["BASE_URL"])),
        *(Service(name, label, python(name, "worker.py", *work.split())) for name, label, work in _WORKERS),
        *(
            Service(name, f"witness {name}", python(name, *witnesses.command(environment, name, port)))
            for name, port in zip(witnesses.NAMES, ports.witnesses, strict=True)
        ),
        Service("clock", "clock", python("clock", "-m", "flask", "clock")),
        Service("world", "players and the partner's page", python("world", "-m", "dev.world"), lambda: _listens(page)),
    ]


def _others(
    folder: Path, environment: Mapping[str, str], ports: Ports, python: Callable[..., Callable[[], Child]]
) -> list[Service]:
    """What elsewhere belongs to others: who carries messages, who takes payments, whose draws are official."""
    sms = urlsplit(environment["MESSAGES_URL"]).port or 0
    return [
        Service(
            "messages", "SMS, push and mail", python("messages", *_messages(folder, environment)), lambda: _listens(sms)
        ),
        Service(
            "gateways",
            "payment gateways",
            python("gateways", "-m", "dev.gateways", "--keep", str(folder / "gateways")),
            lambda: all(_listens(port) for port in ports.gateways.values()),
        ),
        Service(
            "results",
            "official results",
            python("results", "-m", "dev.results", "--port", str(ports.results)),
            lambda: _listens(ports.results),
        ),
    ]


def _stores(folder: Path, environment: Mapping[str, str]) -> list[Service]:
    database, queue = urlsplit(environment["DATABASE_URL"]), urlsplit(environment["REDIS_URL"])
    postgres = Postgres(folder / "postgres", database.password or "", database.port or 0)
    valkey = Valkey(folder / "valkey", queue.password or "", queue.port or 0)
    return [
        Service(
            "postgres",
            "Postgres",
            postgres.process,
            postgres.ready,
            postgres.prepare,
            after=lambda: ensure_database(postgres.url(), database.path.strip("/")),
            store=True,
        ),
        Service("valkey", "Valkey", valkey.process, valkey.ready, valkey.prepare, store=True),
    ]


def ensure_database(admin_url: str, name: str) -> None:
    with psycopg.connect(admin_url, autocommit=True) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is None:
            connection.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(name)))


def _node(
    folder: Path, environment: Mapping[str, str], ports: Ports, python: Callable[..., Callable[[], Child]]
) -> Service:
    url = environment["BITCOIN_RPC_URL"]
    parts = urlsplit(url)
    arguments = [
        "-m",
        "dev.node",
        "--datadir",
        str(folder / "node"),
        "--rpc-port",
        str(ports.node_rpc),
        # One word each: a password that begins with a dash would be taken for an option.
        f"--rpc-user={unquote(parts.username or '')}",
        f"--rpc-password={unquote(parts.password or '')}",
        "--zmq-port",
        str(ports.node_zmq),
    ]
    return Service(
        "node",
        "regtest node",
        python("node", *arguments, patience=20),
        ready=lambda: bitcoind.ready(url),
        prepare=lambda: (folder / "node").mkdir(exist_ok=True),
    )


def _messages(folder: Path, environment: Mapping[str, str]) -> list[str]:
    port = str(urlsplit(environment["MESSAGES_URL"]).port)
    kept, mailbox = str(folder / "messages.jsonl"), f"{environment['BASE_URL']}/dev/mailbox"
    return ["-m", "dev.messages", "--port", port, "--keep", kept, "--mailbox", mailbox]


def _gunicorn(port: int) -> list[str]:
    return [
        "-m",
        "gunicorn",
        "wsgi:app",
        "--bind",
        f"127.0.0.1:{port}",
        "--worker-class",
        "gthread",
        "--workers",
        "2",
        "--threads",
        "4",
        "--graceful-timeout",
        "5",
        "--no-control-socket",
    ]


def _answers(base_url: str) -> bool:
    try:
        return requests.get(f"{base_url}/api/health", timeout=5).status_code == 200
    except requests.RequestException:
        return False


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
