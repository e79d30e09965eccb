"""The lines that check a card without us, draw by draw."""

from __future__ import annotations

from uuid import UUID

from app.games.swertres.game import SWERTRES
from app.games.swertres.reads.cards import Card
from app.selling.bets.proof import scripts


def commands(card: Card, user_id: UUID, receipt: str) -> list[tuple[str, str]]:
    """Of each draw on the card by its name; `receipt` is the receipt's file, as it was saved."""
    names = dict.fromkeys(bet.game.id for bet in card.bets)
    return [(name, scripts.of_ticket(SWERTRES, name, receipt, user_id) or "") for name in names]
