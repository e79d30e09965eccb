"""What happens to a wallet, as transfers. Pure: the chart of accounts says what each account is."""

from __future__ import annotations

from typing import Final

from app.record.ledger.entries import AccountRef, Posting

TOPUP: Final = "topup"
WITHDRAWAL: Final = "withdrawal"
ADJUSTMENT: Final = "adjustment"
EXCHANGE: Final = "exchange"
OWING: Final = "owing"
HOUSE: Final = "house"
WISH: Final = "refund_wish"
"""Holds alone: what somebody wishes to have back, until that is decided."""


def wallet(user_id: object, currency: str) -> AccountRef:
    """Somebody's money in one currency."""
    return AccountRef("wallet", str(user_id), currency)


def receivable(user_id: object, currency: str) -> AccountRef:
    """What somebody owes who has spent what was taken back from us."""
    return AccountRef("receivable", str(user_id), currency)


def paid(topup_id: object, clearing: AccountRef, own: AccountRef, amount: int) -> list[Posting]:
    """A gateway says that a top-up is paid."""
    return [Posting(clearing, own, amount, TOPUP, str(topup_id), "paid")]


def taken_back(key: str, own: AccountRef, refund: AccountRef, amount: int) -> list[Posting]:
    """Some of it is about to go back the way it came."""
    return [Posting(own, refund, amount, TOPUP, key, "take_back")]


def given_back(key: str, own: AccountRef, refund: AccountRef, amount: int) -> list[Posting]:
    """It did not: the refund failed."""
    return [Posting(refund, own, amount, TOPUP, key, "give_back")]


def charged_back(
    key: str, user_id: object, currency: str, amount: int, in_wallet: int, source: str = TOPUP
) -> list[Posting]:
    """A dispute is lost: the wallet bears it as far as it goes, and the person owes the rest."""
    disputed, from_wallet = AccountRef("disputed", "", currency), min(amount, max(in_wallet, 0))
    parts = (
        (wallet(user_id, currency), from_wallet),
        (receivable(user_id, currency), amount - from_wallet),
    )
    return [
        Posting(account, disputed, part, source, key, "charged_back", line)
        for line, (account, part) in enumerate(parts)
        if part
    ]


def sent(withdrawal_id: object, own: AccountRef, out: AccountRef, amount: int) -> list[Posting]:
    """A withdrawal has left."""
    return [Posting(own, out, amount, WITHDRAWAL, str(withdrawal_id), "sent")]


def fee(withdrawal_id: object, out: AccountRef, amount: int) -> list[Posting]:
    """What the provider took for paying it out."""
    return [Posting(AccountRef("fees", "", out.currency), out, amount, WITHDRAWAL, str(withdrawal_id), "fee")]


def returned(withdrawal_id: object, own: AccountRef, out: AccountRef, amount: int) -> list[Posting]:
    """A withdrawal that had left has come back."""
    return [Posting(out, own, amount, WITHDRAWAL, str(withdrawal_id), "returned")]


def adjusted(decision_id: object, own: AccountRef, amount: int) -> list[Posting]:
    """Two people have given so much to a wallet, or below zero taken it; the house bears it."""
    result = AccountRef("result", "", own.currency)
    debit, credit = (result, own) if amount > 0 else (own, result)
    return [Posting(debit, credit, abs(amount), ADJUSTMENT, str(decision_id), "adjusted")]


def owed_no_more(decision_id: object, user_id: object, currency: str, amount: int, how: str) -> list[Posting]:
    """Two people have ended so much of what somebody owes: `set_off` against the wallet, or else the house bears it."""
    bears = wallet(user_id, currency) if how == "set_off" else AccountRef("result", "", currency)
    return [Posting(bears, receivable(user_id, currency), amount, OWING, str(decision_id), how)]


def exchanged(quote_id: object, sold: AccountRef, sold_minor: int, got: AccountRef, got_minor: int) -> list[Posting]:
    """One currency for another, by two transfers through the bridge: none crosses currencies."""
    bridges = (AccountRef("exchange", "", sold.currency), AccountRef("exchange", "", got.currency))
    return [
        Posting(sold, bridges[0], sold_minor, EXCHANGE, str(quote_id), "sold"),
        Posting(bridges[1], got, got_minor, EXCHANGE, str(quote_id), "bought"),
    ]


def moved(decision_id: object, source: AccountRef, target: AccountRef, amount: int) -> list[Posting]:
    """Money of the house has gone from one place to another; what it puts in comes from its capital."""
    return [Posting(target, source, amount, HOUSE, str(decision_id), "moved")]
