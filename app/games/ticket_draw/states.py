"""What an order's state is called: one word for its buyer, from its round and its payments. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

ORDER_STATES: Final = (
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
)


def order_state(round_status: str, payment_statuses: Sequence[str], has_slip: bool, *, has_won: bool) -> str:
    """The one state to show. Tickets speak first, then what is on its way, then why there are none.

    `partly_paid` has money confirmed that bought no ticket and may still be topped up; `drawn` waits for the draw to
    finish; `expired` is an unpaid order of a round that sells no more: the address is still watched.
    """
    if has_slip:
        return _with_tickets(round_status, has_won=has_won)
    live = [status for status in payment_statuses if status != "orphaned"]
    if "seen" in live:
        return "seen"
    for status in ("void", "sold_out", "late"):
        if status in live:
            return status
    if "below_minimum" in live:
        return "partly_paid"
    return "waiting" if round_status in ("scheduled", "open", "unbacked") else "expired"


def _with_tickets(round_status: str, *, has_won: bool) -> str:
    if round_status == "settled":
        return "won" if has_won else "lost"
    if round_status in ("void", "halted"):
        return "void" if round_status == "void" else "drawn"
    return "drawn" if round_status == "drawing" else "confirmed"
