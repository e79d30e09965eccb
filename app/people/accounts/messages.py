"""The sentences for the error codes of accounts."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

MESSAGES: dict[str, object] = {
    "email_same": _l("This is your address already."),
    "email_taken": _l("This address belongs to another account. Sign in there, or choose another address."),
    "refresh_refused": _l("This session has ended. Sign in again."),
    "token_for_others": _l("This token is for another part of the service."),
    "link_needed": _l("This needs a session that was made by the link in a mail. Sign in by a link."),
    "token_or_code_needed": _l("Send the link's token or the mail's code, one of the two."),
    "login_refused": _l("This link or code is not right, used, too old, or was asked for by somebody else."),
    "input_string_too_short": _l("This is too short."),
    "input_string_too_long": _l("This is too long."),
    "input_string_pattern_mismatch": _l("This has characters that cannot be."),
}
