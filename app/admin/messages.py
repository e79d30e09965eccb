"""The sentences for the error codes of the console."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

MESSAGES: dict[str, object] = {
    "operator_unknown": _l("This page is for operators. Sign in with an operator's name and password."),
}
