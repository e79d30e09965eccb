"""What the main game sells: the tickets of one sequence, and what a round of them promises."""

from __future__ import annotations

from sqlalchemy import ColumnElement
from sqlalchemy.orm import InstrumentedAttribute

from app.core.config import Settings
from app.core.database.session import db
from app.games.ticket_draw.draw.drawing import ALGORITHMS
from app.games.ticket_draw.models import Round, SlipRange, TicketOrder
from app.games.ticket_draw.rules import jackpot
from app.selling.windows.questions.sale import Promise, Sale


class TicketSale(Sale[Round]):
    """Tickets in one sequence, from the first to the last of the supply."""

    def promise(self, settings: Settings) -> Promise:
        supply = 10**settings.ticket_digits
        columns = {
            "ticket_digits": settings.ticket_digits,
            "ticket_supply": supply,
            "base_ticket_price_sats": settings.base_ticket_price_sats,
            "house_fee_percent": settings.house_fee_percent,
            "hashes_per_digit": settings.hashes_per_digit,
        }
        algorithm = ALGORITHMS.of_new_rounds
        return Promise(
            jackpot(supply, settings.base_ticket_price_sats, settings.house_fee_percent),
            algorithm.id,
            algorithm.steps(algorithm.parameters_of(Round(**columns))),
            columns,
        )

    def round_made(self, round_: Round) -> None:
        sentinel = SlipRange(round_number=round_.round_number, first=None, after=0, ticket_supply=round_.ticket_supply)
        db.session.add(sentinel)

    def has_sold(self) -> ColumnElement[bool]:
        return Round.sold_tickets > 0

    def has_room(self) -> ColumnElement[bool]:
        return Round.sold_tickets < Round.ticket_supply

    def is_sold_out(self, round_: Round) -> bool:
        return round_.sold_tickets >= round_.ticket_supply

    def player(self) -> InstrumentedAttribute[str]:
        return TicketOrder.player_public_identifier
