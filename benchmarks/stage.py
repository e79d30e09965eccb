"""The servers and applications that benchmarks run on: started once a run, filled without fsync, measured with it."""

from __future__ import annotations

import gc
import logging
import os
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self
from uuid import UUID

import psycopg
import structlog
from argon2 import PasswordHasher
from flask import Flask
from psycopg import sql

from app import create_app
from app.chain import service
from app.chain.deposits import service as deposits
from app.chain.node.blocks import parse_block
from app.chain.scan.scanner import LISTENERS
from app.core.database.session import db, transaction
from app.core.sealing.keyring import Key
from app.games.ticket_draw.models import Round
from app.games.ticket_draw.rules import GAME
from app.people.accounts.service import user_with_email
from app.people.partners.service import create_site, update_site
from app.record.ledger import service as ledger
from app.record.ledger.entries import AccountRef, Posting
from app.record.log.format.notes import SigningKey
from app.selling.windows import postings
from dev import postgres, valkey
from dev.environment import account_key
from dev.node.process import NodeProcess

from . import blocks, crowd, evidence
from .scale import Scale

TOP = Path(__file__).resolve().parent.parent
PAYOUT_ADDRESS = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080"
SITE = "lucky-shop"
START_HEIGHT = 1_000
_START_HASH = bytes(31) + b"\x01"
_RESERVE_SATS = 10**12
_TEMPLATE = "bench_template"
_DURABLE = {"shared_buffers": "512MB", "max_wal_size": "2GB"}
_LOADING = {
    **_DURABLE,
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "maintenance_work_mem": "512MB",
    "autovacuum": "off",
}


