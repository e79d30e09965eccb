"""How long blocks take: ten minutes on a public network, what was measured where blocks are made at will."""

from __future__ import annotations

from sqlalchemy import select

from app.chain.models import ChainBlock
from app.core.config import current_settings
from app.core.database.session import db

BLOCK_SECONDS = 600
_MEASURED_BLOCKS = 20


def seconds_per_block() -> int:
    """The likely time between two blocks, in seconds; at least 1."""
    if current_settings().bitcoin_network != "regtest":
        return BLOCK_SECONDS
    newest = select(ChainBlock.time).order_by(ChainBlock.height.desc()).limit(_MEASURED_BLOCKS)
    times = db.session.scalars(newest).all()
    if len(times) < 2:
        return BLOCK_SECONDS
    seconds = (max(times) - min(times)).total_seconds() / (len(times) - 1)
    return max(1, round(seconds))
