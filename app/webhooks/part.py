"""What webhooks hand over to the product."""

from __future__ import annotations

from typing import Final

from app.core.jobs.queue import HOOKS_QUEUE, PeriodicJob
from app.core.web.surfaces import Surface
from app.record.part import Part

from . import jobs, routes, wording

PART: Final = Part(
    pages=(routes.bp,),
    endpoints={Surface.WEBSITE: routes.ENDPOINTS},
    periodic_jobs=(
        PeriodicJob("webhooks.deliver", jobs.deliver, 2, HOOKS_QUEUE),
        PeriodicJob("webhooks.purge", jobs.purge, 3600),
    ),
    acts=wording.ACTS,
)
