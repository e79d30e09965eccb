"""The sentences for the error codes of requests that are sent again."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

MESSAGES: dict[str, object] = {
    "idempotency_key_invalid": _l("An idempotency key has 1 to 255 visible ASCII characters and no spaces."),
    "idempotency_key_reused": _l("This idempotency key was used for another request. Choose a new one."),
    "request_in_progress": _l("A request with this idempotency key is still running. Ask again in a moment."),
}
