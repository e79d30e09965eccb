"""The bell: RQ queues that ring reconcilers. What is due is always asked of Postgres; losing Redis loses nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import redis
import structlog
from rq import Queue, Worker, requeue_job
from rq.job import Job
from rq.registry import FailedJobRegistry
from rq.serializers import JSONSerializer

from app.core.config import current_settings
from app.core.dependencies import redis_client
from app.core.dependencies.breaker import breaker
from app.core.ports import Once, Port

log = structlog.get_logger()

DEFAULT_QUEUE = "default"
DRAWS_QUEUE = "draws"  # a draw may run for hours
HOOKS_QUEUE = "hooks"  # other people's servers answer when they like
WITNESSES_QUEUE = "witnesses"  # so do theirs, and a round may wait for one before its closing block
OFFERED_QUEUE = "offered"  # witnesses that no round waits for: whoever they are, they delay each other alone
MESSAGES_QUEUE = "messages"  # SMS and push: whoever carries them may hang
GATEWAYS_QUEUE = "gateways"  # so may payment gateways, and no code that somebody waits for is late for it
RESULTS_QUEUE = "results"  # and sources of official results
CHAIN_QUEUE = "chain"  # the scanner follows for some seconds at a time
QUEUES = (
    *(CHAIN_QUEUE, DEFAULT_QUEUE, DRAWS_QUEUE, HOOKS_QUEUE, WITNESSES_QUEUE, OFFERED_QUEUE, MESSAGES_QUEUE),
    *(GATEWAYS_QUEUE, RESULTS_QUEUE),
)
_JOB_TIMEOUT_SECONDS = 300
_WAITS_SECONDS: Final = 60
"""So long a ring waits for a worker at least, and stands for those that follow: were it lost on its way, the next comes
after that."""
_DRAW_TIMEOUT_SECONDS = -1  # nothing may cut a draw off


@dataclass(frozen=True)
class PeriodicJob:
    """A reconciler and its rhythm. `function` needs no arguments and may run at any time; queues know it by `name`,
    which is never changed."""

    name: str
    function: Callable[[], object]
    every_seconds: float
    queue: str = DEFAULT_QUEUE
    timeout_seconds: int = _JOB_TIMEOUT_SECONDS


AskedJob = Callable[..., object]
"""Something a person asks for, with texts and numbers as arguments."""
ASKED_JOBS: Final = Port[Mapping[str, AskedJob]]("asked jobs by their names", {})
PERIODIC_JOBS: Final = Port[tuple[PeriodicJob, ...]]("periodic jobs")


def _new_client() -> redis.Redis:
    settings = current_settings()
    return redis.Redis.from_url(settings.redis_url.get_secret_value(), **redis_client.options(settings.redis_seconds))


REDIS: Final = Once(_new_client)


def connection() -> redis.Redis:
    """A client of the process's own pool. Not for a worker, who waits for work: it has its own, `workers_connection`.

    Whoever asks does so inside `bell()`, so that a Redis that stands still is waited for once.
    """
    return REDIS.get()


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
    """Enqueue `job` now, unless a ring of a moment ago still waits: whoever begins that one asks the same question.

    So a worker that is behind has each job before it once, and those of the quickest rhythm starve no less than others.

    Raises:
        redis.RedisError: Redis is away.
    """
    with bell() as client:
        if not client.set(_rung(job.name), 1, nx=True, ex=_WAITS_SECONDS):
            return
        Queue(job.queue, connection=client, serializer=JSONSerializer).enqueue(
            ENTRY,
            args=(job.name,),
            job_id=f"{job.name.replace('.', '-')}-{time.time_ns()}",
            job_timeout=_DRAW_TIMEOUT_SECONDS if job.queue == DRAWS_QUEUE else job.timeout_seconds,
            ttl=max(_WAITS_SECONDS, int(job.every_seconds * 2)),
            result_ttl=0,
            failure_ttl=24 * 3600,
            meta=request_meta(),
        )


def begun(job: Job, client: redis.Redis) -> None:
    """A worker begins this job: what is rung for from now on, it may not see."""
    client.delete(_rung(name_of(job)))


def _rung(name: str) -> str:
    return f"rung:{name}"


def ask(name: str, queue: str, *arguments: str | int) -> None:
    """Enqueue one of the product's asked jobs, once. It is lost with Redis.

    Raises:
        redis.RedisError: Redis is away.
    """
    with bell() as client:
        Queue(queue, connection=client, serializer=JSONSerializer).enqueue(
            ENTRY,
            args=(name, *arguments),
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
                    found.append(FailedJob(name, identifier, name_of(job), lines[-1] if lines else ""))
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
    for job in PERIODIC_JOBS.get():
        if job.name == name:
            try:
                ring(job)
            except redis.RedisError:
                log.warning("bell_away", job=name)


def run(name: str, *arguments: str | int) -> Any:
    """What a worker calls: the job of that name, periodic or asked for.

    Raises LookupError for a name that nobody has: it was queued by another version.
    """
    if name in ASKED_JOBS.get():
        return ASKED_JOBS.get()[name](*arguments)
    found = next((job for job in PERIODIC_JOBS.get() if job.name == name), None)
    if found is None or arguments:
        raise LookupError(f"there is no job {name}")
    return found.function()


ENTRY: Final = f"{run.__module__}.{run.__qualname__}"
"""The one dotted path that lies in queues."""


def name_of(job: Job) -> str:
    """What a queued job is called."""
    return str(job.args[0]) if job.func_name == ENTRY and job.args else str(job.func_name or "")
