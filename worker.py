"""An RQ worker: `python worker.py [QUEUE …]`, all of them unless some are named. Every job may run twice, or late.
`python worker.py accept` is the acceptor of bets instead."""

from __future__ import annotations

import gc
import sys
from typing import Any

import structlog
from rq import Queue, Worker
from rq.exceptions import AbandonedJobError
from rq.executions import Execution
from rq.job import Job
from rq.serializers import JSONSerializer
from rq.worker import DequeueStrategy

from app import create_app
from app.core.database.session import db
from app.core.jobs.queue import QUEUES, begun, name_of, workers_connection
from app.selling.bets.sale.waiting import acceptor

log = structlog.get_logger()

ACCEPT = "accept"
"""Not a queue: bets that wait are accepted together."""


class ForkingWorker(Worker):
    """Each job runs in a fork of this process, which must not share its parent's database connections."""

    def main_work_horse(self, job: Job, queue: Queue) -> None:
        db.engine.dispose(close=False)
        structlog.contextvars.bind_contextvars(job=name_of(job), **_request_of(job))
        super().main_work_horse(job, queue)

    def prepare_execution(self, job: Job) -> Execution:
        """A ring that is begun expires no more. RQ says so once the fork runs: on a busy machine that was too late, and
        a job that had done its work was noted as failed, for nothing was left of it."""
        self.connection.persist(job.key)
        begun(job, self.connection)
        return super().prepare_execution(job)

    def handle_job_failure(
        self, job: Job, queue: Queue, started_job_registry: Any = None, exc_string: str = ""
    ) -> None:
        """The other ways to lose a job: its worker ended when it had taken it and not begun it, or its horse did."""
        if exc_string == _NEVER_BEGUN or exc_string.startswith(_HORSE_ENDED):
            begin_again(job, AbandonedJobError)
        super().handle_job_failure(job, queue, started_job_registry, exc_string)


_NEVER_BEGUN = "Job was stuck in intermediate queue."
_HORSE_ENDED = "Work-horse terminated unexpectedly"  # killed: for memory, or by somebody
_MOST_TIMES_AGAIN = 3
_SILENT_AT_MOST = 45  # seconds: a worker gives up on a Redis that stands still in less, and is started anew


def begin_again(job: Job, kind: type[BaseException], *details: Any) -> bool:
    """A job whose worker ended in the middle of it, at a shutdown or a power cut, is done again: every job may be.

    One that keeps ending its worker stands as failed in the end. RQ asks this of what it would note as failed.
    """
    times = int(job.meta.get("begun_again", 0))
    if issubclass(kind, AbandonedJobError) and times < _MOST_TIMES_AGAIN:
        job.meta["begun_again"] = times + 1
        job.retries_left = 1
        # The list of its executions outlives them by a minute, and the next one's end would look for the lost one.
        job.connection.delete(job.execution_registry.key)
    return True


def _request_of(job: Job) -> dict[str, str]:
    """The request that rang for this job, if one did: both log the same id."""
    known = (job.meta or {}).get("request_id")
    return {"request_id": str(known)} if known else {"request_id": f"job-{job.id[-19:]}"}


def main(names: list[str]) -> None:
    """Work the named queues (all of them by default) until SIGTERM."""
    queues = names or list(QUEUES)
    app = create_app()
    # What start-up made stays: looking through it again and again was a third of a large block's Python time, and
    # touching it would copy it into every fork.
    gc.collect()
    gc.freeze()
    with app.app_context():
        if names == [ACCEPT]:
            acceptor.run()
            return
        serializer, connection = JSONSerializer, workers_connection()
        worker = ForkingWorker(
            [Queue(name, connection=connection, serializer=serializer) for name in queues],
            connection=connection,
            serializer=serializer,
            exception_handlers=[begin_again],
            worker_ttl=_SILENT_AT_MOST,
        )
        # By turns: the chain's queue always has something, and must not keep the others waiting.
        worker.work(with_scheduler=False, logging_level="WARNING", dequeue_strategy=DequeueStrategy.ROUND_ROBIN)


if __name__ == "__main__":
    main(sys.argv[1:])
