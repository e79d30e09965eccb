"""What payouts hand over to the product, and what to do about each of their alarms."""

from __future__ import annotations

from typing import Final

from app.core.jobs.queue import PeriodicJob
from app.record.audit.kinds import AlarmKind
from app.record.part import Part

from . import checks, event_types, jobs
from .confirmed import explaining

_ALARM_KINDS: Final = (
    AlarmKind(
        "payout_unknown",
        "It is unknown whether a payout reached the network",
        "Open the payout and refresh it. Broadcasting it again is safe, for it is the same transaction; never "
        "draft a second one.",
    ),
    AlarmKind(
        "payout_evicted",
        "A payout left the node's mempool",
        "Open the payout and broadcast it again, or bump its fee if the mempool is full of better.",
    ),
    AlarmKind(
        "payout_stale",
        "A draft would not be made like this any more",
        "Open the payout and read why. Give it up, tell the signer to destroy what is signed, and draft it anew.",
    ),
    AlarmKind(
        "payout_waits",
        "A payout is drafted, and nobody signs or sends it",
        "Its winners wait, and its coins are set aside. Open the payout: have it signed, upload what was signed and "
        "broadcast it, or give it up. It closes by itself then.",
    ),
)

PART: Final = Part(
    periodic_jobs=(PeriodicJob("payouts.refresh", jobs.refresh, 15),),
    audit_checks=checks.CHECKS,
    event_types=event_types.EVENT_TYPES,
    alarm_kinds=_ALARM_KINDS,
    acts=event_types.ACTS,
    log_kinds=event_types.LOG_KINDS,
    bookings=event_types.BOOKINGS,
    approval_kinds=(explaining.EXPLANATION,),
)
