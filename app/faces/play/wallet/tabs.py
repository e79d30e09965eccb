"""Which tabs the pages below a wallet have: none leads to exchanging while no rate is there, or nothing to give."""

from __future__ import annotations

from flask import Blueprint, g
from flask_login import current_user

from app.money.wallets import queries
from app.money.wallets.exchange.queries import rate_at
from app.money.wallets.exchange.rules import PAIRS
from app.money.wallets.rules import Currency
from app.people.players.queries import read_now


def with_tabs(bp: Blueprint) -> Blueprint:
    """Pages with these tabs."""
    bp.before_request(_look)
    return bp


def sold() -> set[Currency]:
    """The currencies that are exchanged at the moment."""
    now = read_now()
    return {sold for sold, bought in PAIRS if rate_at(sold, bought, now) is not None}


def _look() -> None:
    user = current_user
    g.is_exchanged = user.is_authenticated and any(queries.wallet_of(user.id, one).spendable > 0 for one in sold())
