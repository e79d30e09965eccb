"""What the rail of windows hands over to the product, and what to do about each of its alarms."""

from __future__ import annotations

from typing import Final

from app.core.jobs.queue import DRAWS_QUEUE, PeriodicJob
from app.record.audit.kinds import Advice, AlarmKind
from app.record.part import Part

from . import checks, jobs
from .confirmed import refunding, resolving
from .orders import passing, refunds, told
from .proof import kept
from .rounds import acts, event_types

_ALARM_KINDS: Final = (
    AlarmKind(
        "round_halted",
        "A round is halted",
        "Open the round and read in its history why. Look at node and database, compare them with a backup, and "
        "only then resume or void it. It sells and draws nothing meanwhile.",
    ),
    AlarmKind(
        "round_voided",
        "A round is void",
        "Find out why it could not be sealed before its closing block: was the scanner or the clock away? Give "
        "what was paid for it to the partners on the page of suspended money, then close this alarm.",
        reasons=acts.WHY,
        advice={
            kept.NOT_COSIGNED: Advice(
                "Too few witnesses had cosigned the log over its seal before its closing block. This alarm's page says "
                "which were missing, whether each has cosigned it since and how long after, and what fits: a witness "
                "that is silent, or too little time between seal and closing block. Give what was paid for the round "
                "to the partners on the page of suspended money, then close this alarm.",
                "/admin/system/log",
                "The public log and its witnesses",
            )
        },
        labels={"to_cosign": "Time to cosign it", "witnesses": "When this was raised"},
    ),
    AlarmKind(
        "round_unbacked",
        "A round is not opened, for we could not pay its jackpot",
        "Send coins to the reserve (flask wallet new-address). The round opens by itself once they are confirmed.",
    ),
    AlarmKind(
        "jackpot_above_cheating_limit",
        "A round was not made: its jackpot would pay a miner to cheat",
        "Change the settings to more hash work, fewer digits or a lower price, and start the processes again.",
    ),
    AlarmKind(
        "settled_round_reorganised",
        "The block that drew a settled round left the chain",
        "Do not pay what this round owes before its block is back; nothing of it can be paid meanwhile. If it does "
        "not come back, the debt is a case for people: talk to the partner.",
    ),
    AlarmKind(
        "settlement_failed",
        "A round could not be settled",
        "Read the log of the worker for draws at this moment. It is tried again every few seconds; the alarm stays "
        "until you close it.",
    ),
    AlarmKind(
        "refund_lost",
        "A refund was paid out before its block left the chain",
        "The partner's balance could not give it back, so the house bore it. Nothing is to do if the payment comes "
        "back: deciding its refund makes the loss good. Otherwise talk to the partner.",
    ),
)

PART: Final = Part(
    periodic_jobs=(
        PeriodicJob("windows.seal", jobs.seal, 2),
        PeriodicJob("windows.witnessed", jobs.witnessed, 2),
        PeriodicJob("windows.settle", jobs.settle, 3, DRAWS_QUEUE),
        PeriodicJob("windows.purge", jobs.purge, 3600),
    ),
    audit_checks=(*checks.CHECKS, refunds.suspense_is_what_waits),
    event_types=event_types.EVENT_TYPES,
    alarm_kinds=_ALARM_KINDS,
    acts=(*acts.ACTS, *passing.ACTS),
    log_kinds=told.LOG_KINDS,
    bookings=told.BOOKINGS,
    approval_kinds=(resolving.RESOLUTION, refunding.REFUND),
)
