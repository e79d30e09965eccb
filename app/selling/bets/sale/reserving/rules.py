"""How long a ticket is kept for who pays it elsewhere, and how much may be kept so. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

RESERVED_FOR: Final = timedelta(minutes=10)
GRACE: Final = timedelta(minutes=5)
"""After its end the gateway is asked what became of the payment; so long what it says still counts."""
PART_OF_FREE: Final = 10
"""Tickets that are not paid yet weigh no more than this part of what draws may still cost."""


def until(now: datetime, closing: Iterable[datetime]) -> datetime:
    """Until when a ticket is kept: never beyond the cut-off of one of its draws."""
    return min(now + RESERVED_FOR, *closing)


def is_over(reserved_until: datetime, now: datetime) -> bool:
    """Whether nothing that is heard of its payment counts any more."""
    return now >= reserved_until + GRACE


def fits(unpaid: int, weight: int, free: int) -> bool:
    """Whether so much more may be kept, beside what is `unpaid`; `free`: what a draw may still cost."""
    return (unpaid + weight) * PART_OF_FREE <= free + unpaid
