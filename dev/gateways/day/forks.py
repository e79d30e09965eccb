"""Processes that work and die in the middle of it: the jobs of gateways and withdrawals; and one that takes notices."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
import traceback
from collections.abc import Callable
from typing import Final

import structlog
from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from app.core.database.session import db
from app.core.jobs.queue import GATEWAYS_QUEUE, PERIODIC_JOBS

STEPS: Final = (
    *("gateway.begin", "gateway.begun", "gateway.asked", "gateway.refunded"),
    *("withdrawal.claimed", "withdrawal.answered"),
)
"""Where whoever works may be told to die."""
_PAUSE: Final = 0.05
_DEAD: Final = 1
log = structlog.get_logger()


def jobs_of(app: Flask) -> list[Callable[[], object]]:
    """All that the workers of gateways do, but for the nightly comparison."""
    return [job.function for job in PERIODIC_JOBS.get(app) if job.queue == GATEWAYS_QUEUE and job.every_seconds < 60]


def in_a_fork(app: Flask, work: Callable[[], object], fail_at: str = "") -> int:
    """Do it in a process of its own, which dies at a step without clean-up if that is named. Its number."""
    with app.app_context():
        db.session.remove()  # or the child would say its good-bye on our connection
    child = os.fork()
    if child:
        return child
    code = _DEAD
    try:
        with app.app_context():
            db.engine.dispose(close=False)  # the parent's connections are not ours
            app.config["SETTINGS"] = app.config["SETTINGS"].model_copy(update={"fail_at": fail_at})
            work()
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


class Workers:
    """So many at once; each lives for a while, and some die before their time."""

    def __init__(self, app: Flask, chance: random.Random, size: int) -> None:
        self._app, self._chance, self._size = app, chance, size
        self._alive: set[int] = set()
        self.killed = 0

    def tend(self) -> None:
        """Bury the dead, kill some of the living now and then, and have others in their place."""
        for child in list(self._alive):
            if self._chance.random() < 0.08:
                os.kill(child, signal.SIGKILL)
            done, status = os.waitpid(child, os.WNOHANG)
            if done:
                self._alive.remove(child)
                self.killed += status != 0
        while len(self._alive) < self._size:
            fail_at = self._chance.choice(STEPS) if self._chance.random() < 0.4 else ""
            self._alive.add(in_a_fork(self._app, lambda: work_for(self._app, 2.0), fail_at))

    def end(self) -> None:
        """Kill them all, wherever they are."""
        for child in self._alive:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
        self._alive.clear()


def work_for(app: Flask, seconds: float) -> None:
    """The jobs by turns, as a worker's queue has them."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        work_once(app)
        time.sleep(_PAUSE)


def work_once(app: Flask) -> None:
    for job in jobs_of(app):
        try:
            job()
        except Exception:  # as a worker's: the next ring asks the same question
            log.exception("job_failed", job=getattr(job, "__qualname__", ""))
            db.session.rollback()


def serve(app: Flask, port: int) -> int:
    """The platform's own routes at a port, for notices; the number of the process."""
    return in_a_fork(app, lambda: _served(app, port))


def _served(app: Flask, port: int) -> None:
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    make_server("127.0.0.1", port, app, threaded=True, request_handler=_Quiet).serve_forever()


def _end_with(parent: int) -> None:
    """Whoever plays the day may be killed too, and nobody takes notices for nobody."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(0)


class _Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing."""
