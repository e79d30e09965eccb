"""The supervisor with the real stores: it resumes, restarts, and leaves nothing behind."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from dev import environment, services, witnesses
from dev.console import Console
from dev.processes import Child, free_port, started_at
from dev.services import Service
from dev.supervisor import Supervisor

PROGRAM = """
import sys
from dev import services, supervisor
whole = services.table
supervisor.table = lambda *some, **named: [row for row in whole(*some, **named) if row.store]
sys.exit(supervisor.main())
"""


class Demo:
    def __init__(self, folder: Path, port: int | None = None) -> None:
        self.folder = folder
        self.process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, "--port", str(port or free_port()), "--data", str(folder)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def until(self, words: str) -> str:
        seen = ""
        for line in self.process.stdout:
            seen += line
            if words in line:
                return seen
        raise AssertionError(f"{words!r} was never said:\n{seen}")

    def end(self, number: signal.Signals = signal.SIGINT) -> str:
        self.process.send_signal(number)
        return self.process.communicate(timeout=120)[0]

    def database(self) -> str:
        return environment.read(self.folder / "env")["DATABASE_URL"].replace("+psycopg", "")

    def pid(self, name: str) -> int:
        return json.loads((self.folder / "run" / f"{name}.json").read_text())["pid"]


@pytest.fixture
def demo(tmp_path: Path):
    made: list[Demo] = []

    def start(port: int | None = None) -> Demo:
        made.append(Demo(tmp_path / "data", port))
        return made[-1]

    yield start
    for one in made:
        if one.process.poll() is None:
            one.end()
        one.process.stdout.close()


def wait(condition: Callable[[], bool], seconds: float = 90) -> bool:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    return condition()


def test_one_at_a_time_stops_everything_and_the_next_resumes_its_data(demo: Callable[..., Demo]):
    first = demo()
    first.until("is running")
    refused = demo()
    assert "already running" in refused.process.communicate(timeout=60)[0]
    assert refused.process.returncode == 1
    pids = first.pid("postgres"), first.pid("valkey")
    assert None not in [started_at(pid) for pid in pids]
    with psycopg.connect(first.database()) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS value")

    first.process.send_signal(signal.SIGINT)
    first.until("stopping")
    second = demo()  # which waits for the one that is stopping
    second.until("is running")
    assert "stopped" in first.process.communicate(timeout=60)[0]
    assert first.process.returncode == 0
    assert [started_at(pid) for pid in pids] == [None, None]
    with psycopg.connect(second.database()) as connection:
        assert connection.execute("SELECT value FROM kept").fetchone() == (42,)
    second.end(signal.SIGTERM)
    assert second.process.returncode == 0


def test_nothing_hinders_the_start_after_a_kill(demo: Callable[..., Demo]):
    first = demo()
    first.until("is running")
    pids = first.pid("postgres"), first.pid("valkey")
    first.process.kill()
    second = demo()
    second.until("is running")
    assert wait(lambda: all(started_at(pid) is None for pid in pids))
    second.end()


def test_a_store_that_dies_is_started_again(demo: Callable[..., Demo]):
    one = demo()
    one.until("is running")
    pid = one.pid("postgres")
    os.kill(pid, signal.SIGKILL)
    one.until("Postgres: ended (SIGKILL), starts again")
    assert wait(lambda: one.pid("postgres") != pid)

    def answers() -> bool:
        try:
            psycopg.connect(one.database(), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    assert wait(answers)
    one.end()


def test_what_a_process_said_before_it_ended_is_on_the_terminal(tmp_path: Path, capfd: pytest.CaptureFixture[str]):
    program = "import time; time.sleep(1); print('the disk is full'); raise SystemExit(3)"
    service = Service("thing", "a thing", lambda: Child("thing", [sys.executable, "-c", program]))
    supervisor = Supervisor(tmp_path, [service], Console(tmp_path / "demo.log"))
    supervisor.start()
    threading.Timer(3, supervisor.ask_to_stop, (signal.SIGTERM, None)).start()
    supervisor.watch()
    supervisor.stop()
    shown = capfd.readouterr().out
    assert "demo: a thing: ended (exit code 3), starts again in 1 s; it said: the disk is full\n" in shown


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_a_witness_that_dies_is_started_again_with_its_memory(tmp_path: Path, capfd: pytest.CaptureFixture[str]):
    """As the demo's table has them: it is said, comes back at its port, and the other one goes on."""
    values, ports = environment.make(tmp_path, free_port())
    names = dict(zip(witnesses.NAMES, ports.witnesses, strict=True))
    rows = [row for row in services.table(tmp_path, values, ports, own_node=False) if row.name in names]
    assert [row.name for row in rows] == list(witnesses.NAMES)
    supervisor = Supervisor(tmp_path, rows, Console(tmp_path / "demo.log"))
    supervisor.start()
    watching = threading.Thread(target=supervisor.watch)
    watching.start()
    try:
        assert wait(lambda: all(map(listens, ports.witnesses)))
        first, second = (one.child.process for one in supervisor.running)
        assert first is not None
        os.kill(first.pid, signal.SIGKILL)
        assert wait(lambda: supervisor.running[0].child.process not in (None, first) and listens(ports.witnesses[0]))
        assert supervisor.running[1].child.process is second
        assert second is not None
        assert second.poll() is None
    finally:
        supervisor.stopping = True
        watching.join()
        supervisor.stop()
    assert f"demo: witness {witnesses.NAMES[0]}: ended (SIGKILL), starts again in 1 s" in capfd.readouterr().out
    assert not any(map(listens, ports.witnesses))


def test_a_port_in_use_is_one_line(demo: Callable[..., Demo]):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        one = demo(other.getsockname()[1])
        said = one.process.communicate(timeout=20)[0]
    assert one.process.returncode == 1
    assert len(said.splitlines()) == 1
    assert "PORT=" in said
