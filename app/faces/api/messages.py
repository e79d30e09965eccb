"""The sentences for the error codes of the server API."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

MESSAGES: dict[str, object] = {
    "order_not_found": _l("There is no such order."),
    "cursor_unknown": _l("This cursor is not one of ours. Begin again without it."),
    "cursor_lost": _l("This event is not known here any more. Go on after the one that is named in params.beginAfter."),
    "time_invalid": _l("Write the time as 2026-05-06T12:08:00Z."),
    "event_type_unknown": _l("There is no such type of event."),
    "body_unexpected": _l("This request takes no body."),
    "precondition_failed": _l("It was changed since you read it. Read it again, then decide."),
    "input_enum": _l("This is not one of the possible values."),
    "input_literal_error": _l("This is not one of the possible values."),
    "input_uuid_parsing": _l("This is not an identifier."),
}
