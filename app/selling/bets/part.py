"""What the rail of bets hands over to the product."""

from __future__ import annotations

from typing import Final

from app.core.jobs.queue import DRAWS_QUEUE, PeriodicJob
from app.core.web.surfaces import Surface
from app.core.wire.error_messages import add_messages
from app.record.part import Part

from . import checks, jobs, models, told  # noqa: F401  (its tables)
from .bankroll import held, owner, watching  # noqa: F401  (what the database asks)
from .messages import MESSAGES
from .operating import acts
from .proof import api as proof
from .proof import pages as verifier
from .sale.reserving import jobs as reservations
from .sealing import alarms, cancelling
from .sealing import checks as seal_checks
from .sealing import jobs as sealing
from .settings import BetSettings
from .settlement import acts as results_acts
from .settlement import checks as results_checks
from .settlement import jobs as results_jobs
from .settlement import telling
from .settlement.refunds import deciding as refunding

PART: Final = Part(
    pages=(verifier.bp,),
    cookieless=(proof.bp,),
    endpoints={Surface.API: proof.ENDPOINTS, Surface.WEBSITE: verifier.ENDPOINTS},
    translated=verifier.ENDPOINTS,
    described=proof.DESCRIBED,
    periodic_jobs=(
        PeriodicJob("bets.make_draws", jobs.make_draws, 60),
        PeriodicJob("bets.count_capacity", jobs.count_capacity, 30),
        PeriodicJob("bets.seal", sealing.seal, 2),
        PeriodicJob("bets.witness", sealing.witness, 5),
        PeriodicJob("bets.void", sealing.void, 60),
        PeriodicJob("bets.draw", sealing.draw, 10, DRAWS_QUEUE),
        PeriodicJob("bets.release", reservations.release_over, 20),
        *results_jobs.JOBS,
    ),
    audit_checks=(*checks.CHECKS, *seal_checks.CHECKS, *results_checks.CHECKS),
    acts=(*acts.ACTS, *results_acts.ACTS),
    alarm_kinds=(*watching.ALARM_KINDS, *alarms.ALARM_KINDS, *results_acts.ALARM_KINDS),
    approval_kinds=(*owner.KINDS, cancelling.KIND, refunding.KIND),
    notice_kinds=telling.KINDS,
    log_kinds=told.LOG_KINDS,
    bookings=told.BOOKINGS,
    settings=BetSettings,
    starting=(lambda _app: add_messages(MESSAGES),),
)
