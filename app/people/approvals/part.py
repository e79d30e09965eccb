"""What decisions of two people hand over to the product; their pages are the console's."""

from __future__ import annotations

from typing import Final

from flask import Flask

from app.core.jobs.queue import PeriodicJob
from app.core.wire.error_messages import add_messages
from app.record.audit.acts import Act, word
from app.record.audit.kinds import AlarmKind
from app.record.audit.models import AuditEntry
from app.record.part import Part

from . import checks, jobs
from .kinds import KINDS
from .messages import MESSAGES
from .of_operators import KINDS_OF_OPERATORS
from .settings import ApprovalSettings


def _kind(entry: AuditEntry) -> str:
    """What would be done, by the title of its kind."""
    found = KINDS.get().get(str(entry.detail.get("kind")))
    return str(found.title if found is not None else entry.detail.get("kind", ""))


_WHAT: Final = (_kind,)


def _start(_app: Flask) -> None:
    add_messages(MESSAGES)


PART: Final = Part(
    periodic_jobs=(PeriodicJob("approvals.expire", jobs.expire, 60),),
    audit_checks=checks.CHECKS,
    alarm_kinds=(
        AlarmKind(
            "approval_altered",
            "A proposal is not what was proposed",
            "Somebody changed it in the database, or SECRET_KEY is another one. Confirm nothing; compare its payload "
            "with the audit entry of its proposal, refuse it, and find out who can write to the database.",
        ),
    ),
    acts=(
        Act("approval.proposed", "proposed a decision to a second person", _WHAT),
        Act("approval.confirmed", "confirmed another's proposal", _WHAT),
        Act("approval.refused", "refused another's proposal", _WHAT),
        Act("approval.withdrawn", "took back a proposal, or what it was about", _WHAT),
        Act("approval.expired", "ended a proposal that nobody decided in time", _WHAT),
        Act("approval.failed", "confirmed a proposal that could not be done", (*_WHAT, word("error"))),
    ),
    approval_kinds=KINDS_OF_OPERATORS,
    settings=ApprovalSettings,
    starting=(_start,),
)
