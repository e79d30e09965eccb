"""What paying in some way means for when winnings may leave: the same words wherever somebody chooses it, or pays."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from flask_babel import gettext

from app.core.web.templating import there
from app.money.wallets.settings import wallet_settings
from app.people.players.queries import read_now

from . import rules
from .service import origins_of

_BY_CARD: Final = "stripe"


def means(provider: str) -> str:
    """Of a payment by a gateway."""
    if provider != _BY_CARD:
        return str(gettext("It makes none of your winnings wait."))
    waits = wallet_settings()
    return str(
        gettext(
            "Once you have played with what a card paid, all that you have won waits for %(secured)s days before it "
            "may leave, or %(unsecured)s without 3-D Secure. You can play with it meanwhile.",
            secured=waits.card_days_secured,
            unsecured=waits.card_days_unsecured,
        )
    )


def of_wallet(user_id: UUID, currency: str) -> str:
    """Of a stake from somebody's wallet, some of which a card may have paid."""
    until = _would_wait(user_id, currency)
    if until is None:
        return str(gettext("It makes none of your winnings wait."))
    return str(
        gettext(
            "You have paid by card before: what you win may leave from %(time)s on, not earlier. You can play with it "
            "meanwhile.",
            time=there(until, currency),
        )
    )


def _would_wait(user_id: UUID, currency: str) -> datetime | None:
    return rules.would_wait_until(origins_of(user_id), currency, wallet_settings().waits, read_now())
