"""Reads: what one currency is worth in another now, and somebody's own quotes."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from app.core.database.session import db
from app.core.errors import NotFound
from app.money.wallets.settings import wallet_settings

from .models import ExchangeQuote, ExchangeRate


def rate_at(sold: str, bought: str, now: datetime) -> ExchangeRate | None:
    """By which quotes are made at a moment; None where nobody has said one of late."""
    query = select(ExchangeRate).where(ExchangeRate.sold == sold, ExchangeRate.bought == bought)
    found = db.session.scalars(query.order_by(ExchangeRate.said_at.desc(), ExchangeRate.id.desc()).limit(1)).first()
    is_old = found is not None and found.said_at < now - timedelta(hours=wallet_settings().exchange_rate_hours)
    return None if is_old else found


def quote_of(user_id: UUID, quote_id: UUID) -> ExchangeQuote:
    """A quote of one's own. Raises NotFound `quote_not_found`."""
    query = select(ExchangeQuote).where(ExchangeQuote.id == quote_id, ExchangeQuote.user_id == user_id)
    found = db.session.scalars(query.execution_options(populate_existing=True)).first()
    if found is None:
        raise NotFound("quote_not_found")
    return found
