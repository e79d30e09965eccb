"""The bell: RQ queues that ring reconcilers. What is due is always asked of Postgres; losing Redis loses nothing."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import redis
import structlog
from flask import current_app
from rq import Queue
from rq.serializers import JSONSerializer

log = structlog.get_logger()

DEFAULT_QUEUE = "default"
DRAWS_QUEUE = "draws"  # a draw may run for hours
HOOKS_QUEUE = "hooks"  # other people's servers answer when they like
CHAIN_QUEUE = "chain"  # the scanner follows for some seconds at a time
_JOB_TIMEOUT_SECONDS = 300
_DRAW_TIMEOUT_SECONDS = -1  # nothing may cut a draw off


@dataclass(frozen=True)
class PeriodicJob:
    """A reconciler and its rhythm. `function` is its dotted path; it takes no arguments and may run at any time."""

    name: str
    function: str
    every_seconds: float
    queue: str = DEFAULT_QUEUE


def connection() -> redis.Redis:
    """A client of the process's own pool; short timeouts, so that a dead Redis delays no request for long."""
    if "redis" not in current_app.extensions:
        current_app.extensions["redis"] = redis.Redis.from_url(
            current_app.config["SETTINGS"].redis_url.get_secret_value(), socket_connect_timeout=1, socket_timeout=5
        )
    client: redis.Redis = current_app.extensions["redis"]
    return client


def ring(job: PeriodicJob) -> None:
    """Enqueue `job` now. A queued ring that nobody answers in time expires: the next one asks the same question.

    Raises:
        redis.RedisError: Redis is away.
    """
    Queue(job.queue, connection=connection(), serializer=JSONSerializer).enqueue(
        job.function,
        job_id=f"{job.name.replace('.', '-')}-{time.time_ns()}",
        job_timeout=_DRAW_TIMEOUT_SECONDS if job.queue == DRAWS_QUEUE else _JOB_TIMEOUT_SECONDS,
        ttl=max(5, int(job.every_seconds * 2)),
        result_ttl=0,
        failure_ttl=24 * 3600,
    )


def ring_by_name(name: str) -> None:
    """Ring one of the product's periodic jobs sooner than its rhythm; silent when Redis is away."""
    jobs: Sequence[PeriodicJob] = current_app.extensions["periodic_jobs"]
    for job in jobs:
        if job.name == name:
            try:
                ring(job)
            except redis.RedisError:
                log.warning("bell_away", job=name)


def run_here(job: PeriodicJob) -> Any:
    """Run `job` in this process: what the clock does while Redis is away."""
    module, _, function = job.function.rpartition(".")
    return getattr(import_module(module), function)()
