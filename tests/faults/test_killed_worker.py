"""Real workers, killed: what they were doing is done again, and only what keeps ending them stands as failed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from rq import Queue
from rq.job import Job, JobStatus
from rq.serializers import JSONSerializer

from app import create_app
from app.core.database.session import db
from app.core.jobs import queue
from dev.node.process import die_with_parent
from tests.factories.standing import below

TOP = Path(__file__).resolve().parents[2]
MOST_TIMES = 3


@pytest.fixture(scope="module")
def world(app_settings: dict[str, str], own_valkey: Callable[[], object]) -> Iterator[Flask]:
    environment = {**app_settings, "REDIS_URL": own_valkey().url()}  # type: ignore[attr-defined]
    app = create_app(environment)
    app.config["ENVIRONMENT_GIVEN"] = environment
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="module")
def first(world: Flask) -> Iterator[subprocess.Popen[bytes]]:
    """The worker with which both tests begin; the second kills it."""
    with worker(world) as process:
        yield process


@contextmanager
def worker(app: Flask) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, "worker.py", "default"],
        cwd=TOP,
        env={**os.environ, **app.config["ENVIRONMENT_GIVEN"]},
        stdin=subprocess.DEVNULL,
        preexec_fn=die_with_parent,
    )
    try:
        yield process
    finally:
        kill_all(process)


def kill_all(process: subprocess.Popen[bytes]) -> None:
    for pid in [process.pid, *below(process.pid)]:  # a horse has a process group of its own
        if process.poll() is None:
            os.kill(pid, signal.SIGKILL)
    process.wait()


def eventually(what: Callable[[], object]) -> None:
    deadline = time.monotonic() + 60
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def sleeper() -> tuple[Queue, Job]:
    """A job that does nothing for a minute, as periodic jobs are enqueued."""
    work = Queue("default", connection=queue.workers_connection(), serializer=JSONSerializer)
    return work, work.enqueue("time.sleep", 60, result_ttl=0, failure_ttl=600)


def failed() -> dict[str, str]:
    """Of each job that stands as failed, why."""
    return {one.id: one.error for one in queue.failed_jobs()}


def horse_of(process: subprocess.Popen[bytes], job: Job) -> int:
    eventually(lambda: job.get_status() is JobStatus.STARTED and below(process.pid))
    return below(process.pid)[0]


@pytest.mark.slow
def test_a_job_whose_process_is_killed_is_done_again_three_times(first: subprocess.Popen[bytes]) -> None:
    """Killed for memory, say, while its worker lives: it stood among the failed the first time."""
    work, job = sleeper()
    for _ in range(MOST_TIMES + 1):
        assert failed() == {}
        killed = horse_of(first, job)
        os.kill(killed, signal.SIGKILL)
        eventually(lambda killed=killed: killed not in below(first.pid))  # type: ignore[misc]
    eventually(failed)
    assert first.poll() is None
    assert list(failed()) == [job.id]
    assert "terminated unexpectedly" in failed()[job.id]
    assert work.started_job_registry.get_job_count(cleanup=False) == 0


@pytest.mark.slow
def test_a_job_whose_worker_is_killed_is_done_again_by_the_next(world: Flask, first: subprocess.Popen[bytes]) -> None:
    work, job = sleeper()
    horse_of(first, job)
    kill_all(first)
    for entry in work.connection.zrange(work.started_job_registry.key, 0, -1):
        work.connection.zadd(work.started_job_registry.key, {entry: 1})  # as its minutes ran out
    with worker(world) as process:
        eventually(lambda: Job.fetch(job.id, work.connection, JSONSerializer).meta.get("begun_again") == 1)
        horse_of(process, job)
        assert job.id not in failed()
