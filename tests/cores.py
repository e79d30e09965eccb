"""Where workers share processors, each keeps to one with all that answers it alone, as a plugin: what it starts, and
the Postgres processes behind its connections.

A statement is a question and an answer. Between two processors each side has to be woken over there, which on a virtual
machine costs the two of them 150 µs; on one and the same it is a change of places for 40. But what happens at once
happens at once on several: a file with threads or processes of its own has all of them, and so has a browser.

Of three workers on a processor all may wait, for a browser or a clock, while three others share the next one, and the
last two files of a run may be on the same. So between two tests a worker goes where nothing is done, with all that is
its own.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest

_AT_ONCE = frozenset({"ThreadPoolExecutor", "multiprocessing", "subprocess", "threading"})
_ALL = os.sched_getaffinity(0)
_TICK = os.sysconf("SC_CLK_TCK")
_connect = psycopg.Connection.connect.__func__  # type: ignore[attr-defined]
_LOOK_EVERY = 0.5  # seconds
_IDLER = 0.3
"""By so much of its time another processor has to be idler than a worker's own for it to go there."""


class Keeper:
    """Moves this worker, before each of its tests, to where that is to run."""

    def __init__(self, own: int) -> None:
        self._own = own
        self._looked, self._idle = time.monotonic(), idle_seconds()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        if (better := self._better()) is not None:
            move_ours(self._own, better)
            self._own = better
        names = vars(getattr(item, "module", None) or object)
        is_alone = _AT_ONCE.isdisjoint(names) and item.get_closest_marker("browser") is None
        os.sched_setaffinity(0, {self._own} if is_alone else _ALL)

    def _better(self) -> int | None:
        """A processor that has been idle while the own one was busy. Others may see it too: every second one goes."""
        now = time.monotonic()
        if (passed := now - self._looked) < _LOOK_EVERY:
            return None
        before, self._looked, self._idle = self._idle, now, idle_seconds()
        share = {one: (self._idle[one] - before[one]) / passed for one in self._idle}
        idlest = max(share, key=lambda one: share[one])
        return idlest if share[idlest] - share[self._own] > _IDLER and random.random() < 0.5 else None


def idle_seconds() -> Mapping[int, float]:
    """How long each processor that we may use has had nothing to do since the machine began."""
    told = (line.split() for line in Path("/proc/stat").read_text().splitlines() if line.startswith("cpu"))
    idle = {int(name[3:]): (int(idle) + int(waits)) / _TICK for name, _, _, _, idle, waits, *_ in told if name[3:]}
    return {one: idle.get(one, 0.0) for one in _ALL}


def move_ours(old: int, new: int) -> None:
    """Whatever keeps to our processor: what we have started, thread by thread, and Postgres' processes for us."""
    for pid in (*_started(), *_backends):
        try:
            for thread in Path(f"/proc/{pid}/task").iterdir():
                if os.sched_getaffinity(int(thread.name)) == {old}:
                    os.sched_setaffinity(int(thread.name), {new})
        except OSError:  # it has ended already, or runs as somebody whom we may not move
            _backends.discard(pid)


def _started() -> Iterator[int]:
    for thread in Path("/proc/self/task").iterdir():
        with suppress(OSError):  # it has ended meanwhile
            yield from map(int, (thread / "children").read_text().split())


_backends: set[int] = set()
"""Of the connections that this worker has made."""


def _connect_beside(kind: type[psycopg.Connection[Any]], *words: Any, **more: Any) -> psycopg.Connection[Any]:
    made: psycopg.Connection[Any] = _connect(kind, *words, **more)
    with suppress(OSError):
        os.sched_setaffinity(made.info.backend_pid, os.sched_getaffinity(0))
        _backends.add(made.info.backend_pid)
    return made


def pytest_configure(config: pytest.Config) -> None:
    """A worker for whom there is no processor alone goes to one, by turns."""
    worker = getattr(config, "workerinput", None)
    if worker and len(_ALL) <= worker["workercount"]:
        number = int(worker["workerid"].removeprefix("gw"))
        config.pluginmanager.register(Keeper(sorted(_ALL)[number % len(_ALL)]))
        psycopg.Connection.connect = classmethod(_connect_beside)  # type: ignore[method-assign, assignment]
