"""Whatever is killed, the log loses no leaf and forks nothing: the database under each step, the web amid requests."""

from __future__ import annotations

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import pytest
import requests
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from app import create_app
from app.core import faults
from app.core.database.session import db, transaction
from app.core.dependencies.breaker import breaker
from app.people.accounts import service as accounts
from app.people.partners.models import PartnerSite
from app.record.audit.leaves import decision_hash
from app.record.audit.models import AuditEntry
from app.record.log import jobs as log_jobs
from app.record.log import queries
from app.record.log.format import tree
from app.selling.windows import jobs as windows_jobs
from dev.node.process import NodeProcess, die_with_parent
from dev.postgres import FOR_TESTS, Postgres, binaries
from dev.processes import free_port
from tests.factories.standing import below
from tests.factories.world import World
from tests.settings import LOG_KEY

from .test_kills import CREDIT_STEPS, SETTLE_STEPS

TOP = Path(__file__).resolve().parents[2]
WITNESS = TOP / "utilities/bin/witness.py"
LOG_STEPS = ("log.numbered", "log.copied", "log.signed")
PRICE = 100_000
LASTING = {**FOR_TESTS, "synchronous_commit": "on", "full_page_writes": "on"}
"""What was committed is there after the server's death; only a power cut would be another matter."""


class Mortal:
    """A database server of the test's own, which dies where it is told to."""

    def __init__(self, folder: Path) -> None:
        self.server, self._log = Postgres(folder / "data", secrets.token_hex(8), options=LASTING), folder / "log"
        self.start()

    def start(self) -> None:
        self.server.start(self._log)

    def die(self) -> None:
        assert self.server.child is not None
        assert self.server.child.process is not None
        pid = self.server.child.process.pid
        for one in [pid, *below(pid)]:
            with suppress(ProcessLookupError):  # a backend that saw its postmaster die
                os.kill(one, signal.SIGKILL)
        self.server.child.process.wait()


@pytest.fixture
def server(tmp_path: Path, fresh_database: Callable[[], str]) -> Iterator[Mortal]:
    made = Mortal(tmp_path / "postgres")
    dump = subprocess.run([binaries() / "pg_dump", "--dbname", fresh_database()], check=True, capture_output=True)
    load: list[str | Path] = [binaries() / "psql", "--quiet", "--set", "ON_ERROR_STOP=1", "--dbname", made.server.url()]
    subprocess.run(load, input=dump.stdout, check=True, stdout=subprocess.DEVNULL)
    yield made
    made.server.abandon()


@pytest.fixture
def world(server: Mortal, app_settings: dict[str, str], node: NodeProcess, tmp_path: Path) -> Iterator[World]:
    environment = {
        **app_settings,
        "DATABASE_URL": server.server.url(),
        "BITCOIN_RPC_URL": node.rpc_url,
        "TERMS_JOURNAL_PATH": f"{tmp_path}/terms-journal",
        "LOG_JOURNAL_PATH": f"{tmp_path}/log-journal",
    }
    app = create_app(environment)
    app.config["ENVIRONMENT_GIVEN"] = environment
    with app.app_context():
        yield World(app, node).begin()
        db.session.remove()
        db.engine.dispose()


def dies_under(world: World, server: Mortal, step: str, work: Callable[[], object], patch: pytest.MonkeyPatch) -> bool:
    """Whether the database was killed while `work` stood at this step; the process goes on, and finds it gone."""
    deaths: list[int] = []

    def die(code: int) -> None:
        if not deaths:
            server.die()
        deaths.append(code)

    settings = world.app.config["SETTINGS"]
    world.app.config["SETTINGS"] = settings.model_copy(update={"fail_at": step})
    with patch.context() as patched:
        patched.setattr(faults, "os", SimpleNamespace(_exit=die))
        try:
            work()
        except DBAPIError:
            if not deaths:
                raise
    world.app.config["SETTINGS"] = settings
    if deaths:
        db.let_go()
        db.engine.dispose(close=False)
        server.start()
        breaker("database").close()
    return bool(deaths)


class Follower:
    """Somebody who keeps the last checkpoint that he saw, and holds the next one against it."""

    def __init__(self) -> None:
        self.size, self.root = 0, b""

    def look(self) -> None:
        with transaction():
            newest = queries.newest_checkpoint()
            assert newest is not None
            assert newest.size >= self.size
            if self.size:
                assert tree.root(self.size, queries.tiles()) == self.root
            self.size, self.root = newest.size, bytes(newest.root)


def test_the_database_killed_under_each_step(world: World, server: Mortal, monkeypatch: pytest.MonkeyPatch) -> None:
    """A round from its order to its win; at each step the database dies once, and is found again as it had promised."""
    follower = Follower()

    def through(steps: tuple[str, ...] | list[str], work: Callable[[], object]) -> None:
        for step in steps:
            assert dies_under(world, server, step, work, monkeypatch), step
            log_jobs.sequence()
            follower.look()
        work()
        for step in LOG_STEPS:
            assert dies_under(world, server, step, log_jobs.sequence, monkeypatch), step
            follower.look()
        log_jobs.sequence()
        follower.look()
        assert world.breaches() == []

    log_jobs.sequence()
    follower.look()
    site = world.site()
    placed = world.order(site)
    world.send(placed.address, PRICE)
    world.node.call("generatetoaddress", 1, world.miner)
    through(CREDIT_STEPS, world.scan)
    round_ = world.round(placed.round_number)
    closing, depth, sealed_at = round_.closing_height, round_.settlement_depth, round_.sales_end_height
    world.mine_to(sealed_at - 1 + depth)
    through(["seal.written"], windows_jobs.seal)
    world.mine_to(closing + depth)
    through([step for step in SETTLE_STEPS if step != "settle.checkpoint"], windows_jobs.settle)
    assert world.round(placed.round_number).status == "settled"
    with transaction():
        told = [(entry.kind, entry.subject) for entry in queries.entries(0, 10_000)]
    for kind in ("round.created", "order.paid", "round.sealed", "round.settled"):
        assert [one for one, _ in told].count(kind) >= 1, kind
    assert len({(kind, subject) for kind, subject in told if kind == "order.paid"}) == 1


