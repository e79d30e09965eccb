"""The embedded Postgres keeps its data through everything that happens to a developer's machine."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from dev import postgres
from dev.postgres import Postgres
from dev.processes import started_at

PARENT = """
import sys, time
from pathlib import Path
from dev import postgres
server = postgres.Postgres(Path(sys.argv[1]) / "data", "plain"); server.start(Path(sys.argv[1]) / "log")
print(server.child.process.pid, flush=True)
time.sleep(60)
"""


@pytest.fixture
def server(tmp_path: Path):
    made = Postgres(tmp_path / "data", "plain")
    yield made
    made.stop()


def one_row(server: Postgres) -> None:
    with psycopg.connect(server.url()) as connection:
        connection.execute("CREATE TABLE kept (value int)")
        connection.execute("INSERT INTO kept VALUES (42)")


def kept(server: Postgres) -> int:
    with psycopg.connect(server.url()) as connection:
        return connection.execute("SELECT value FROM kept").fetchone()[0]


def gone(pid: int, seconds: float = 60) -> bool:
    deadline = time.monotonic() + seconds
    while started_at(pid) is not None and time.monotonic() < deadline:
        time.sleep(0.05)
    return started_at(pid) is None


def test_data_outlive_a_stop(server: Postgres, tmp_path: Path):
    server.start(tmp_path / "log")
    one_row(server)
    server.stop()
    assert server.child.process.returncode == 0
    server.start(tmp_path / "log")
    assert kept(server) == 42


def test_a_killed_server_starts_again(server: Postgres, tmp_path: Path):
    server.start(tmp_path / "log")
    one_row(server)
    os.kill(server.child.process.pid, signal.SIGKILL)
    server.child.process.wait(60)
    assert (server.folder / "postmaster.pid").exists()
    server.start(tmp_path / "log")
    assert kept(server) == 42


def test_the_lock_of_a_dead_server_does_not_hinder_when_its_number_has_a_new_owner(server: Postgres, tmp_path: Path):
    server.start(tmp_path / "log")
    server.stop()
    (server.folder / "postmaster.pid").write_text(f"{os.getpid()}\n{server.folder}\n")
    server.start(tmp_path / "log")
    assert started_at(os.getpid()) is not None


def test_a_forgotten_server_is_stopped_by_the_next(server: Postgres, tmp_path: Path):
    server.start(tmp_path / "log")
    one_row(server)
    first = server.child.process
    second = Postgres(server.folder, server.password)
    second.start(tmp_path / "log")
    try:
        assert first.wait(60) == 0
        assert kept(second) == 42
    finally:
        second.stop()


def test_the_password_is_asked_for(server: Postgres, tmp_path: Path):
    server.start(tmp_path / "log")
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(server.url().replace(":plain@", ":another@"), connect_timeout=2)


def test_it_ends_with_whoever_started_it(tmp_path: Path):
    with subprocess.Popen([sys.executable, "-c", PARENT, str(tmp_path)], stdout=subprocess.PIPE, text=True) as parent:
        pid = int(parent.stdout.readline())
        parent.kill()
    assert gone(pid)


@pytest.mark.skipif(os.geteuid() != 0, reason="about root")
def test_root_runs_it_below_a_closed_home_without_changing_an_owner(tmp_path: Path):
    if not postgres.namespaces_work():
        pytest.skip("this container allows no user namespaces")
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    server = Postgres(home / "data", "pw")
    server.start(tmp_path / "log")
    server.stop()
    assert (server.folder / "PG_VERSION").stat().st_uid == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="about root")
def test_root_without_user_namespaces_hands_over_the_data_folder_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(postgres, "namespaces_work", lambda: False)
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    server = Postgres(home / "data", "plain")
    server.start(tmp_path / "log")
    pid = server.child.process.pid
    one_row(server)
    assert Path(f"/proc/{pid}").stat().st_uid == postgres.servant()
    assert home.stat().st_uid == 0
    server.stop()
    monkeypatch.undo()  # a machine that learns to make namespaces finds data it has already given away
    server.start(tmp_path / "log")
    assert kept(server) == 42
    server.stop()


@pytest.mark.skipif(os.geteuid() != 0, reason="about root")
def test_it_ends_with_its_parent_under_another_user_too(tmp_path: Path):
    script = PARENT.replace("server.start", "postgres.namespaces_work = lambda: False; server.start")
    with subprocess.Popen([sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE, text=True) as parent:
        pid = int(parent.stdout.readline())
        parent.kill()
    assert gone(pid)


@pytest.mark.skipif(os.geteuid() != 0, reason="about root")
def test_root_is_told_where_the_data_could_lie(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(postgres, "namespaces_work", lambda: False)
    monkeypatch.setattr(
        postgres, "as_user", lambda uid, command: ["setpriv", f"--reuid={uid}", "--clear-groups", "--", *command]
    )
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    with pytest.raises(postgres.StartFailed, match="DATA="):
        Postgres(home / "data", "plain").start(tmp_path / "log")
