"""The bell: RQ queues that ring reconcilers. What is due is always asked of Postgres; losing Redis loses nothing."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import redis
import structlog
from flask import current_app
from rq import Queue, Worker, requeue_job
from rq.registry import FailedJobRegistry
from rq.serializers import JSONSerializer

from app.core.config import current_settings
from app.core.dependencies import redis_client
from app.core.dependencies.breaker import breaker

log = structlog.get_logger()

DEFAULT_QUEUE = "default"
DRAWS_QUEUE = "draws"  # a draw may run for hours
HOOKS_QUEUE = "hooks"  # other people's servers answer when they like
CHAIN_QUEUE = "chain"  # the scanner follows for some seconds at a time
QUEUES = (CHAIN_QUEUE, DEFAULT_QUEUE, DRAWS_QUEUE, HOOKS_QUEUE)
_JOB_TIMEOUT_SECONDS = 300
_DRAW_TIMEOUT_SECONDS = -1  # nothing may cut a draw off


@dataclass(frozen=True)
class PeriodicJob:
    """A reconciler and its rhythm. `function` is its dotted path; it takes no arguments and may run at any time."""

    name: str
    function: str
    every_seconds: float
    queue: str = DEFAULT_QUEUE
    timeout_seconds: int = _JOB_TIMEOUT_SECONDS


def connection() -> redis.Redis:
    """A client of the process's own pool. Not for a worker, who waits for work: it has its own, `workers_connection`.

    Whoever asks does so inside `bell()`, so that a Redis that stands still is waited for once.
    """
    if "redis" not in current_app.extensions:
        settings = current_settings()
        current_app.extensions["redis"] = redis.Redis.from_url(
            settings.redis_url.get_secret_value(), **redis_client.options(settings.redis_seconds)
        )
    client: redis.Redis = current_app.extensions["redis"]
    return client


@contextmanager
def bell() -> Iterator[redis.Redis]:
    """Redis, for a few calls.

    Raises:
        redis.RedisError: Redis is away, or stood still a moment ago.
    """
    with redis_client.asking(breaker("redis")):
        yield connection()


def workers_connection() -> redis.Redis:
    """A client for a worker alone: RQ gives it the patience to wait for work, which jobs must not inherit."""
    settings = current_settings()
    return redis.Redis.from_url(
        settings.redis_url.get_secret_value(),
        **{**redis_client.options(settings.redis_seconds), "socket_timeout": None},
    )


def ring(job: PeriodicJob) -> None:
    """Enqueue `job` now. A queued ring that nobody answers in time expires: the next one asks the same question.

    Raises:
        redis.RedisError: Redis is away.
    """
    with bell() as client:
        Queue(job.queue, connection=client, serializer=JSONSerializer).enqueue(
            job.function,
            job_id=f"{job.name.replace('.', '-')}-{time.time_ns()}",
            job_timeout=_DRAW_TIMEOUT_SECONDS if job.queue == DRAWS_QUEUE else job.timeout_seconds,
            ttl=max(5, int(job.every_seconds * 2)),
            result_ttl=0,
            failure_ttl=24 * 3600,
            meta=request_meta(),
        )


def ask(function: str, queue: str, *arguments: str | int) -> None:
    """Enqueue something an operator asked for, once; `function` is a dotted path. It is lost with Redis.

    Raises:
        redis.RedisError: Redis is away.
    """
    with bell() as client:
        Queue(queue, connection=client, serializer=JSONSerializer).enqueue(
            function,
            args=arguments,
            job_timeout=_DRAW_TIMEOUT_SECONDS,
            result_ttl=0,
            failure_ttl=24 * 3600,
            meta=request_meta(),
        )


def request_meta() -> dict[str, str]:
    """The request at hand, for the job that it rings: both log the same id."""
    known = structlog.contextvars.get_contextvars().get("request_id")
    return {"request_id": str(known)} if known else {}


@dataclass(frozen=True, slots=True)
class QueueState:
    """How a queue stands: rings that wait, jobs that failed, and who works it."""

    name: str
    waiting: int
    failed: int
    workers: int


def states() -> list[QueueState]:
    """Every queue as Redis knows it. Only looks: RQ's own counters would tidy up on the way.

    Raises:
        redis.RedisError: Redis is away.
    """
    found = []
    with bell() as client:
        workers = [worker.queue_names() for worker in Worker.all(connection=client, serializer=JSONSerializer)]
        for name in QUEUES:
            queue = Queue(name, connection=client, serializer=JSONSerializer)
            failed = FailedJobRegistry(queue=queue, serializer=JSONSerializer).get_job_count(cleanup=False)
            waiting = int(client.llen(queue.key))
            found.append(QueueState(name, waiting, failed, sum(name in names for names in workers)))
    return found


@dataclass(frozen=True, slots=True)
class FailedJob:
    """A job that failed, and the last line of why."""

    queue: str
    id: str
    function: str
    error: str


def failed_jobs(limit: int = 1_000) -> list[FailedJob]:
    """Failed jobs of every queue, the oldest first. Raises redis.RedisError."""
    found = []
    with bell() as client:
        for name in QUEUES:
            registry = FailedJobRegistry(queue=Queue(name, connection=client, serializer=JSONSerializer))
            for identifier in registry.get_job_ids(0, limit - 1, cleanup=False):
                job = Queue(name, connection=client, serializer=JSONSerializer).fetch_job(identifier)
                if job is not None:
                    result = job.latest_result()
                    lines = (result.exc_string or "").strip().splitlines() if result else []
                    found.append(FailedJob(name, identifier, job.func_name or "", lines[-1] if lines else ""))
    return found


def retry(identifier: str) -> None:
    """Enqueue a failed job once more.

    Raises:
        redis.RedisError: Redis is away.
        rq.exceptions.NoSuchJobError, rq.exceptions.InvalidJobOperation: it is no failed job any more.
    """
    with bell() as client:
        requeue_job(identifier, connection=client, serializer=JSONSerializer)


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
