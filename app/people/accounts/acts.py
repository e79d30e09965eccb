"""What people do to their accounts, as the audit log tells it."""

from __future__ import annotations

from typing import Final

from app.record.audit.acts import Act, word

ACTS: Final = (
    Act("account.logged_in", "signed in", (word("method", "by {}"),)),
    Act("account.login_denied", "was refused at signing in", (word("method", "by {}"),)),
    Act("account.logged_out", "signed out"),
    Act("account.session_revoked", "ended a session of theirs"),
    Act("account.email_change_asked", "asked for another e-mail address"),
    Act("account.email_changed", "changed their e-mail address"),
)
