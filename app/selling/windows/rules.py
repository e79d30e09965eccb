"""What every game of windows decides alike: heights, and until when orders are taken. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal, TypeAlias

from app.core.money import DUST_SATS, Sats

SPEND_VBYTES: Final = 58  # a taproot key-path input
_SPENDS_A_PAYMENT_MUST_BE_WORTH: Final = 4


SELLING: Final = ("scheduled", "open", "unbacked")
"""Rounds to whose orders a payment may still come in time, and to which a new order may belong; an unbacked one says
that it takes none, instead of letting the next one in before it."""

SOLD_OUT: Final = "sold_out"
"""What pages call a round of these of which nothing is left; no status of its own: a lost block gives room again."""


class Phase(StrEnum):
    """Where a round stands between two heights, before anything irreversible has happened to it."""

    SCHEDULED = "scheduled"
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Window:
    """A round's heights. A payment counts if opens ≤ its height < sales_end."""

    opens_at: int
    sales_end: int
    closing: int


def next_window(previous_sales_end: int, length: int, gap: int) -> Window:
    """The window that follows without a gap in sales."""
    sales_end = previous_sales_end + length
    return Window(previous_sales_end, sales_end, sales_end + gap)


def phase(window: Window, tip: int) -> Phase:
    """The phase for payments in the block after `tip`."""
    if tip + 1 >= window.sales_end:
        return Phase.CLOSED
    return Phase.OPEN if tip + 1 >= window.opens_at else Phase.SCHEDULED


def blocks_to_pay(window: Window, tip: int) -> int:
    """Blocks that can still carry a payment in time."""
    return max(0, window.sales_end - 1 - tip)


def blocks_to_order(window: Window, tip: int, stop_blocks: int) -> int:
    """Blocks until orders of it are refused: `stop_blocks` before the last that carries a payment, so that there is
    time to pay what was ordered last."""
    return max(0, blocks_to_pay(window, tip) - stop_blocks)


def takes_orders(window: Window, tip: int, stop_blocks: int) -> bool:
    """Whether an order made now can still hope to confirm in time."""
    return blocks_to_order(window, tip, stop_blocks) > 0


def is_buried(height: int, tip: int, depth: int) -> bool:
    """Whether the block at `height` has `depth` blocks on top of it."""
    return tip >= height + depth


def min_payment_floor(planning_fee_rate: int) -> Sats:
    """Below this an output is not worth spending. `planning_fee_rate` is in sat per virtual byte."""
    return max(DUST_SATS, _SPENDS_A_PAYMENT_MUST_BE_WORTH * SPEND_VBYTES * planning_fee_rate)


TicketStatus: TypeAlias = Literal["assigned", "won", "lost", "void"]


def ticket_status(stored: str, round_status: str) -> TicketStatus:
    """Whether a ticket lost is not stored: it follows from its round's settlement."""
    return "lost" if stored == "assigned" and round_status == "settled" else stored  # type: ignore[return-value]
