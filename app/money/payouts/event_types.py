"""The events that payouts tell of, in words."""

from __future__ import annotations

from typing import Final

from app.record.events.types import EventType

EVENT_TYPES: Final = (
    EventType("balance.changed", "the site's balance moved", is_suggested=True),
    EventType("payout.broadcast", "a payout was sent to the network"),
    EventType("payout.confirmed", "a payout is buried in the chain"),
    EventType("payout.unconfirmed", "a buried payout's block left the chain; it is on its way again"),
    EventType("coin.spent_unplanned", None),
)
