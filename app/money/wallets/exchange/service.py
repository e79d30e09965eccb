"""Quotes, and exchanging by them: two transfers through the bridge, in one transaction."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from app.core.database.session import db
from app.core.errors import DomainError, NotFound
from app.core.ids import new_id
from app.money.wallets import postings, queries
from app.money.wallets.origins import service as origins
from app.money.wallets.origins.lost import clip
from app.money.wallets.rules import check_amount, check_currency
from app.people.players.queries import read_now
from app.people.players.spending import hold
from app.record.audit.service import note
from app.record.ledger import queries as ledger_queries
from app.record.ledger import service as ledger

from . import rules
from .models import ExchangeQuote, ExchangeRate
from .queries import is_trap, rate_at


def quote(user_id: UUID, sold: str, bought: str, sold_minor: int) -> ExchangeQuote:
    """Say what somebody gets for so much, and keep to it for ten minutes.

    Raises:
        DomainError: 422 `currency_unknown`, `amount_out_of_range`; 409 `exchange_closed`: no such pair, or nobody has
            said a rate of late; 409 `insufficient_funds`.
    """
    check_amount(sold_minor)
    rules.check_pair(check_currency(sold), check_currency(bought))
    hold(user_id)
    now = read_now()
    rate = rate_at(sold, bought, now)
    if rate is None:
        raise DomainError("exchange_closed", status=409)
    if queries.wallet_of(user_id, check_currency(sold)).spendable < sold_minor:
        raise DomainError("insufficient_funds", status=409, field="amountMinor")
    made = ExchangeQuote(
        id=new_id(),
        user_id=user_id,
        rate_id=rate.id,
        sold=sold,
        sold_minor=sold_minor,
        bought=bought,
        bought_minor=rules.bought_for(sold_minor, rate.rate, sold, bought),
        rate=rate.rate,
        quoted_at=now,
        expires_at=now + rules.QUOTE_LIVES,
    )
    db.session.add(made)
    db.session.flush()
    return made


def accept(user_id: UUID, quote_id: UUID) -> ExchangeQuote:
    """Exchange by a quote of one's own, once. Where it came from goes along: an exchange is no way around that.

    Raises:
        NotFound: `quote_not_found`.
        DomainError: 409 `quote_over`, `insufficient_funds`, `winnings_not_final`; 409 `exchange_is_a_trap`: some of it
            could neither be played nor leave any more; 409 `exchange_too_large`: the house has not so much that nobody
            has a claim on.
    """
    hold(user_id)
    query = select(ExchangeQuote).where(ExchangeQuote.id == quote_id, ExchangeQuote.user_id == user_id)
    made = db.session.scalars(query.with_for_update(key_share=True).execution_options(populate_existing=True)).first()
    if made is None:
        raise NotFound("quote_not_found")
    now = read_now()
    if made.used_at is not None or now > made.expires_at:
        raise DomainError("quote_over", status=409)
    spendable = queries.wallet_of(user_id, check_currency(made.sold)).spendable
    if spendable < made.sold_minor:
        raise DomainError("insufficient_funds", status=409)
    if is_trap(made):
        raise DomainError("exchange_is_a_trap", status=409)
    origins.check_final(user_id, made.sold, spendable, made.sold_minor)
    clip((user_id,), made.bought)
    sold, bought = (postings.wallet(user_id, currency) for currency in (made.sold, made.bought))
    ledger.post(postings.exchanged(made.id, sold, made.sold_minor, bought, made.bought_minor))
    # Asked with the bridge's account locked: of two who exchange at once the second sees what the first has left.
    if ledger_queries.standing(made.bought).free < 0:
        raise DomainError("exchange_too_large", status=409)
    origins.exchange(user_id, made.sold, made.sold_minor, made.bought, made.bought_minor)
    made.used_at = now
    db.session.flush()
    name, told = f"user:{user_id}", {"quote": str(made.id), "currency": made.sold, "rate": str(made.rate)}
    note(name, "wallet.exchanged", name, amount_minor=made.sold_minor, **told)
    return made


def say_rate(rate_id: UUID, sold: str, bought: str, text: str, *, actor: str, reason: str) -> None:
    """From now on quotes are made by this rate. Raises DomainError `rate_invalid`; 409 `exchange_closed`."""
    rules.check_pair(sold, bought)
    rate = rules.parse_rate(text)
    db.session.add(ExchangeRate(id=rate_id, sold=sold, bought=bought, rate=rate))
    db.session.flush()
    note(actor, "wallet.rate_said", f"rate:{sold}-{bought}", reason, rate=text, pair=f"{sold} to {bought}")
