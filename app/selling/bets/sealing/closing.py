"""Which block draws what no official lottery decides: the first one whose median time is not before the draw's.

A block's median time is the middle one of its own time and those of the ten blocks before it. It never goes back, and
no miner alone moves it: who dates his own block early or late changes nothing. It is about an hour behind the clock, so
that the block is found after everything was sealed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from statistics import median_low
from typing import Final

from sqlalchemy import func, select

from app.chain.models import ChainBlock
from app.core.database.session import db

_BLOCKS: Final = 11
_APART: Final = timedelta(hours=6)
"""No block's time is so far from its median time, by the rules of the chain's nodes."""


def first_after(times: Sequence[datetime], at: datetime) -> int | None:
    """Which of these blocks, given by their times in the order of heights, is the first one whose median time is not
    before `at`. None while none is, or where it may have been one before those that are given."""
    medians = [median_low(times[last - _BLOCKS + 1 : last + 1]) for last in range(_BLOCKS - 1, len(times))]
    found = next((place for place, median in enumerate(medians) if median >= at), None)
    return found + _BLOCKS - 1 if found else None


def closing_block(at: datetime) -> ChainBlock | None:
    """The block that draws what is drawn `at`, on the chain that we follow; None while it is not there."""
    before = db.session.scalar(select(func.max(ChainBlock.height)).where(ChainBlock.time < at - _APART))
    wanted = select(ChainBlock).order_by(ChainBlock.height)
    if before is not None:
        wanted = wanted.where(ChainBlock.height > before - _BLOCKS)
    blocks = db.session.scalars(wanted.execution_options(populate_existing=True)).all()
    place = first_after([block.time for block in blocks], at)
    return blocks[place] if place is not None else None
