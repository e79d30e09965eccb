"""What the rooms of the record hand over, and the core below them: rooms know of no part, for they lie below it."""

from __future__ import annotations

from typing import Final

from app.core.checks import references_lead_somewhere
from app.core.files.settings import FilesSettings
from app.core.jobs.queue import MESSAGES_QUEUE, OFFERED_QUEUE, WITNESSES_QUEUE, PeriodicJob
from app.core.sealing import checks as sealing_checks
from app.core.sealing.settings import SealingSettings
from app.core.web.surfaces import Surface
from app.core.wire.error_messages import add_messages

from .answers import jobs as answers_jobs
from .answers.messages import MESSAGES as OF_ANSWERS
from .audit import checks as audit_checks
from .audit import jobs as audit_jobs
from .audit import own_acts
from .ledger import booked
from .ledger import checks as ledger_checks
from .log import checks as log_checks
from .log import jobs as log_jobs
from .log import kinds as log_kinds
from .log.settings import LogSettings
from .log.witnesses import jobs as witnesses_jobs
from .notifications import checks as notifications_checks
from .notifications import jobs as notifications_jobs
from .notifications import pages as mailbox
from .notifications.channels import jobs as channels_jobs
from .notifications.channels.settings import MessageSettings
from .part import Part

CORE: Final = Part(
    endpoints={Surface.API: ("static",)},
    audit_checks=(references_lead_somewhere, *sealing_checks.CHECKS),
    settings=SealingSettings,
)

FILES: Final = Part(settings=FilesSettings)

ANSWERS: Final = Part(
    periodic_jobs=(PeriodicJob("answers.purge", answers_jobs.purge, 3600),),
    starting=(lambda _app: add_messages(OF_ANSWERS),),
)

LEDGER: Final = Part(audit_checks=ledger_checks.CHECKS, log_kinds=booked.LOG_KINDS)

AUDIT: Final = Part(
    periodic_jobs=(
        PeriodicJob("audit.seal", audit_jobs.seal, 10),
        PeriodicJob("audit.stragglers", audit_jobs.seal_stragglers, 600),
    ),
    audit_checks=audit_checks.CHECKS,
    acts=own_acts.ACTS,
    log_kinds=own_acts.LOG_KINDS,
)

LOG: Final = Part(
    periodic_jobs=(
        PeriodicJob("log.sequence", log_jobs.sequence, 1),
        PeriodicJob("log.witness", witnesses_jobs.collect, 3, WITNESSES_QUEUE),
        PeriodicJob("log.witness_offered", witnesses_jobs.collect_offered, 5, OFFERED_QUEUE),
        PeriodicJob("log.thin", witnesses_jobs.thin, 3600),
    ),
    audit_checks=log_checks.CHECKS,
    log_kinds=log_kinds.OWN,
    settings=LogSettings,
)

NOTIFICATIONS: Final = Part(
    pages=(mailbox.blueprint,),
    endpoints={Surface.DEV: ("mailbox.index",)},
    periodic_jobs=(
        PeriodicJob("mail", notifications_jobs.deliver, 10),
        PeriodicJob("mail.purge", notifications_jobs.purge, 3600),
        PeriodicJob("messages.sms", channels_jobs.deliver_sms, 10, MESSAGES_QUEUE),
        PeriodicJob("messages.push", channels_jobs.deliver_push, 10, MESSAGES_QUEUE),
    ),
    audit_checks=notifications_checks.CHECKS,
    settings=MessageSettings,
)
