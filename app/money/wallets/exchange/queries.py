"""Reads: what one currency is worth in another now, and somebody's own quotes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from app.core.database.session import db
from app.core.errors import NotFound
from app.money.wallets.origins import service as origins
from app.money.wallets.origins.ports import PLAYED
from app.money.wallets.origins.rules import exchanged
from app.money.wallets.rules import METHODS
from app.money.wallets.settings import wallet_settings

from .models import ExchangeQuote, ExchangeRate


def rate_at(sold: str, bought: str, now: datetime) -> ExchangeRate | None:
    """By which quotes are made at a moment; None where nobody has said one of late."""
    found = newest(sold, bought)
    is_old = found is not None and found.said_at < now - timedelta(hours=wallet_settings().exchange_rate_hours)
    return None if is_old else found


def newest(sold: str, bought: str) -> ExchangeRate | None:
    """The last rate that anybody has said, whether it still holds or not."""
    query = select(ExchangeRate).where(ExchangeRate.sold == sold, ExchangeRate.bought == bought)
    return db.session.scalars(query.order_by(ExchangeRate.said_at.desc(), ExchangeRate.id.desc()).limit(1)).first()


@dataclass(frozen=True, slots=True)
class Bound:
    """What of an exchange was paid in and not played: so much of the one currency becomes so much of the other.
    `goes_home`: there it may still go back to where it came from."""

    provider: str
    is_card: bool
    sold_minor: int
    bought_minor: int
    goes_home: bool


def is_trap(made: ExchangeQuote) -> bool:
    """Whether some of it could neither be played nor leave afterwards: no game takes what it becomes."""
    return made.bought not in PLAYED.get()() and any(not one.goes_home for one in bound(made))


def bound(made: ExchangeQuote) -> list[Bound]:
    """What an exchange would take along that cannot leave freely; the oldest deposit first."""
    own = [one for one in origins.origins_of(made.user_id) if one.currency == made.sold]
    ways = {way.provider for way in METHODS.values() if made.bought in way.currencies}
    return [
        Bound(one.provider, one.is_card, part, became, not one.is_card and one.provider in ways)
        for one, part, became in exchanged(own, made.sold_minor, made.bought_minor)
    ]


def quote_of(user_id: UUID, quote_id: UUID) -> ExchangeQuote:
    """A quote of one's own. Raises NotFound `quote_not_found`."""
    query = select(ExchangeQuote).where(ExchangeQuote.id == quote_id, ExchangeQuote.user_id == user_id)
    found = db.session.scalars(query.execution_options(populate_existing=True)).first()
    if found is None:
        raise NotFound("quote_not_found")
    return found