class Stage:
    """What the chosen benchmarks need, stopped and removed at the end."""

    def __init__(self, scale: Scale, needs: frozenset[str], beside: str | None = None) -> None:
        """`beside`: a commit whose orders are measured in the same run."""
        self.scale, self._needs, self.beside = scale, needs, beside
        self.folder = Path(tempfile.mkdtemp(prefix="tiraj-bench-"))
        self._password = secrets.token_hex(12)
        self._apps: dict[str, Flask] = {}
        self._tips: dict[str, bytes] = {}
        self._postgres: postgres.Postgres | None = None
        self._valkey: valkey.Valkey | None = None
        self._node: NodeProcess | None = None

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if isinstance(error, Exception):
            print(f"  failed; what the servers wrote is kept in {evidence.keep(self.folder)}", file=sys.stderr)
        self._stop()

    def few(self) -> Flask:
        """The application on the small crowd's database."""
        return self._apps["few"]

    def many(self) -> Flask:
        """The application on the large crowd's database."""
        return self._apps["many"]

    def tip_of(self, app: Flask) -> bytes:
        """The hash of the last block applied before any benchmark, in internal byte order."""
        return self._tips[app.config["STAGE"]]

    @cached_property
    def node(self) -> NodeProcess:
        """A regtest node with coins to spend."""
        folder = self.folder / "node"
        folder.mkdir()
        self._node = NodeProcess.start(folder)
        self._node.call("generatetoaddress", 110, self._node.call("getnewaddress"))
        return self._node

    def url(self, database: str) -> str:
        """The address of a database."""
        assert self._postgres is not None
        return self._postgres.url(database)

    def settings(self, database: str, node_url: str, **others: str) -> dict[str, str]:
        """An environment for an application of its own on `database`."""
        assert self._valkey is not None
        return {
            "ENVIRONMENT": "test",
            "SECRET_KEY": "only-for-benchmarks-only-for-benchmarks",
            "BASE_URL": "http://localhost",
            "DATABASE_URL": self.url(database),
            "REDIS_URL": self._valkey.url(),
            "BITCOIN_NETWORK": "regtest",
            "BITCOIN_RPC_URL": node_url,
            "DEPOSIT_ACCOUNT_KEY": account_key(self.folder / "signing-key"),
            "TERMS_JOURNAL_PATH": str(self.folder / f"{database}-journal"),
            "LOG_JOURNAL_PATH": str(self.folder / f"{database}-log"),
            "LOG_KEY": SigningKey("localhost/log", bytes(range(32))).text,
            "DATA_KEYS": Key("bench", b"seals in benchmarks, all 32 long").text,
            "LOOKUP_KEY": Key("bench", b"finds in benchmarks, all 32 long").text,
            "BCL_DATA_DIR": str(self.folder / "bitcoinlib"),
            "FILES_DIR": str(self.folder / "files"),
            "OPERATOR_USER": "operator",
            "OPERATOR_PASSWORD_HASH": PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("operator"),
            "MAIL_TRANSPORT": "mailbox",
            "TICKET_DIGITS": "7",
            "BASE_TICKET_PRICE_SATS": str(crowd.BASE_SATS),
            "HASHES_PER_DIGIT": "1000",
            "ORDERS_PER_MINUTE": "10000000",
            "API_REQUESTS_PER_MINUTE": "10000000",
            "OPEN_ORDERS_PER_SITE": "1000000",
            "OPEN_ORDERS_PER_UNVERIFIED_SITE": "1000000",
            "OPEN_ORDERS_PER_PLAYER": "1000000",
            "OPEN_ORDERS_PER_REQUESTER": "1000000",
            **others,
        }

    def statements(self) -> int:
        """How many statements Postgres has been sent while it logged them, beside those that begin and end."""
        log = (self.folder / "postgres.log").read_text(errors="replace")
        return sum(1 for line in log.splitlines() if _STATEMENT.search(line))

    @contextmanager
    def logged(self) -> Iterator[None]:
        """While Postgres writes down every statement that it is sent."""
        self._set("ALTER SYSTEM SET log_statement = 'all'")
        try:
            yield
        finally:
            self._set("ALTER SYSTEM RESET log_statement")

    def _set(self, command: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(command)
            connection.execute("SELECT pg_reload_conf()")
        time.sleep(1)  # sessions look at their settings between two statements

    def make_database(self, name: str) -> None:
        """A migrated, empty database."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
            connection.execute(statement.format(sql.Identifier(name), sql.Identifier(_TEMPLATE)))

    def application(self, environment: dict[str, str]) -> Flask:
        """An application in this process; it logs what went wrong, and nothing else."""
        app = create_app(environment)
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
        return app

    def _start(self) -> None:
        if not self._needs & {"few", "many", "node"}:
            return
        self._valkey = valkey.Valkey(self.folder / "valkey", self._password)
        self._valkey.start(self.folder / "valkey.log")
        self._start_postgres(_LOADING)
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(_TEMPLATE)))
        self._migrate(_TEMPLATE)
        sizes = {
            "few": (self.scale.few_watched, self.scale.few_slips),
            "many": (self.scale.many_slips + self.scale.payees, self.scale.many_slips),
        }
        for name, (orders, slips) in sizes.items():
            if name in self._needs:
                self._fill(name, orders, slips)
        self._restart_durable()
        gc.collect()
        gc.freeze()  # as the worker does once it has started

    def _restart_durable(self) -> None:
        assert self._postgres is not None
        for app in self._apps.values():
            with app.app_context():
                db.engine.dispose()
        self._postgres.stop()
        os.sync()  # what was loaded without fsync must not be written while something is measured
        self._start_postgres(_DURABLE, self._postgres.port)

    def _start_postgres(self, options: dict[str, str], port: int = 0) -> None:
        self._postgres = postgres.Postgres(self.folder / "postgres", self._password, port, options)
        self._postgres.start(self.folder / "postgres.log", seconds=120)

    def _migrate(self, database: str) -> None:
        environment = {**os.environ, **self.settings(database, NO_NODE), "FLASK_APP": "wsgi:app"}
        done = subprocess.run(
            [sys.executable, "-m", "flask", "db", "upgrade"],
            cwd=TOP,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise RuntimeError(f"flask db upgrade failed:\n{done.stdout}{done.stderr}")

    def _fill(self, name: str, orders: int, slips: int) -> None:
        print(f"  making {orders:,} orders, {slips:,} of them paid", file=sys.stderr)
        self.make_database(name)
        app = self.application(self.settings(name, NO_NODE))
        app.config["STAGE"] = name
        self._apps[name] = app
        with app.app_context():
            place = self._open_round(app)
            db.session.remove()
            with psycopg.connect(self.url(name), autocommit=True) as connection:
                crowd.fill(connection, place, orders, slips)
            with transaction():
                ledger.post(_crowd_money(place.round_number, slips))

    def _open_round(self, app: Flask) -> crowd.Place:
        """A chain whose first block funds the reserve, a live site, and the first round."""
        with transaction():
            service.start_at(START_HEIGHT, _START_HASH, START_HEIGHT + 1)
            script = deposits.new_reserve_address().script_pubkey
            db.session.flush()
        block = blocks.make_block(_START_HASH, [blocks.Payout(_RESERVE_SATS, script)], START_HEIGHT + 1)
        with transaction():
            service.connect_block(parse_block(block.raw), START_HEIGHT + 1, LISTENERS.get(app))
        self._tips[app.config["STAGE"]] = block.hash
        with transaction() as session:
            site_id = live_site()
            round_ = session.get_one(Round, 1)
            return crowd.Place(site_id, 1, round_.internal_key, round_.ticket_supply, PAYOUT_ADDRESS)

    def _stop(self) -> None:
        for app in self._apps.values():
            with app.app_context():
                db.session.remove()
                db.engine.dispose()
        for server in (self._node, self._postgres, self._valkey):
            if server is not None:
                server.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


_STATEMENT = re.compile(r"(?:statement|execute [^:]+): +(?!BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|DEALLOCATE|ALTER)\S")
NO_NODE = "http://nobody:nobody@127.0.0.1:1"


def live_site() -> UUID:
    """A live partner site in the caller's transaction; its id."""
    site = create_site(
        user_with_email("owner@example.com"),
        {
            "name": SITE,
            "display_name": "Lucky Shop",
            "house_edge": Decimal("0.10"),
            "payout_address": PAYOUT_ADDRESS,
            "payout_address_acknowledged": True,
        },
    )
    update_site(site, {"status": "live"})
    return site.id


def _crowd_money(round_number: int, slips: int) -> list[Posting]:
    """What the crowd's payments put on the accounts."""
    edge = crowd.PLAYER_SATS - crowd.BASE_SATS
    parts = {postings.pool(GAME, round_number): crowd.BASE_SATS, postings.held(GAME, round_number): edge}
    coins = AccountRef("coins")
    return [
        Posting(coins, account, slips * crowd.TICKETS * sats, "payment", "crowd", "credit", line)
        for line, (account, sats) in enumerate(parts.items())
    ]


@contextmanager
def unit_of_work(app: Flask) -> Iterator[None]:
    """One transaction with a session of its own, as every edge has."""
    with app.app_context(), transaction():
        yield
