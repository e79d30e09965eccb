"""The events of this game's own, in words."""

from __future__ import annotations

from typing import Final

from flask_babel import lazy_gettext as _l

from app.record.events.types import EventType

EVENT_TYPES: Final = (
    EventType("ticket.allocated", _l("a paid order was given its numbers"), is_suggested=True),
    EventType("payment.unallocated", _l("a payment came when no set of numbers was free")),
    EventType("payment.underfunded", _l("an order's total was not reached when sales ended")),
)