@contextmanager
def served(world: World, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """The web as it is run, in processes of its own."""
    words = ["gunicorn", "wsgi:app", "--bind", f"127.0.0.1:{port}", "--worker-class", "gthread", "--threads", "4"]
    process = subprocess.Popen(
        [sys.executable, "-m", *words, "--workers", "2", "--no-control-socket", "--log-level", "critical"],
        cwd=TOP,
        env={**os.environ, **world.environment, "BREAKER_SECONDS": "1"},
        stdin=subprocess.DEVNULL,
        preexec_fn=die_with_parent,
    )
    try:
        deadline = time.monotonic() + 60
        while True:
            with suppress(OSError):
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            assert time.monotonic() < deadline
            time.sleep(0.05)
        yield process
    finally:
        for one in [process.pid, *below(process.pid)]:
            with suppress(ProcessLookupError):
                os.kill(one, signal.SIGKILL)
        process.wait()


@dataclass
class Partner:
    """Changes the title of a site through the API until told to stop, and remembers what was acknowledged."""

    address: str
    token: str
    name: str
    acknowledged: list[str] = field(default_factory=list)
    others: set[int] = field(default_factory=set)
    stop: threading.Event = field(default_factory=threading.Event)

    def go_on(self) -> None:
        headers = {"Authorization": f"Bearer {self.token}"}
        for number in range(100_000):
            if self.stop.is_set():
                return
            title = f"{self.name} {number} {secrets.token_hex(3)}"
            try:
                answer = requests.patch(self.address, json={"siteTitle": title}, headers=headers, timeout=20)
            except requests.RequestException:
                continue  # it may have been done, or not
            if answer.status_code == 200:
                self.acknowledged.append(title)
            else:
                self.others.add(answer.status_code)


def titles_in_the_log() -> set[str]:
    """What the audit says was changed to, of those entries whose hash the log has."""
    with transaction():
        hashes = {json.loads(one.data).get("hash") for one in queries.entries(0, 100_000) if one.kind == "decision"}
        rows = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "partner.changed"))
        said = [row.detail["changes"] for row in rows if hash_of(row) in hashes]
        return {changes["display_name"][1] for changes in said if "display_name" in changes}


def hash_of(row: AuditEntry) -> str:
    return decision_hash(row.id, row.actor, row.action, row.subject, row.reason, row.detail)


def test_web_and_database_killed_while_partners_write(world: World, server: Mortal, tmp_path: Path) -> None:
    """What was acknowledged is in the log, whoever died; a witness outside follows from death to death."""
    port = free_port()
    site = world.site().name
    with transaction():
        owner = db.session.scalars(select(PartnerSite.owner_user_id).where(PartnerSite.name == site)).one()
        token = accounts.open_session(owner, agent="a program")
    db.session.remove()
    address = f"http://127.0.0.1:{port}/api/partners/{site}"
    partners = [Partner(address, token, name) for name in ("ada", "bob", "cy")]
    threads = [threading.Thread(target=one.go_on) for one in partners]
    follow = following(port, tmp_path)

    def grow(more: int) -> None:
        before, deadline = sum(len(one.acknowledged) for one in partners), time.monotonic() + 60
        while sum(len(one.acknowledged) for one in partners) < before + more:
            assert time.monotonic() < deadline
            time.sleep(0.05)

    for thread in threads:
        thread.start()
    try:
        with served(world, port):
            grow(15)
            log_jobs.sequence()
            follow()
            grow(10)
        with served(world, port):
            grow(10)
            server.die()
            time.sleep(0.5)
            db.let_go()
            db.engine.dispose(close=False)
            server.start()
            breaker("database").close()
            grow(10)
            log_jobs.sequence()
            follow()
    finally:
        for one in partners:
            one.stop.set()
        for thread in threads:
            thread.join()
    log_jobs.sequence()
    assert {title for one in partners for title in one.acknowledged} <= titles_in_the_log()
    assert set().union(*(one.others for one in partners)) <= {503}
    assert world.breaches() == []


def following(port: int, folder: Path) -> Callable[[], None]:
    """One look of the published witness at the log, which must find nothing wrong."""

    def witness(*words: str) -> None:
        command = [sys.executable, "-I", str(WITNESS), *words]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stdout + done.stderr

    witness("keygen", "witness.example/ada", "--key", str(folder / "key"))
    words = ("--log-key", str(LOG_KEY.verifier), "--key", str(folder / "key"), "--state", str(folder / "seen"))
    return lambda: witness("follow", f"http://127.0.0.1:{port}/log", *words, "--once", "--entries")
