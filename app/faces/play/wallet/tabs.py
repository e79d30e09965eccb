"""Which tabs the pages below a wallet have: none leads to exchanging while no rate is there."""

from __future__ import annotations

from flask import Blueprint, g

from app.money.wallets.exchange.queries import rate_at
from app.money.wallets.exchange.rules import PAIRS
from app.people.players.queries import read_now


def with_tabs(bp: Blueprint) -> Blueprint:
    """Pages with these tabs."""
    bp.before_request(_look)
    return bp


def sold() -> set[str]:
    """The currencies that are exchanged at the moment."""
    now = read_now()
    return {sold for sold, bought in PAIRS if rate_at(sold, bought, now) is not None}


def _look() -> None:
    g.is_exchanged = bool(sold())
