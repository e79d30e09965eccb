"""Whether somebody may stake so much now: by his own limits and the law's, and by what is in the wallet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from app.core.errors import DomainError
from app.people.players import spending
from app.people.players.spending import LimitReached, OnBreak

from .ticket import Refusal

_SAID: Final[Mapping[str, str]] = {"player_refused": "excluded"}
"""Codes of people that a sale has a word of its own for."""


def refusal(user_id: UUID, currency: str, stake: int) -> Refusal | None:
    """Why somebody may not stake so much, None where he may. His row stays locked until the transaction ends."""
    try:
        spending.allowed(user_id, currency, "stake", stake)
    except OnBreak:
        return Refusal("excluded")
    except LimitReached as limit:
        return Refusal("player_limit", remaining=limit.reached.left)
    except DomainError as error:
        return Refusal(_SAID.get(error.code, error.code))
    return None
