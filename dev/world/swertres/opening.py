"""Swertres as its owner opens it: draws a few minutes apart, money that it can lose, and a calendar."""

from __future__ import annotations

from typing import Final
from uuid import NAMESPACE_URL, uuid5

from flask import Flask

from app.core.database.session import transaction
from app.games.swertres.game import SWERTRES
from app.games.swertres.operating.configuring import CONFIGURED
from app.record.audit.service import note
from app.record.ledger import service as ledger
from app.record.ledger.entries import AccountRef
from app.selling.bets import postings
from app.selling.bets.bankroll import capacity
from app.selling.bets.calendar import service as calendar

BANKROLL: Final = 40_000_000_00
"""Centavos: less than a card of ten bets, each the largest, on one number could win."""
_CONFIGURATION: Final = {"slots": "minutes", "cutoff_minutes": 2}
_ACTOR: Final = "demo"
_FUNDED: Final = uuid5(NAMESPACE_URL, "tiraj:demo:bankroll")


def open_shop(app: Flask) -> None:
    """Configure it unless somebody has, put its bankroll in, once, as two operators would enter it whom nobody asks
    before the demo stands, and make the first draws."""
    with app.app_context():
        with transaction():
            if CONFIGURED.newest() is None:
                CONFIGURED.configure(_CONFIGURATION, actor=_ACTOR, reason="so that one sees a draw soon")
        with transaction():
            _fund()
            calendar.make_ahead(SWERTRES)


def _fund() -> None:
    bank = AccountRef("bank", "demo", SWERTRES.currency)
    capacity.count_in(SWERTRES.currency)  # its lock first, as everywhere
    if ledger.post(postings.funded(_FUNDED, SWERTRES.name, bank, BANKROLL)):
        told = {"amount_minor": BANKROLL, "currency": SWERTRES.currency, "bank": "bank:demo", "reference": "demo"}
        note(_ACTOR, "bankroll.funded", f"bankroll:{SWERTRES.name}", "so that the demo sells", **told)
    capacity.count_in(SWERTRES.currency)
