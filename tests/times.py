"""Where the time of the tests goes, as a plugin: TIMES=folder makes each worker note what every test took.

Seconds of the clock say little on a machine that does other things besides; seconds of processor say more. Those of the
process and of all that it started count (the node, scripts, browsers), those of the run's Postgres do not, for workers
share it. What a process took is known while it lives, and of its parent after it has ended; a browser's helpers outlive
their parent for a moment and belong to nobody then, so a thread looks several times a second and what it has once seen
stays counted. `python -m tests.times folder` prints the table by file.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

FOLDER = os.environ.get("TIMES")
_TICK = os.sysconf("SC_CLK_TCK")
_WITH_ENDED_CHILDREN = slice(11, 15)


_LOOK_EVERY = 0.2  # seconds


class Spent:
    """Seconds of processor of this process and all that descends from it, whether it has ended or not."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen, self._total = processor_seconds(), 0.0

    def seconds(self) -> float:
        with self._lock:
            now = processor_seconds()
            self._total += max(0.0, now - self._seen)  # less than before: something has ended and is nobody's child
            self._seen = now
            return self._total

    def watch(self) -> None:
        while True:
            time.sleep(_LOOK_EVERY)
            self.seconds()


def processor_seconds() -> float:
    """Of this process and all that descends from it now, children included that have ended and were waited for."""
    spent, pids = 0, [os.getpid()]
    for pid in pids:
        try:
            spent += sum(
                map(int, Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[_WITH_ENDED_CHILDREN])
            )
            for task in Path(f"/proc/{pid}/task").glob("*/children"):
                pids += [int(child) for child in task.read_text().split()]
        except OSError:  # it has ended meanwhile
            continue
    return spent / _TICK


@contextmanager
def _noted(item: pytest.Item, phase: str) -> Iterator[None]:
    clock, processor = time.monotonic(), _spent.seconds()
    try:
        yield
    finally:
        note = [item.nodeid, phase, time.monotonic() - clock, _spent.seconds() - processor]
        with (Path(str(FOLDER)) / f"{os.getpid()}.jsonl").open("a") as notes:
            notes.write(json.dumps(note) + "\n")


if FOLDER:
    _spent = Spent()
    threading.Thread(target=_spent.watch, daemon=True).start()

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_setup(item: pytest.Item) -> Iterator[None]:
        with _noted(item, "setup"):
            return (yield)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
        with _noted(item, "call"):
            return (yield)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_teardown(item: pytest.Item) -> Iterator[None]:
        with _noted(item, "teardown"):
            return (yield)


def table(folder: Path, most: int = 40) -> Iterator[str]:
    """The files that take longest, and all of them together."""
    clock: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    processor: dict[str, float] = defaultdict(float)
    tests: dict[str, set[str]] = defaultdict(set)
    for notes in folder.glob("*.jsonl"):
        for line in notes.read_text().splitlines():
            name, phase, seconds, spent = json.loads(line)
            path = name.partition("::")[0]
            clock[path][phase] += seconds
            processor[path] += spent
            tests[path].add(name)
    yield "| file | tests | set-up | test | tear-down | clock, s | processor, s |"
    yield "|---|--:|--:|--:|--:|--:|--:|"
    longest = sorted(clock, key=lambda path: -sum(clock[path].values()))
    for label, paths in [*((f"`{path}`", [path]) for path in longest[:most]), ("all files", longest)]:
        phases = [sum(clock[path][phase] for path in paths) for phase in ("setup", "call", "teardown")]
        cells = [*phases, sum(phases), sum(processor[path] for path in paths)]
        numbers = " | ".join(f"{cell:.1f}" for cell in cells)
        yield f"| {label} | {sum(len(tests[path]) for path in paths)} | {numbers} |"


if __name__ == "__main__":
    print(*table(Path(sys.argv[1]), *map(int, sys.argv[2:])), sep="\n")
