"""What gateways hand over to the product."""

from __future__ import annotations

from typing import Final

from app.core.jobs.queue import GATEWAYS_QUEUE, PeriodicJob
from app.core.web.surfaces import Surface
from app.core.wire.described import Described
from app.record.part import Part

from . import acts, checks, jobs, service
from .notices import api as webhooks
from .pages import api, payment, schemas, sending_back
from .payers import leaving, telling
from .reconciling import soon
from .refunds import bearing, deciding, wishing
from .settings import GatewaySettings

_SIGNED_OUT: Final = {401: "not_signed_in"}
_TAG: Final = "Playing"

DESCRIBED: Final = (
    Described(
        "payments_api.top_up",
        "POST",
        "/api/players/wallets/{currency}/topups",
        _TAG,
        "Begin to pay money in",
        schemas.PaymentAnswer,
        body=schemas.TopupWanted,
        status=201,
        by_session=True,
        takes_key=True,
        refusals={
            **_SIGNED_OUT,
            403: "origin_refused, payer_number_needed",
            409: "deposit_limit_reached",
            422: "gateway_off",
        },
    ),
    Described(
        "payments_api.payment",
        "GET",
        "/api/players/payments/{payment_id}",
        _TAG,
        "How one's payment stands",
        schemas.PaymentAnswer,
        by_session=True,
        refusals={**_SIGNED_OUT, 404: "payment_not_found"},
    ),
)

HOLDINGS: Final = leaving.HOLDINGS
_PAGES: Final = (*payment.ENDPOINTS, *sending_back.ENDPOINTS)

PART: Final = Part(
    pages=(payment.bp,),
    cookieless=(api.bp, webhooks.bp),
    endpoints={Surface.WEBSITE: _PAGES, Surface.API: (*api.ENDPOINTS, *webhooks.ENDPOINTS)},
    translated=_PAGES,
    drafted=_PAGES,
    uploads=dict.fromkeys(webhooks.ENDPOINTS, webhooks.MOST_BYTES),
    described=DESCRIBED,
    periodic_jobs=(
        PeriodicJob(service.ASK_JOB, jobs.ask, 3, GATEWAYS_QUEUE),
        PeriodicJob(webhooks.JOB, jobs.understand, 5, GATEWAYS_QUEUE),
        PeriodicJob("gateways.reconcile", jobs.reconcile, 3600, GATEWAYS_QUEUE),
        PeriodicJob("gateways.purge", jobs.purge, 3600),
    ),
    asked_jobs={soon.COMPARE: jobs.compare},
    audit_checks=checks.CHECKS,
    alarm_kinds=acts.ALARM_KINDS,
    acts=acts.ACTS,
    bookings=acts.BOOKINGS,
    approval_kinds=(deciding.KIND, wishing.KIND, bearing.KIND),
    notice_kinds=telling.KINDS,
    settings=GatewaySettings,
    settings_checks=(GatewaySettings.problems,),
)
