"""What wallets hand over to the product."""

from __future__ import annotations

from typing import Final

from app.core.jobs.queue import GATEWAYS_QUEUE, PeriodicJob
from app.core.web.surfaces import Surface
from app.record.part import Part

from . import acts, checks, leaving
from .exchange import saying
from .operating import adjusting, banking, owing
from .settings import WalletSettings
from .wire import api, exchange
from .wire.described import DESCRIBED
from .withdrawals import deciding, jobs, telling

HOLDINGS: Final = leaving.HOLDINGS
PART: Final = Part(
    cookieless=(api.bp, exchange.bp),
    endpoints={Surface.API: (*api.ENDPOINTS, *exchange.ENDPOINTS)},
    described=(*DESCRIBED, *exchange.DESCRIBED),
    periodic_jobs=(
        PeriodicJob("wallets.send", jobs.send, 5, GATEWAYS_QUEUE),
        PeriodicJob("wallets.ask", jobs.ask, 15, GATEWAYS_QUEUE),
    ),
    audit_checks=checks.CHECKS,
    acts=acts.ACTS,
    bookings=acts.BOOKINGS,
    alarm_kinds=acts.ALARM_KINDS,
    approval_kinds=(deciding.KIND, adjusting.KIND, banking.KIND, owing.KIND, saying.KIND),
    notice_kinds=telling.KINDS,
    settings=WalletSettings,
)
