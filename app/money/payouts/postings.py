"""How obligations and payouts move money."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from app.core.money import Sats
from app.record.ledger.entries import AccountRef, Posting

RESULT = AccountRef("result")
COINS = AccountRef("coins")
FEES = AccountRef("fees")
PAYOUT = "payout"
CONFIRMATION = "confirmation"

Debt = tuple[AccountRef, Sats]


def jackpot(source: str, source_id: str) -> AccountRef:
    """What one round's winner is owed."""
    return AccountRef("jackpot", f"{source}-{source_id}")


def partner(site_id: UUID) -> AccountRef:
    """What a partner has earned and was not paid yet."""
    return AccountRef("partner", str(site_id))


def payout(root_id: UUID) -> AccountRef:
    """What is reserved for one payment, whichever version of it is mined."""
    return AccountRef("payout", str(root_id))


def owed(kind: str, source: str, source_id: str, sats: Sats) -> Posting:
    """The house owes a jackpot. What the round took in has gone to the house's result before."""
    return Posting(RESULT, jackpot(source, source_id), sats, "obligation", f"{source}-{source_id}", kind)


def reserve(root_id: UUID, debts: Sequence[Debt]) -> list[Posting]:
    """A payout is generated: jackpots and balances are its own from now on."""
    return [
        Posting(account, payout(root_id), sats, PAYOUT, str(root_id), "reserve", line)
        for line, (account, sats) in enumerate(debts)
    ]


def cancel(root_id: UUID, debts: Sequence[Debt], kind: str = "cancel", source_id: str | None = None) -> list[Posting]:
    """A payout was given up: everything goes back to where it came from."""
    return [
        Posting(payout(root_id), account, sats, PAYOUT, source_id or str(root_id), kind, line)
        for line, (account, sats) in enumerate(debts)
    ]


def revive(root_id: UUID, confirmation_id: UUID, debts: Sequence[Debt]) -> list[Posting]:
    """A payout that was given up was mined all the same: what it paid is taken from where it went back to."""
    return [
        Posting(account, payout(root_id), sats, CONFIRMATION, str(confirmation_id), "revive", line)
        for line, (account, sats) in enumerate(debts)
    ]


def confirm(root_id: UUID, confirmation_id: UUID, paid: Sats, fee: Sats) -> list[Posting]:
    """A payout is in a block: what it paid, and the miner's fee, left our coins. Change never left."""
    legs = ((payout(root_id), paid), (FEES, fee))
    return [
        Posting(account, COINS, sats, CONFIRMATION, str(confirmation_id), "confirm", line)
        for line, (account, sats) in enumerate(legs)
        if sats > 0
    ]


def together(debts: Mapping[AccountRef, Sats]) -> list[Debt]:
    """Debts in one fixed order, so that the same payout always has the same lines."""
    return sorted(debts.items(), key=lambda debt: (debt[0].kind, debt[0].owner))
