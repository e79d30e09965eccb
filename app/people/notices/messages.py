"""The sentences for the error codes of notices."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

MESSAGES: dict[str, object] = {
    "ids_or_up_to_needed": _l("Send the ids of notices or the last one, one of the two."),
    "minutes_out_of_range": _l("Choose between %(least)s and %(most)s minutes."),
}
