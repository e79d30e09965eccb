"""Real servers for the tests, as a pytest plugin: one Postgres and one Valkey a run, databases cut from one template.

Whoever runs the tests owns the servers: the single process, or the controller when there are several workers. They
die with it (see dev.processes), so that an interrupted run leaves nothing behind.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from dev import postgres, valkey
from dev.node.process import NodeProcess
from dev.processes import started_at
from tests import network, routing
from tests.settings import settings_for

TOP = Path(__file__).resolve().parent.parent
TEMPLATE = "tiraj_template"
_PREFIX = "tiraj-tests-"
_MEMORY, _ROOM = Path("/dev/shm"), 4_000_000_000  # bytes


@dataclass(frozen=True)
class Addresses:
    """Where the run's servers are."""

    folder: Path
    postgres_port: int
    valkey_port: int
    password: str

    def database(self, name: str = "postgres") -> str:
        return f"postgresql://{postgres.USER}:{self.password}@127.0.0.1:{self.postgres_port}/{name}"

    def redis(self, number: int) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.valkey_port}/{number}"


class Servers:
    """The servers of one run; start() only in the process that owns them."""

    def __init__(self) -> None:
        self.started: tuple[postgres.Postgres, valkey.Valkey] | None = None
        self.addresses: Addresses | None = None

    def start(self) -> Addresses:
        if self.addresses is None:
            _remove_left_folders()
            folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=_MEMORY if _room() else None))
            password = secrets.token_hex(12)
            database = postgres.Postgres(folder / "postgres", password, options=postgres.FOR_TESTS)
            queue = valkey.Valkey(folder / "valkey", password, options=valkey.FOR_TESTS)
            self.started = database, queue
            self.addresses = Addresses(folder, database.port, queue.port, password)
            database.start(folder / "postgres.log")
            queue.start(folder / "valkey.log")
        return self.addresses

    def stop(self) -> None:
        if self.started:
            database, queue = self.started
            database.abandon()
            queue.stop()
        if self.started and self.addresses:
            shutil.rmtree(self.addresses.folder, ignore_errors=True)
        self.started = self.addresses = None


_servers = Servers()


def _room() -> bool:
    """Whether the databases of a run may lie in memory: making one is writing six hundred files."""
    return _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ROOM


def _remove_left_folders() -> None:
    """Data of runs that were killed: their servers ended with them, their files did not."""
    for left in [*Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"), *_MEMORY.glob(f"{_PREFIX}*")]:
        pid = left.name.removeprefix(_PREFIX).partition("-")[0]
        if pid.isdigit() and started_at(int(pid)) is None:
            shutil.rmtree(left, ignore_errors=True)


def pytest_configure(config: pytest.Config) -> None:
    network.forbid()
    routing.remember_rules()
    given = getattr(config, "workerinput", {}).get("servers")
    if given:
        _servers.addresses = Addresses(Path(given[0]), *given[1:])


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """In the controller, for each worker: tell it where the servers are."""
    is_first = _servers.addresses is None
    found = _servers.start()
    if is_first:
        threading.Thread(target=_make_template_ahead, args=[found], daemon=True).start()
    node.workerinput["servers"] = [str(found.folder), found.postgres_port, found.valkey_port, found.password]


def pytest_unconfigure(config: pytest.Config) -> None:
    _servers.stop()


@pytest.fixture(scope="session")
def servers() -> Addresses:
    return _servers.start()


@pytest.fixture(scope="session")
def database_server(servers: Addresses) -> str:
    """An address from which databases can be made and dropped."""
    return servers.database()


def _migrate(servers: Addresses, url: str) -> None:
    environment = {**os.environ, **settings_for(url, servers.redis(0), servers.folder), "FLASK_APP": "wsgi:app"}
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


def _make_template(servers: Addresses) -> None:
    """The first to ask makes it, the others wait."""
    with (servers.folder / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with psycopg.connect(servers.database(), autocommit=True) as connection:
            if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [TEMPLATE]).fetchone() is None:
                draft = f"{TEMPLATE}_draft"
                _drop(connection, draft)
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(draft)))
                _migrate(servers, servers.database(draft))
                connection.execute(
                    sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(draft), sql.Identifier(TEMPLATE))
                )


def _make_template_ahead(servers: Addresses) -> None:
    """While the workers import and collect. Whatever goes wrong does so again, and is told, where a worker asks."""
    with suppress(Exception):
        _make_template(servers)


