"""The events of this game's own, in words."""

from __future__ import annotations

from typing import Final

from flask_babel import lazy_gettext as _l

from app.record.events.types import EventType

EVENT_TYPES: Final = (
    EventType("slip.assigned", _l("an order was given tickets"), is_suggested=True),
    EventType("payment.sold_out", _l("a payment found no tickets left")),
)
