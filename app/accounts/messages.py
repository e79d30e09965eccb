"""The sentences for the error codes of accounts."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

MESSAGES: dict[str, object] = {
    "email_invalid": _l("This is not one email address. Check it and try again."),
}
