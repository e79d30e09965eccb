"""Dependencies that stand still, which is another fault than being dead: nothing refuses, and nothing answers."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from flask import Flask
from werkzeug.test import TestResponse

Answer = TypeVar("Answer")


@contextmanager
def standing_still(pid: int) -> Iterator[None]:
    """A process and all below it, stopped for the length of the block."""
    stopped = [pid, *below(pid)]
    for one in stopped:
        os.kill(one, signal.SIGSTOP)
    try:
        yield
    finally:
        for one in stopped:
            os.kill(one, signal.SIGCONT)


def below(pid: int) -> list[int]:
    """Its children, theirs, and so on: a worker's horse, a server's backends."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:  # it has ended meanwhile
            continue
    found, new = [], [pid]
    while new:
        new = [child for child, parent in parents.items() if parent in new]
        found += new
    return found


def seconds_of(work: Callable[[], Answer]) -> tuple[float, Answer]:
    """How long something took, and what came of it."""
    begin = time.monotonic()
    answer = work()
    return time.monotonic() - begin, answer


def at_once(app: Flask, requests: Sequence[Callable[[], TestResponse]]) -> list[tuple[float, TestResponse]]:
    """Requests of as many threads, as a web server has them; how long each took, and its answer."""

    def ask(request: Callable[[], TestResponse]) -> tuple[float, TestResponse]:
        with app.app_context():
            return seconds_of(request)

    with ThreadPoolExecutor(len(requests)) as pool:
        return list(pool.map(ask, requests))
