"""Postgres is stopped with everybody's connections open: 503 within the deadline, then at once, and it goes on."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

import psycopg
import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from app import create_app
from app.core.database.connecting import DatabaseStandsStill
from app.core.database.leadership import lead
from app.core.database.session import db, transaction
from app.core.dependencies.breaker import breaker
from app.games.ticket_draw.models import TicketOrder
from dev.node.process import NodeProcess, die_with_parent
from dev.postgres import FOR_TESTS, Postgres, binaries
from tests.factories.standing import at_once, seconds_of, standing_still
from tests.factories.world import World

TOP = Path(__file__).resolve().parents[2]
DEADLINE = 1.0
CONNECT = 2.0  # the library takes no less
SLACK = 2.0


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, fresh_database: Callable[[], str]) -> Iterator[tuple[str, int]]:
    """A server of the tests' own with every table: its address, and its process."""
    folder = tmp_path_factory.mktemp("postgres")
    own = Postgres(folder / "data", secrets.token_hex(8), options=FOR_TESTS)
    own.start(folder / "log")
    dump = subprocess.run([binaries() / "pg_dump", "--dbname", fresh_database()], check=True, capture_output=True)
    load = [binaries() / "psql", "--quiet", "--set", "ON_ERROR_STOP=1", "--dbname", own.url()]
    subprocess.run(load, input=dump.stdout, check=True, stdout=subprocess.DEVNULL)
    assert own.child is not None
    assert own.child.process is not None
    yield own.url(), own.child.process.pid
    own.abandon()


@pytest.fixture
def world(server: tuple[str, int], app_settings: dict[str, str], node: NodeProcess, tmp_path: Path) -> Iterator[World]:
    environment = {
        **app_settings,
        "DATABASE_URL": server[0],
        "BITCOIN_RPC_URL": node.rpc_url,
        "BREAKER_SECONDS": "30",
        "TERMS_JOURNAL_PATH": f"{tmp_path}/journal",
        "DATABASE_CONNECT_SECONDS": str(DEADLINE),
        "DATABASE_SECONDS": "2",
        "DATABASE_JOB_SECONDS": "3",
    }
    app = create_app(environment)
    app.config["ENVIRONMENT_GIVEN"] = environment
    with app.app_context():
        yield World(app, node)
        db.session.remove()
        db.engine.dispose()


def test_every_thread_is_answered_within_the_deadline_and_the_next_at_once(
    world: World, server: tuple[str, int]
) -> None:
    world.begin()
    site, client = world.site().name, world.app.test_client()
    slip = {"partnerName": site, "playerPublicIdentifier": "ada", "playerPrivateIdentifier": "p"}
    before = db.session.scalar(select(func.count()).select_from(TicketOrder))
    db.session.remove()
    asked = [lambda path=path: client.get(path) for path in ("/", "/rounds/1", "/api/rounds")]  # type: ignore[misc]
    at_once(world.app, asked)  # connections that are kept
    with standing_still(server[1]), capture_logs() as lines:
        answers = at_once(world.app, [*asked, lambda: client.post("/api/slips", json=slip)])
        assert [answer.status_code for _, answer in answers] == [503] * 4
        assert all(answer.headers["Retry-After"] for _, answer in answers)
        assert max(seconds for seconds, _ in answers) < DEADLINE + CONNECT + SLACK
        for path, status in (("/", 503), ("/api/ready", 503), ("/api/health", 200), ("/partners", 503)):
            took, answer = seconds_of(lambda path=path: client.get(path, follow_redirects=True))  # type: ignore[misc]
            assert (path, answer.status_code) in ((path, status), ("/partners", 200))
            assert took < SLACK, path
    reasons = [line["reason"] for line in lines if line["event"] == "database_away"]
    assert len(reasons) >= 5
    assert all(reasons)
    breaker("database").close()  # its half minute over
    assert client.post("/api/slips", json=slip).status_code == 201
    assert db.session.scalar(select(func.count()).select_from(TicketOrder)) == (before or 0) + 1


def test_twenty_that_ask_whether_it_is_ready(world: World, server: tuple[str, int]) -> None:
    client = world.app.test_client()
    assert client.get("/api/ready").status_code == 200  # and the scanner has begun, in the test before
    db.session.remove()
    time.sleep(world.app.config["SETTINGS"].ready_seconds)
    with standing_still(server[1]):
        answers = at_once(world.app, [lambda: client.get("/api/ready")] * 20)
        assert {answer.status_code for _, answer in answers} <= {200, 503}  # some may be told what was so a moment ago
        assert max(seconds for seconds, _ in answers) < DEADLINE + CONNECT + SLACK
        took, answer = seconds_of(lambda: client.get("/api/ready"))
        assert (answer.status_code, took < SLACK) == (503, True)
        assert "database" in answer.json["params"]["failing"]
        assert db.engine.pool.checkedout() <= 1  # type: ignore[attr-defined]


def test_a_statement_on_its_way_is_given_up_and_its_connection_with_it(world: World, server: tuple[str, int]) -> None:
    """The negative control is the library's own connection, which still waits when ours has long given up."""
    outside = psycopg.connect(server[0], autocommit=True)
    waiting = Thread(target=lambda: outside.execute("SELECT 3"))
    session = db.session()
    pid = session.execute(text("SELECT pg_backend_pid()")).scalar_one()
    with standing_still(server[1]):
        waiting.start()
        with pytest.raises(OperationalError) as given_up:
            session.execute(text("SELECT 2"))
        assert waiting.is_alive()
    waiting.join(30)
    assert not waiting.is_alive()
    outside.close()
    db.session.remove()
    assert isinstance(given_up.value.orig, DatabaseStandsStill)
    assert given_up.value.connection_invalidated
    with transaction() as session:
        assert session.execute(text("SELECT pg_backend_pid()")).scalar_one() != pid


def test_what_nobody_waits_for_any_more_is_ended_by_the_server(world: World, server: tuple[str, int]) -> None:
    with pytest.raises(OperationalError), transaction() as session:
        session.execute(text("SELECT pg_sleep(60)"))
    with psycopg.connect(server[0], autocommit=True) as outside:
        deadline = time.monotonic() + 20
        while sleeping(outside) and time.monotonic() < deadline:
            time.sleep(0.2)
        assert not sleeping(outside)


def sleeping(outside: psycopg.Connection[object]) -> bool:
    return bool(
        outside.execute(
            "SELECT 1 FROM pg_stat_activity WHERE query LIKE '%pg_sleep%' AND pid <> pg_backend_pid()"
        ).fetchone()
    )


def test_who_would_lead_is_not_kept_waiting(world: World, server: tuple[str, int]) -> None:
    with standing_still(server[1]):
        begin = time.monotonic()
        with pytest.raises(psycopg.OperationalError), lead(server[0], "scanner"):
            pass
        assert time.monotonic() - begin < 5 + SLACK


def test_a_command_says_so_in_time(world: World, server: tuple[str, int]) -> None:
    environment = {**os.environ, **world.environment}
    with standing_still(server[1]):
        done = subprocess.run(
            [sys.executable, "-m", "flask", "--app", "wsgi:app", "rounds", "list"],
            cwd=TOP,
            env=environment,
            check=False,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            preexec_fn=die_with_parent,
        )
    assert done.returncode == 1
    assert "timeout" in done.stderr
