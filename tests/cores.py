"""Where workers share processors, each keeps to one with all that answers it alone, as a plugin: what it starts, and
the Postgres processes behind its connections.

A statement is a question and an answer. Between two processors each side has to be woken over there, which on a virtual
machine costs the two of them 150 µs; on one and the same it is a change of places for 40.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import Any

import psycopg
import pytest

_connect = psycopg.Connection.connect.__func__  # type: ignore[attr-defined]


def _connect_beside(kind: type[psycopg.Connection[Any]], *words: Any, **more: Any) -> psycopg.Connection[Any]:
    made: psycopg.Connection[Any] = _connect(kind, *words, **more)
    with suppress(OSError):  # it has ended already, or runs as somebody whom we may not move
        os.sched_setaffinity(made.info.backend_pid, os.sched_getaffinity(0))
    return made


def pytest_configure(config: pytest.Config) -> None:
    """A worker for whom there is no processor of its own goes to one, by turns."""
    worker = getattr(config, "workerinput", None)
    processors = sorted(os.sched_getaffinity(0))
    if worker and len(processors) <= worker["workercount"]:
        number = int(worker["workerid"].removeprefix("gw"))
        os.sched_setaffinity(0, {processors[number % len(processors)]})
        psycopg.Connection.connect = classmethod(_connect_beside)  # type: ignore[method-assign, assignment]
