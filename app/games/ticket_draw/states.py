"""What state an order of the main game is in: one word for its buyer, from its round and its payments. Pure."""

from __future__ import annotations

from typing import Final

from app.selling.windows.orders.states import States, When
from app.selling.windows.rules import SELLING

STATES: Final = States(
    (
        "waiting",
        "seen",
        "partly_paid",
        "confirmed",
        "late",
        "sold_out",
        "void",
        "drawn",
        "won",
        "lost",
        "expired",
    ),
    (
        When(state="won", rounds=("settled",), has_won=True),
        When(state="lost", rounds=("settled",), has_ticket=True),
        When(state="void", rounds=("void",), has_ticket=True),
        When(state="drawn", rounds=("drawing", "halted"), has_ticket=True),
        When(state="confirmed", has_ticket=True),
        When(state="seen", paid=("seen",)),
        When(state="void", paid=("void",)),
        When(state="sold_out", paid=("sold_out",)),
        When(state="late", paid=("late",)),
        When(state="partly_paid", paid=("below_minimum",)),
        When(state="waiting", rounds=SELLING),
        When(state="expired"),
    ),
)
"""Tickets speak first, then what is on its way, then why there are none.

`partly_paid` has money confirmed that bought no ticket and may still be topped up; `drawn` waits for the draw to
finish; `expired` is an unpaid order of a round that sells no more: the address is still watched.
"""
