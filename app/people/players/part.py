"""What players hand over to the product: the JSON of playing responsibly, and what they do, in words."""

from __future__ import annotations

from typing import Final

from app.core.jobs.queue import PeriodicJob
from app.core.web.surfaces import Surface
from app.core.wire.described import Described
from app.record.part import Part

from . import acts, api, schemas
from .leaving import api as leaving_api
from .profile import api as profile_api
from .profile import described as profile
from .profile.settings import PlayerSettings
from .telling import jobs as telling_jobs
from .telling import notices
from .verification import api as documents_api
from .verification import deciding
from .verification import described as documents
from .verification import jobs as verification_jobs
from .verification.checks import CHECKS

_SIGNED_OUT: Final = {401: "not_signed_in"}
_REFUSED: Final = {**_SIGNED_OUT, 403: "origin_refused"}
_OFF: Final = {**_SIGNED_OUT, 403: "origin_refused, player_excluded, player_timed_out"}

DESCRIBED: Final = (
    Described(
        "players_api.limits",
        "GET",
        "/api/players/limits",
        "Playing",
        "One's own limits, and the break one is in",
        schemas.Limits,
        by_session=True,
        refusals=_SIGNED_OUT,
    ),
    Described(
        "players_api.set_limit",
        "PUT",
        "/api/players/limits",
        "Playing",
        "Lower a limit at once, or ask to raise it",
        schemas.LimitRecord,
        body=schemas.LimitWanted,
        by_session=True,
        takes_key=True,
        refusals=_OFF,
    ),
    Described(
        "players_api.confirm",
        "POST",
        "/api/players/limits/confirm",
        "Playing",
        "Confirm a raise 24 to 72 hours after it was asked for",
        schemas.LimitRecord,
        body=schemas.LimitWanted,
        by_session=True,
        takes_key=True,
        refusals={**_OFF, 409: "no_raise_waits, raise_too_early"},
    ),
    Described(
        "players_api.timeout",
        "POST",
        "/api/players/timeout",
        "Playing",
        "Take 1 to 30 days off",
        schemas.Until,
        body=schemas.TimeoutWanted,
        by_session=True,
        takes_key=True,
        refusals=_REFUSED,
    ),
    Described(
        "players_api.exclusion",
        "POST",
        "/api/players/exclusion",
        "Playing",
        "Exclude oneself for 6 to 60 months, which nobody lifts",
        schemas.Until,
        body=schemas.ExclusionWanted,
        by_session=True,
        takes_key=True,
        refusals=_REFUSED,
    ),
)

PART: Final = Part(
    cookieless=(api.bp, profile_api.bp, documents_api.bp, leaving_api.bp),
    endpoints={Surface.API: (*api.ENDPOINTS, *profile_api.ENDPOINTS, *documents_api.ENDPOINTS, *leaving_api.ENDPOINTS)},
    uploads=documents_api.UPLOADS,
    acts=acts.ACTS,
    described=(*profile.DESCRIBED, *documents.DESCRIBED, *leaving_api.DESCRIBED, *DESCRIBED),
    settings=PlayerSettings,
    periodic_jobs=(
        PeriodicJob("players.raises", telling_jobs.tell_of_raises, 300),
        PeriodicJob("players.sweep", verification_jobs.sweep, 3600),
    ),
    notice_kinds=notices.KINDS,
    approval_kinds=(deciding.KIND,),
    audit_checks=CHECKS,
)
