"""A whole demo on a machine on which the platform takes five times as long: its story is slower, and nothing else.

Blocks are due so fast that no seal would come in time if they did not wait for it, on any machine. In every run the
same is asked of the jobs themselves, in one process: tests/faults/test_slow_jobs.py.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import LiteralString

import psycopg
import pytest

from dev import environment
from dev.processes import free_port
from tests.architecture.sources import TOP
from tests.settings import EXPLORE

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not EXPLORE, reason="the long form: EXPLORE=1")]

SLOWED = ("web", "worker", "scanner", "draws", "hooks", "witnesses", "offered", "clock")
RUNNING_SECONDS, STOPPED_SECONDS = 0.2, 0.8
SECONDS, ROUNDS = 240, 2
PROGRAM = """
import sys
from dev import environment, supervisor
environment.ROUNDS.update(
    ROUND_LENGTH_BLOCKS="6", ROUND_GAP_BLOCKS="3", SETTLEMENT_DEPTH="1", ORDER_STOP_BLOCKS="1",
    HASHES_PER_DIGIT="1000", LUCKOTTO_HASH_WORK="4096", DRAW_HASHES="4000", LUCKOTTO_DRAW_HASHES="4000",
    DEMO_BLOCK_SECONDS="0.3",
)
sys.exit(supervisor.main())
"""
HASTY = """
import sys
if "dev.world" in sys.orig_argv:
    from dev.world.readiness import Readiness
    Readiness.missing = lambda *what: None
"""
"""What Python runs first in each process: the demo's blocks wait for nobody."""


@contextmanager
def demo(folder: Path, **environ: str) -> Iterator[str]:
    """A demo in this folder, while it runs; the address of its database."""
    command = [sys.executable, "-c", PROGRAM, "--port", str(free_port()), "--data", str(folder)]
    given = {**os.environ, **environ}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=given)
    assert process.stdout is not None
    try:
        said = ""
        for line in process.stdout:
            said += line
            if "is running" in line:
                break
        assert "is running" in said, said
        yield environment.read(folder / "env")["DATABASE_URL"].replace("+psycopg", "")
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=120)


def children(pid: int) -> list[int]:
    """The process and all that descend from it: a worker does each job in a process of its own."""
    found = [pid]
    for one in found:
        for task in Path(f"/proc/{one}/task").glob("*/children"):
            try:
                found += [int(child) for child in task.read_text().split()]
            except OSError:
                continue
    return found


def signal_all(folder: Path, number: signal.Signals) -> None:
    for name in SLOWED:
        for pid in children(json.loads((folder / "run" / f"{name}.json").read_text())["pid"]):
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                continue


@contextmanager
def slowed(folder: Path) -> Iterator[None]:
    """The platform's own processes get a fifth of the time; node, stores, blocks and players all of it."""
    over = threading.Event()

    def slow() -> None:
        while not over.is_set():
            signal_all(folder, signal.SIGSTOP)
            over.wait(STOPPED_SECONDS)
            signal_all(folder, signal.SIGCONT)
            over.wait(RUNNING_SECONDS)

    thread = threading.Thread(target=slow)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
        signal_all(folder, signal.SIGCONT)


def standing(database: str, table: str) -> dict[str, int]:
    with psycopg.connect(database) as connection:
        rows = connection.execute(f"SELECT status, count(*) FROM {table} GROUP BY status")  # type: ignore[arg-type]
        return dict(rows.fetchall())


def sold(database: str) -> int:
    return number(database, "SELECT coalesce(sum(sold_tickets), 0) FROM rounds WHERE status = 'settled'")


def number(database: str, query: LiteralString) -> int:
    with psycopg.connect(database) as connection:
        row = connection.execute(query).fetchone()
        assert row is not None
        return int(row[0])


def standings(database: str) -> tuple[dict[str, int], dict[str, int]]:
    return standing(database, "rounds"), standing(database, "luckotto_rounds")


def test_no_round_is_void_where_everything_takes_five_times_as_long(tmp_path: Path) -> None:
    with demo(tmp_path) as database, slowed(tmp_path):
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline:
            found = standings(database)
            if min(one.get("settled", 0) for one in found) >= ROUNDS and sold(database) > 0:
                break
            time.sleep(0.5)
        found = standings(database)
        assert sold(database) > 0
    for one in found:
        assert one.get("settled", 0) >= ROUNDS, "it has to be slower, but to go on"
        assert {"void", "halted"}.isdisjoint(one)


def test_a_round_is_void_where_blocks_wait_for_nobody(tmp_path: Path) -> None:
    """The test above sees something."""
    (tmp_path / "sitecustomize.py").write_text(HASTY)
    folder = tmp_path / "data"
    path = os.pathsep.join([str(tmp_path), str(TOP)])
    with demo(folder, PYTHONPATH=path) as database, slowed(folder):
        deadline = time.monotonic() + SECONDS
        while not any("void" in one for one in standings(database)):
            assert time.monotonic() < deadline, "every seal came in time"
            time.sleep(0.5)
