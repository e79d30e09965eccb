"""What official results hand over to the product; their pages are the console's."""

from __future__ import annotations

from typing import Final

from flask import Flask

from app.core.jobs.queue import RESULTS_QUEUE, PeriodicJob
from app.core.wire.error_messages import add_messages
from app.record.part import Part

from . import acts, checks, jobs, service, told
from .deciding import by_hand, changing, confirming
from .deciding.messages import MESSAGES
from .settings import ResultSettings


def _start(_app: Flask) -> None:
    add_messages(MESSAGES)


PART: Final = Part(
    periodic_jobs=(
        PeriodicJob("results.ask", jobs.ask, 5, RESULTS_QUEUE),
        PeriodicJob(service.TELL_JOB, jobs.tell, 5),
        PeriodicJob("results.watch", jobs.watch, 30),
        PeriodicJob("results.sweep", jobs.sweep, 3600),
    ),
    audit_checks=checks.CHECKS,
    alarm_kinds=acts.ALARM_KINDS,
    acts=acts.ACTS,
    log_kinds=told.LOG_KINDS,
    approval_kinds=(*by_hand.KINDS, changing.KIND, confirming.KIND),
    settings=ResultSettings,
    settings_checks=(ResultSettings.problems,),
    starting=(_start,),
)
