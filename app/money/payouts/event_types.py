"""The events that payouts tell of, in words."""

from __future__ import annotations

from typing import Final

from flask_babel import lazy_gettext as _l

from app.record.events.types import EventType

EVENT_TYPES: Final = (
    EventType("balance.changed", _l("the site's balance moved"), is_suggested=True),
    EventType("payout.broadcast", _l("a payout was sent to the network")),
    EventType("payout.confirmed", _l("a payout is buried in the chain")),
    EventType("coin.spent_unplanned", None),
)
