"""What operators hand over to the product; their door is the console's."""

from __future__ import annotations

from typing import Final

from app.core.jobs.queue import PeriodicJob
from app.record.audit.acts import Act, count, names
from app.record.part import Part

from . import jobs

_SESSIONS: Final = (count("sessions", "session ended", "sessions ended"),)

PART: Final = Part(
    periodic_jobs=(PeriodicJob("operators.purge", jobs.purge, 3600),),
    acts=(
        Act("operator.added", "made an operator", (names("privileges", "for {}"),)),
        Act("operator.seeded", "gave an operator of the settings a row"),
        Act("operator.password_changed", "gave an operator another password", _SESSIONS),
        Act(
            "operator.privileges_changed",
            "changed what an operator may",
            (names("given", "given {}"), names("taken", "taken {}")),
        ),
        Act("operator.linked", "said which account is an operator's own"),
        Act("operator.disabled", "let an operator in no more", _SESSIONS),
        Act("operator.enabled", "let an operator in again"),
        Act("operator.totp_enrolled", "has set up one-time codes"),
        Act("operator.totp_reset", "let an operator in without a one-time code", _SESSIONS),
        Act("operator.token_reused", "used a refresh token again, which ended its session"),
        Act("operator.signed_out", "signed out of the console"),
    ),
)
