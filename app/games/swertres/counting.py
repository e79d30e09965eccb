"""How often a player asks for cards: once it is known who he is, so that he uses up nobody's share but his own.

Neither does who shares a mobile operator's address with a thousand others, nor a page elsewhere that a browser is made
to ask from: whoever has no session, or asks from another origin, is sent away before anything is counted.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

from flask import g

from app.core.limits.limiter import limiter

_QUOTES: Final = "120 per minute"
_PURCHASES: Final = "60 per minute"
_RECEIPTS: Final = "60 per minute"


def count_quote(user_id: UUID) -> None:
    """Count that a card is looked into. Raises RateLimitExceeded, answered 429."""
    g.bettor = str(user_id)
    _count_quote()


def count_purchase(user_id: UUID) -> None:
    """Count that a card is bought, whatever comes of it. Raises RateLimitExceeded."""
    g.bettor = str(user_id)
    _count_purchase()


def count_receipt(user_id: UUID) -> None:
    """Count that a receipt is made, in whatever form. Raises RateLimitExceeded."""
    g.bettor = str(user_id)
    _count_receipt()


def _bettor() -> str:
    return str(g.bettor)


@limiter.shared_limit(_QUOTES, scope="swertres-quotes", key_func=_bettor)
def _count_quote() -> None:
    """Raises RateLimitExceeded."""


@limiter.shared_limit(_PURCHASES, scope="swertres-purchases", key_func=_bettor)
def _count_purchase() -> None:
    """Raises RateLimitExceeded."""


@limiter.shared_limit(_RECEIPTS, scope="swertres-receipts", key_func=_bettor)
def _count_receipt() -> None:
    """Raises RateLimitExceeded."""
