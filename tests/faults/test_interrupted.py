"""Jobs whose worker ended under them, as at a shutdown: they are done again, and no failure stands in the console."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from rq import Queue
from rq.serializers import JSONSerializer

from app import create_app
from app.core.database.session import db
from app.core.jobs import queue
from dev.valkey import Valkey
from worker import ForkingWorker, begin_again

MOST_TIMES = 3


@pytest.fixture
def work(app_settings: dict[str, str], own_valkey: Callable[[], Valkey]) -> Iterator[Queue]:
    other = create_app({**app_settings, "REDIS_URL": own_valkey().url()})
    with other.app_context():
        yield Queue("default", connection=queue.connection(), serializer=JSONSerializer)
        db.session.remove()
        db.engine.dispose()


def worker(work: Queue) -> ForkingWorker:
    return ForkingWorker(
        [work], connection=work.connection, serializer=JSONSerializer, exception_handlers=[begin_again]
    )


def taken(work: Queue, *, begun: bool) -> None:
    """A worker takes a job and is heard of no more; whatever it left has been silent for long."""
    killed = worker(work)
    killed.register_birth()
    found = killed.dequeue_job_and_maintain_ttl(None)
    assert found is not None
    if begun:
        killed.prepare_execution(found[0])
        for entry in work.connection.zrange(work.started_job_registry.key, 0, -1):
            work.connection.zadd(work.started_job_registry.key, {entry: 1})
        assert killed.execution is not None
        work.connection.delete(killed.execution.key)  # as its time ran out
    killed.register_death()
    worker(work).clean_registries()
    if not begun:  # seen for the first time; a minute later it counts as lost
        work.connection.set(work.intermediate_queue.get_first_seen_key(found[0].id), 1)
        worker(work).clean_registries()


@pytest.mark.parametrize("begun", [True, False], ids=["begun", "only taken"])
def test_a_job_whose_worker_ended_is_done_again(work: Queue, begun: bool) -> None:
    queue.ask("draws.rerun", "default", "rounds", 1, "operator:test")
    for _ in range(MOST_TIMES):
        taken(work, begun=begun)
        assert queue.failed_jobs() == []
        assert [job.get_executions() for job in work.jobs] == [[]], "nothing of the lost one is in the way"
    taken(work, begun=begun)
    assert len(queue.failed_jobs()) == 1, "one that keeps ending its worker waits for a person"
    assert len(work) == 0


def test_a_job_that_raises_is_not_begun_again(work: Queue) -> None:
    job = work.enqueue(queue.ENTRY, "draws.rerun", "rounds", 1, "operator:test")
    begin_again(job, ValueError, ValueError("of its own making"), None)
    assert not job.should_retry


def test_a_ring_that_is_begun_expires_no_more(work: Queue) -> None:
    work.enqueue(queue.ENTRY, "log.sequence", ttl=5, result_ttl=0)
    one = worker(work)
    one.register_birth()
    found = one.dequeue_job_and_maintain_ttl(None)
    assert found is not None
    assert 0 < work.connection.ttl(found[0].key) <= 5
    one.prepare_execution(found[0])
    assert work.connection.ttl(found[0].key) == -1
    one.register_death()
