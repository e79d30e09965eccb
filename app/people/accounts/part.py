"""What accounts hand over to the product, and what people do to them, as the audit log tells it."""

from __future__ import annotations

from typing import Final

from app.core.jobs.queue import PeriodicJob
from app.core.web.surfaces import Surface
from app.record.audit.acts import Act, word
from app.record.part import Part

from . import api, jobs, pages
from .email import pages as email_pages
from .login import telling

PART: Final = Part(
    pages=(pages.bp, email_pages.bp),
    cookieless=(api.bp,),
    endpoints={
        Surface.WEBSITE: (*pages.ENDPOINTS, *email_pages.ENDPOINTS),
        Surface.API: tuple(f"accounts_api.{name}" for name in ("magic_link", "verify", "logout", "revoke")),
    },
    periodic_jobs=(PeriodicJob("accounts.purge", jobs.purge, 3600),),
    acts=(
        Act("account.logged_in", "signed in", (word("method", "by {}"),)),
        Act("account.login_denied", "was refused at signing in", (word("method", "by {}"),)),
        Act("account.logged_out", "signed out"),
        Act("account.session_revoked", "ended a session of theirs"),
        Act("account.email_change_asked", "asked for another e-mail address"),
        Act("account.email_changed", "changed their e-mail address"),
    ),
    notice_kinds=telling.KINDS,
)
