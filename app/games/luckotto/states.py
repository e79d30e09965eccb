"""What an order's state is called: one word for its buyer, from its round and its payments. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

ORDER_STATES: Final = (
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
)
SELLING: Final = ("scheduled", "open", "unbacked")


def order_state(round_status: str, payment_statuses: Sequence[str], has_ticket: bool, *, has_won: bool) -> str:
    """The one state to show. A ticket speaks first, then what is on its way, then why there is none.

    `partly_paid` has confirmed money and may still be topped up; `underfunded` had, when sales ended; `expired` is an
    unpaid order of a round that sells no more: its address is still watched.
    """
    if round_status == "void" and (has_ticket or "void" in payment_statuses):
        return "void"
    if has_ticket:
        return ("won" if has_won else "lost") if round_status == "settled" else "allocated"
    live = [status for status in payment_statuses if status != "orphaned"]
    if "unallocated" in live:
        return "unallocated"
    sells = round_status in SELLING
    if sells and "seen" in live:
        return "seen"
    if any(status in live for status in ("credited", "below_minimum", "underfunded")):
        return "partly_paid" if sells else "underfunded"
    for status in ("void", "late", "seen"):
        if status in live:
            return status
    return "waiting" if sells else "expired"
