"""The house's money off the chain, so that the demo's gateways can take their fees and pay withdrawals out."""

from __future__ import annotations

from typing import Final
from uuid import NAMESPACE_URL, uuid5

from flask import Flask

from app.core.database.session import transaction
from app.money.wallets import postings
from app.record.ledger import service as ledger
from app.record.ledger.entries import AccountRef

_BANK: Final = "demo"
_CAPITAL: Final = {"HTG": 100_000_000, "PHP": 50_000_000, "USD": 1_000_000}
_LENT: Final = 50_000_000
"""Centimes, for what MonCash pays out."""


def fill(app: Flask) -> None:
    """Put it there, once: as two operators would enter it, whom nobody asks before the demo stands."""
    moves = [
        (AccountRef("capital", "", currency), AccountRef("bank", _BANK, currency), amount)
        for currency, amount in _CAPITAL.items()
    ]
    moves.append((AccountRef("bank", _BANK, "HTG"), AccountRef("clearing", "moncash-prefund", "HTG"), _LENT))
    with app.app_context(), transaction():
        for at, (source, target, amount) in enumerate(moves):
            ledger.post(postings.moved(uuid5(NAMESPACE_URL, f"tiraj:demo:purse:{at}"), source, target, amount))
