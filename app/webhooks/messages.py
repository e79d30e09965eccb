"""The sentences for the error codes of webhooks."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

MESSAGES: dict[str, object] = {
    "webhook_url_missing": _l("Enter the address that receives the events."),
    "webhook_url_invalid": _l("Write a whole address with a public name, such as https://shop.example/webhooks."),
    "webhook_url_not_https": _l("The address must begin with https://."),
    "webhook_url_port": _l("Only the ports 443 and 8443 are possible."),
    "webhook_events_missing": _l("Choose at least one event."),
    "webhook_event_unknown": _l("One of these events does not exist."),
    "webhook_endpoints_too_many": _l("A site has at most %(most)s endpoints. Remove one first."),
    "webhook_endpoint_disabled": _l("The endpoint is disabled. Enable it first."),
    "webhook_nothing_waits": _l("Nothing waits to be sent."),
    "webhook_still_pending": _l("This delivery is still being tried."),
}
