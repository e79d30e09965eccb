"""What state an order of Luckotto is in: one word for its buyer, from its round and its payments. Pure."""

from __future__ import annotations

from typing import Final

from app.selling.windows.orders.states import States, When
from app.selling.windows.rules import SELLING

_COUNTED: Final = ("credited", "below_minimum", "underfunded")

STATES: Final = States(
    (
        "waiting",
        "seen",
        "partly_paid",
        "allocated",
        "unallocated",
        "underfunded",
        "late",
        "won",
        "lost",
        "void",
        "expired",
    ),
    (
        When(state="void", rounds=("void",), has_ticket=True),
        When(state="void", rounds=("void",), paid=("void",)),
        When(state="won", rounds=("settled",), has_won=True),
        When(state="lost", rounds=("settled",), has_ticket=True),
        When(state="allocated", has_ticket=True),
        When(state="unallocated", paid=("unallocated",)),
        When(state="seen", rounds=SELLING, paid=("seen",)),
        When(state="partly_paid", rounds=SELLING, paid=_COUNTED),
        When(state="underfunded", paid=_COUNTED),
        When(state="void", paid=("void",)),
        When(state="late", paid=("late",)),
        When(state="seen", paid=("seen",)),
        When(state="waiting", rounds=SELLING),
        When(state="expired"),
    ),
)
"""A ticket speaks first, then what is on its way, then why there is none.

`partly_paid` has confirmed money and may still be topped up; `underfunded` had, when sales ended; `expired` is an
unpaid order of a round that sells no more: its address is still watched.
"""
