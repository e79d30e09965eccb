"""The clock: rings every periodic job at its rhythm, and runs them itself while Redis is away."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Sequence
from types import FrameType

import redis
import structlog
from flask import Flask

from app.core.config import current_settings
from app.core.database.leadership import Leadership, lead

from .queue import PeriodicJob, ring

log = structlog.get_logger()

_TICK_SECONDS = 0.25
_STANDBY_SECONDS = 5.0
_ASKED_EVERY = 30.0  # seconds: whether the connection that has the lock still lives


class Clock:
    """One clock leads; others stand by and take over when its database connection ends."""

    def __init__(self, app: Flask, jobs: Sequence[PeriodicJob]) -> None:
        self._app = app
        self._jobs = jobs
        self._due = dict.fromkeys((job.name for job in jobs), 0.0)
        self._stopping = False
        self._bell_away = False
        self._led = False
        self._lanes: dict[str, threading.Thread] = {}

    def run(self) -> None:
        """Tick until SIGTERM or SIGINT."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        self.serve()

    def serve(self) -> None:
        """Lead or stand by until `stop`."""
        url = current_settings(self._app).database_url.get_secret_value()
        while not self._stopping:
            try:
                with lead(url, "clock") as leading:
                    self._lead(leading) if leading else self._stand_by()
            except Exception:
                log.warning("clock_interrupted", exc_info=True)
                self._pause(1.0)

    def _stand_by(self) -> None:
        self._led = False
        self._pause(_STANDBY_SECONDS)

    def _lead(self, leading: Leadership) -> None:
        """On one connection for as long as it lives: whoever lets go of the lock, if only to take it anew, may find it
        still taken, and then nobody leads until a standby looks again."""
        if not self._led:
            log.info("clock_leads")
        self._led = True
        asked = time.monotonic()
        while not self._stopping:
            with self._app.app_context():
                self.tick(time.monotonic())
            if time.monotonic() >= asked + _ASKED_EVERY:
                leading.ask()
                asked = time.monotonic()
            self._pause(_TICK_SECONDS)

    def tick(self, moment: float) -> None:
        """Ring what is due at `moment` (seconds, monotonic)."""
        for job in self._jobs:
            if moment >= self._due[job.name]:
                self._due[job.name] = moment + job.every_seconds
                self._ring_or_run(job)

    def _ring_or_run(self, job: PeriodicJob) -> None:
        try:
            ring(job)
            self._bell_away = False
        except redis.RedisError:
            if not self._bell_away:
                log.error("redis_away_running_jobs_here")
            self._bell_away = True
            self._run_in_thread(job)

    def _run_in_thread(self, job: PeriodicJob) -> None:
        """Each job has a lane of its own here, so that a long draw keeps nobody waiting."""
        lane = self._lanes.get(job.name)
        if lane is None or not lane.is_alive():
            lane = self._lanes[job.name] = threading.Thread(target=self._run, args=(job,), daemon=True)
            lane.start()

    def _run(self, job: PeriodicJob) -> None:
        try:
            with self._app.app_context():
                job.function()
        except Exception:
            log.exception("job_failed", job=job.name)

    def _pause(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not self._stopping and time.monotonic() < deadline:
            time.sleep(min(0.1, seconds))

    def stop(self) -> None:
        """End within a moment."""
        self._stopping = True

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.stop()
