"""The events that every game of windows tells of, in words. A game has those of what it sells beside them."""

from __future__ import annotations

from typing import Final

from app.record.events.types import EventType

EVENT_TYPES: Final = (
    EventType("order.created", "an order was made, and waits for payment"),
    EventType("order.seen", "a payment was seen; it is not confirmed yet"),
    EventType("order.paid", "a payment was confirmed", is_suggested=True),
    EventType("payment.below_minimum", "a payment was too small to spend", is_suggested=True),
    EventType("payment.late", "a payment came after its round's sales", is_suggested=True),
    EventType("payment.orphaned", "a payment left the chain with its block"),
    EventType("payment.refunded", "what bought nothing went to your balance", is_suggested=True),
    EventType("payment.void", "a payment bought nothing, for its round is void", is_suggested=True),
    EventType("round.scheduled", "a round was planned"),
    EventType("round.open", "a round's sales began"),
    EventType("round.unbacked", "a round waits until its jackpot is covered"),
    EventType("round.closed", "a round's sales ended"),
    EventType("round.sealed", "all tickets of a round were fixed and published"),
    EventType("round.drawing", "a round's closing block is final and the draw began"),
    EventType("round.settled", "a round was drawn"),
    EventType("round.voided", "a round was declared void"),
    EventType(
        "round.halted",
        "the chain changed below a final block, or a promise does not hold; a person decides",
    ),
    EventType("win.created", "a ticket of your players won", is_suggested=True),
    EventType("win.sent", "a win's payment was sent to the network"),
    EventType("win.paid", "a win's payment is buried in the chain", is_suggested=True),
    EventType(
        "win.unpaid",
        "a paid win's block left the chain; its payment is on its way again",
        is_suggested=True,
    ),
)
