"""Which wallet an address means, and which currencies a page can be turned to."""

from __future__ import annotations

from uuid import UUID

from flask import request
from flask_login import current_user

from app.core.errors import NotFound
from app.money.wallets.rules import WALLET_CURRENCIES, Currency, check_currency
from app.people.players.profile.queries import profile_of

from .playable import first_played


def currency(name: str = "currency") -> Currency:
    """The one that the address names, or else that of whoever is signed in. Raises NotFound."""
    asked = request.args.get(name)
    if asked is None:
        return usual(current_user.id)
    if asked not in WALLET_CURRENCIES:
        raise NotFound
    return check_currency(asked)


def usual(user_id: UUID) -> Currency:
    """The currency that somebody has chosen for himself, or else one that a game takes."""
    chosen = profile_of(user_id).currency
    return check_currency(chosen) if chosen in WALLET_CURRENCIES else first_played()[0]
