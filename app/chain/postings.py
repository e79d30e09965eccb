"""How the chain's own events move money: the house's reserve, and coins that leave without a plan."""

from __future__ import annotations

from app.record.ledger.entries import AccountRef, Posting

COINS = AccountRef("coins")
CAPITAL = AccountRef("capital")
UNEXPLAINED = AccountRef("unexplained")


def reserve_deposit(coin_id: str, sats: int) -> Posting:
    """The house adds to its reserve."""
    return Posting(COINS, CAPITAL, sats, source="coin", source_id=coin_id, kind="credit")


def unplanned_spend(spend_id: str, sats: int) -> Posting:
    """One of our coins was spent and nobody had planned it. The loss stays visible until it is explained."""
    return Posting(UNEXPLAINED, COINS, sats, source="spend", source_id=spend_id, kind="spend")
