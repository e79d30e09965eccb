"""The receipt of one's own card: what the public log says of it, with the salts that show whose it is."""

from __future__ import annotations

from uuid import UUID

from app.core.errors import NotFound
from app.selling.bets.proof import receipts
from app.selling.bets.proof.schemas import TicketReceipt

from . import cards
from .cards import Card


def of_own(user_id: UUID, card_id: str) -> TicketReceipt:
    """For its owner alone. Raises NotFound: `card_not_found`; `receipt_not_yet`: nobody has paid it."""
    found = of_card(cards.own(user_id, card_id), user_id)
    if found is None:
        raise NotFound("receipt_not_yet")
    return found


def of_card(card: Card, user_id: UUID) -> TicketReceipt | None:
    """The same of a card that was read; None while it is not paid, for the log says nothing of it yet."""
    return receipts.of_owner(card.id, user_id) if card.status is not None else None


def name_of(card_id: UUID | str) -> str:
    """What the receipt's file is called when it is saved."""
    return f"tiraj-receipt-{card_id}.json"
