"""What failed tries are for people. What events are is told by those who bring them."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

_ERRORS: Mapping[str, object] = {
    "address_not_allowed": _l("The name leads to an address that is not public."),
    "name_unknown": _l("The name leads nowhere."),
    "timeout": _l("No answer in time."),
    "tls_failed": _l("The connection could not be secured: look at the certificate."),
    "answer_not_understood": _l("What came back is not HTTP."),
    "connection_failed": _l("The connection failed."),
    "redirected": _l("It answered with a redirect, which is not followed."),
}


def error_words(code: str) -> str:
    """A failed try in a sentence."""
    if code in _ERRORS:
        return str(_ERRORS[code])
    return str(gettext("It answered with an error."))


def reason_words(because: str) -> str:
    """Why an endpoint is disabled."""
    if because == "gone":
        return str(gettext("It answered 410 Gone."))
    if because == "failing":
        return str(gettext("It failed for three days without a single success."))
    return str(gettext("It was disabled here."))
