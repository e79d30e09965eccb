"""What an order of the main game commits to beside what every order does."""

from __future__ import annotations

from collections.abc import Mapping

from app.core.ids import hash_secret, new_secret
from app.games.ticket_draw.models import Round, TicketOrder
from app.games.ticket_draw.rules import PROMISED
from app.selling.windows.questions.terms import Members, OwnTerms, Terms


class _Own(OwnTerms):
    base_ticket_price_sats: int
    player_public_identifier: str
    player_ticket_price_sats: int


class TicketTerms(Terms[Round, TicketOrder]):
    """Prices, and the name that everybody sees."""

    promised = PROMISED

    def of_round(self, round_: Round) -> Mapping[str, int]:
        return {"baseTicketPriceSats": round_.base_ticket_price_sats}

    def of_order(self, order: TicketOrder) -> Members:
        return {
            "playerPublicIdentifier": order.player_public_identifier,
            "playerTicketPriceSats": order.player_ticket_price_sats,
        }

    def columns(self, terms: Mapping[str, object]) -> Mapping[str, object]:
        """The private identifier was never written down, the partner knows it; the receipt secret nobody does."""
        own = _Own.model_validate(dict(terms))
        return {
            "player_public_identifier": own.player_public_identifier,
            "player_private_identifier": "",
            "base_ticket_price_sats": own.base_ticket_price_sats,
            "player_ticket_price_sats": own.player_ticket_price_sats,
            "receipt_secret_hash": hash_secret(new_secret()),
        }
