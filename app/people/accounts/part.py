"""What accounts hand over to the product, and what people do to them, as the audit log tells it."""

from __future__ import annotations

from typing import Final

from app.core.jobs.queue import PeriodicJob
from app.core.web.surfaces import Surface
from app.record.audit.acts import Act, count, word
from app.record.audit.kinds import AlarmKind
from app.record.part import Part

from . import api, jobs, pages
from .codes import api as codes_api
from .email import pages as email_pages
from .joining import api as joining_api
from .login import page_door, telling
from .login.settings import AccountSettings
from .passwords import api as passwords_api
from .tokens import api as tokens_api

_ENDED: Final = count("sessions", "session ended", "sessions ended")

PART: Final = Part(
    pages=(pages.bp, email_pages.bp),
    cookieless=(api.bp, codes_api.bp, joining_api.bp, passwords_api.bp, tokens_api.bp),
    endpoints={
        Surface.WEBSITE: (*pages.ENDPOINTS, *email_pages.ENDPOINTS),
        Surface.API: (
            *(f"accounts_api.{name}" for name in ("magic_link", "verify", "logout", "revoke")),
            *codes_api.ENDPOINTS,
            *joining_api.ENDPOINTS,
            *passwords_api.ENDPOINTS,
            *tokens_api.ENDPOINTS,
        ),
    },
    periodic_jobs=(PeriodicJob("accounts.purge", jobs.purge, 3600),),
    acts=(
        Act("account.logged_in", "signed in", (word("method", "by {}"),)),
        Act("account.login_denied", "was refused at signing in", (word("method", "by {}"),)),
        Act("account.logged_out", "signed out"),
        Act("account.session_revoked", "ended a session of theirs"),
        Act("account.way_added", "added a way into their account", (word("way", "{}"),)),
        Act("account.way_refused", "was refused at adding a way into their account", (word("way", "{}"),)),
        Act("account.password_set", "set a password"),
        Act(
            "account.password_changed",
            "changed their password",
            (_ENDED,),
        ),
        Act("account.password_removed", "removed a password", (_ENDED,)),
        Act("account.password_refused", "was refused at changing or removing their password"),
        Act("account.proof_refused", "was refused at showing that the account is theirs"),
        Act("account.token_reused", "used a refresh token a second time, which ended its session"),
        Act("account.email_change_asked", "asked for another e-mail address"),
        Act("account.email_change_stopped", "kept the e-mail address that was to be replaced"),
        Act("account.email_changed", "changed their e-mail address"),
    ),
    alarm_kinds=(
        AlarmKind(
            "sms_used_up",
            "No more SMS with codes are sent today",
            "Look at whom they went to: many numbers of one country, or in a row, are somebody who earns on SMS. Take "
            "the country out of PHONE_REGIONS, or raise SMS_PER_DAY or SMS_PER_DAY_TO_COUNTRY. Browsers that were "
            "signed in before go on, and so do codes by mail.",
        ),
    ),
    notice_kinds=telling.KINDS,
    described=(*codes_api.DESCRIBED, *joining_api.DESCRIBED, *passwords_api.DESCRIBED, *tokens_api.DESCRIBED),
    settings=AccountSettings,
    starting=(page_door.speak_as_accounts_wish,),
)
