"""How obligations move money."""

from __future__ import annotations

from app.core.money import Sats
from app.ledger.entries import AccountRef, Posting

RESULT = AccountRef("result")


def jackpot(source: str, source_id: str) -> AccountRef:
    """What one round's winner is owed."""
    return AccountRef("jackpot", f"{source}-{source_id}")


def owed(kind: str, source: str, source_id: str, sats: Sats) -> Posting:
    """The house owes a jackpot. What the round took in has gone to the house's result before."""
    return Posting(RESULT, jackpot(source, source_id), sats, "obligation", f"{source}-{source_id}", kind)
