"""Where workers share processors, each keeps to one with all that answers it alone, as a plugin: what it starts, and
the Postgres processes behind its connections.

A statement is a question and an answer. Between two processors each side has to be woken over there, which on a virtual
machine costs the two of them 150 µs; on one and the same it is a change of places for 40. But what happens at once
happens at once on several: a file with threads or processes of its own has all of them, and so has a browser.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import Any

import psycopg
import pytest

_AT_ONCE = frozenset({"ThreadPoolExecutor", "multiprocessing", "subprocess", "threading"})
_ALL = os.sched_getaffinity(0)
_connect = psycopg.Connection.connect.__func__  # type: ignore[attr-defined]


class Keeper:
    """Moves this worker, before each of its tests, to where that is to run."""

    def __init__(self, own: set[int]) -> None:
        self._own = own

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        names = vars(getattr(item, "module", None) or object)
        is_alone = _AT_ONCE.isdisjoint(names) and item.get_closest_marker("browser") is None
        os.sched_setaffinity(0, self._own if is_alone else _ALL)


def _connect_beside(kind: type[psycopg.Connection[Any]], *words: Any, **more: Any) -> psycopg.Connection[Any]:
    made: psycopg.Connection[Any] = _connect(kind, *words, **more)
    with suppress(OSError):  # it has ended already, or runs as somebody whom we may not move
        os.sched_setaffinity(made.info.backend_pid, os.sched_getaffinity(0))
    return made


def pytest_configure(config: pytest.Config) -> None:
    """A worker for whom there is no processor alone goes to one, by turns."""
    worker = getattr(config, "workerinput", None)
    if worker and len(_ALL) <= worker["workercount"]:
        number = int(worker["workerid"].removeprefix("gw"))
        config.pluginmanager.register(Keeper({sorted(_ALL)[number % len(_ALL)]}))
        psycopg.Connection.connect = classmethod(_connect_beside)  # type: ignore[method-assign, assignment]
