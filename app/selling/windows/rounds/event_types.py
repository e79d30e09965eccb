"""The events that every game of windows tells of, in words. A game has those of what it sells beside them."""

from __future__ import annotations

from typing import Final

from flask_babel import lazy_gettext as _l

from app.record.events.types import EventType

EVENT_TYPES: Final = (
    EventType("order.created", _l("an order was made, and waits for payment")),
    EventType("order.seen", _l("a payment was seen; it is not confirmed yet")),
    EventType("order.paid", _l("a payment was confirmed"), is_suggested=True),
    EventType("payment.below_minimum", _l("a payment was too small to spend")),
    EventType("payment.late", _l("a payment came after its round's sales"), is_suggested=True),
    EventType("payment.orphaned", _l("a payment left the chain with its block")),
    EventType("payment.refunded", _l("what bought nothing went to your balance")),
    EventType("payment.void", _l("a payment bought nothing, for its round is void")),
    EventType("round.scheduled", _l("a round was planned")),
    EventType("round.open", _l("a round's sales began")),
    EventType("round.unbacked", _l("a round waits until its jackpot is covered")),
    EventType("round.closed", _l("a round's sales ended")),
    EventType("round.sealed", _l("all tickets of a round were fixed and published")),
    EventType("round.drawing", _l("a round's closing block is final and the draw began")),
    EventType("round.settled", _l("a round was drawn")),
    EventType("round.voided", _l("a round was declared void")),
    EventType(
        "round.halted",
        _l("the chain changed below a final block, or a promise does not hold; a person decides"),
    ),
    EventType("win.created", _l("a ticket of your players won"), is_suggested=True),
)