@pytest.fixture(scope="session")
def migrate_database(servers: Addresses) -> Callable[[str], None]:
    """Brings an empty database to the newest schema, by the command that deployments run."""
    return partial(_migrate, servers)


@pytest.fixture(scope="session")
def database_template(servers: Addresses) -> str:
    """The name of a migrated database."""
    _make_template(servers)
    return TEMPLATE


@pytest.fixture(scope="session")
def fresh_database(servers: Addresses, database_template: str) -> Callable[[], str]:
    """Makes one more migrated database (about 30 ms) for as long as the file of tests runs, and returns its address.

    Copied as files: page by page through the log costs twice as much.
    """

    def make(template: str = database_template, name: str = "") -> str:
        name = name or fresh_name()
        connection = _keeper(servers)
        _drop(connection, name)  # of a world that begins once more than its application
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
        return servers.database(name)

    return make


_keepers: list[psycopg.Connection[Any]] = []


def _keeper(servers: Addresses) -> psycopg.Connection[Any]:
    """The worker's connection for making databases: each new one costs the server a process."""
    if not _keepers or _keepers[-1].closed:
        _keepers.append(psycopg.connect(servers.database(), autocommit=True))
    return _keepers[-1]


_passing: list[str] = []
"""Databases of the file of tests that is running."""


def fresh_name() -> str:
    """A name for a database that passes with the file of tests that is running."""
    _passing.append(f"tiraj_{secrets.token_hex(6)}")
    return _passing[-1]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """After a file's last test its databases go: in memory there is room for some dozens, not for all."""
    yield
    if _passing and _servers.addresses and (nextitem is None or nextitem.path != item.path):
        while _passing:
            _drop(_keeper(_servers.addresses), _passing.pop())


def _drop(connection: psycopg.Connection[Any], name: str) -> None:
    connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def database_url(fresh_database: Callable[..., str]) -> str:
    """The worker's own database, which lasts."""
    return fresh_database(name=f"tiraj_worker_{secrets.token_hex(6)}")


@pytest.fixture(scope="session")
def redis_url(servers: Addresses, worker_id: str) -> str:
    """The worker's own database number in the run's Valkey; FLUSHDB there disturbs nobody."""
    return servers.redis(int(worker_id.removeprefix("gw") or 0) + 1 if worker_id != "master" else 0)


@pytest.fixture(scope="session")
def own_valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], valkey.Valkey]]:
    """Starts a Valkey of the test's own, which it may flush, stop and start again."""
    made: list[valkey.Valkey] = []

    def make() -> valkey.Valkey:
        folder = tmp_path_factory.mktemp("valkey")
        server = valkey.Valkey(folder / "data", secrets.token_hex(8), options=valkey.FOR_TESTS)
        made.append(server)
        server.start(folder / "log")
        return server

    yield make
    for server in made:
        server.stop()


@pytest.fixture(scope="session")
def app_settings(database_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment from which create_app() makes an application for tests; copy it to change it."""
    return settings_for(database_url, redis_url, tmp_path_factory.mktemp("app"))


@pytest.fixture(scope="session")
def make_node(servers: Addresses) -> Iterator[Callable[[], NodeProcess]]:
    """Starts a regtest node with an empty chain; a test that reorganises or kills takes one of its own."""
    made: list[NodeProcess] = []

    def make() -> NodeProcess:
        folder = Path(tempfile.mkdtemp(prefix="node-", dir=servers.folder))  # in memory, as the databases are
        made.append(NodeProcess.start(folder, module="tests.factories.rewinding"))
        return made[-1]

    yield make
    for one in made:
        one.stop()


@pytest.fixture(scope="session")
def node(make_node: Callable[[], NodeProcess]) -> NodeProcess:
    """The worker's node, with coins to spend. Its chain grows from test to test, or goes back to where a world once
    stood (tests/worlds.py): read heights, do not assume them."""
    shared = make_node()
    shared.call("generatetoaddress", 110, shared.call("getnewaddress"))
    return shared


@pytest.fixture(scope="session")
def still_node(make_node: Callable[[], NodeProcess]) -> NodeProcess:
    """Another, which goes back for nobody: for a world that tests share beside worlds of their own."""
    shared = make_node()
    shared.call("generatetoaddress", 110, shared.call("getnewaddress"))
    return shared
