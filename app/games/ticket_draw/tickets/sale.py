"""What the main game sells: tickets of one sequence, what a round of them promises, what an order commits to."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import ColumnElement
from sqlalchemy.orm import InstrumentedAttribute

from app.core.config import Settings
from app.core.database.session import db
from app.core.ids import hash_secret, new_secret
from app.games.ticket_draw.draw.drawing import ALGORITHMS
from app.games.ticket_draw.models import Round, SlipRange, TicketOrder
from app.games.ticket_draw.rules import PROMISED, jackpot, promised_by
from app.outcomes.draws import sealed_draw
from app.selling.windows.questions.sale import Promise, Sale
from app.selling.windows.questions.terms import Members, OwnTerms, Terms


class TicketSale(Sale[Round]):
    """Tickets in one sequence, from the first to the last of the supply."""

    def promise(self, settings: Settings, number: int | None) -> Promise:
        algorithm = ALGORITHMS.of_new_round(number, settings.draw_algorithms)
        is_sealed = algorithm.id == sealed_draw.ALGORITHM
        supply = 10**settings.ticket_digits
        columns: dict[str, int | None] = {
            "ticket_digits": settings.ticket_digits,
            "ticket_supply": supply,
            "base_ticket_price_sats": settings.base_ticket_price_sats,
            "house_fee_percent": settings.house_fee_percent,
            "hashes": settings.draw_hashes if is_sealed else None,
            "hashes_per_digit": None if is_sealed else settings.hashes_per_digit,
        }
        return Promise(
            jackpot(supply, settings.base_ticket_price_sats, settings.house_fee_percent),
            algorithm.id,
            algorithm.work_of(Round(**columns)),
            columns,
        )

    def round_made(self, round_: Round) -> None:
        sentinel = SlipRange(round_number=round_.round_number, first=None, after=0, ticket_supply=round_.ticket_supply)
        db.session.add(sentinel)

    def has_sold(self) -> ColumnElement[bool]:
        return Round.sold_tickets > 0

    def has_room(self) -> ColumnElement[bool]:
        return Round.sold_tickets < Round.ticket_supply

    def player(self) -> InstrumentedAttribute[str]:
        return TicketOrder.player_public_identifier

    def names(self) -> tuple[InstrumentedAttribute[str], InstrumentedAttribute[str]]:
        return TicketOrder.player_public_identifier, TicketOrder.player_private_identifier


class _Own(OwnTerms):
    base_ticket_price_sats: int
    player_public_identifier: str
    player_ticket_price_sats: int


class TicketTerms(Terms[Round, TicketOrder]):
    """Prices, and the name that everybody sees."""

    promised = PROMISED

    def promised_by(self, algorithm: str) -> Mapping[str, str]:
        return promised_by(algorithm)

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
