"""When a miner's reward may be spent: the first transaction of a block makes coins that consensus locks for a while.

Whoever mines may name an address of ours as the recipient of his block's reward, so such a coin may be a deposit as
well as the reserve's. It is ours, and counted in the ledger, from its block on; it pays nothing before it is mature.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import BindParameter, ColumnElement, Integer, and_, bindparam, func, or_, select

from app.core.database.session import db
from app.core.money import Sats

from .models import Coin

COINBASE_MATURITY: Final = 100
"""Confirmations that a coin of a block's first transaction needs: that of block h is for block h + 100."""


def is_mature(tip: int) -> ColumnElement[bool]:
    """Coins that the block after `tip` may spend."""
    return or_(Coin.tx_index != 0, Coin.block_height <= tip + 1 - COINBASE_MATURITY)


def is_immature(tip: int | BindParameter[int]) -> ColumnElement[bool]:
    """Coins of rewards that the block after `tip` may not spend yet."""
    return and_(Coin.tx_index == 0, Coin.block_height > tip + 1 - COINBASE_MATURITY)


def immature_sats(tip: int) -> Sats:
    """Sats of rewards that nobody may spend yet."""
    return int(db.session.scalar(_IMMATURE, {"tip": tip}) or 0)


_IMMATURE: Final = select(func.coalesce(func.sum(Coin.amount_sats), 0)).where(
    Coin.orphaned_at.is_(None), is_immature(bindparam("tip", type_=Integer))
)
"""Written once: each block asks."""
