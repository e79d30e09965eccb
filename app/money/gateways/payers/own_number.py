"""Gateways that money is taken from by the payer's verified number alone: what comes from another goes back."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from app.core.errors import DomainError
from app.people.players.profile.queries import profile_of

_BY_NUMBER: Final = frozenset({"moncash"})


def number_for(provider: str, user_id: UUID) -> str | None:
    """From which number somebody has to pay; None where that does not matter, or where he has none yet."""
    return profile_of(user_id).phone if provider in _BY_NUMBER else None


def check(provider: str, user_id: UUID) -> None:
    """Refuse what would only go back. Raises DomainError 403 `payer_number_needed` (field `gateway`)."""
    if provider in _BY_NUMBER and number_for(provider, user_id) is None:
        raise DomainError("payer_number_needed", status=403, field="gateway", page="/play/ways")
