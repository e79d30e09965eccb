"""The main game as the rail knows it: its tables, and what is its own in the life of a round."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Row
from sqlalchemy.orm import InstrumentedAttribute

from app.chain.listeners import BlockRef, ChainPayment
from app.core.config import Settings
from app.core.database.session import db
from app.core.ids import hash_secret, new_secret
from app.core.money import Sats
from app.games.ticket_draw.draw.hash_draw import DrawResult
from app.outcomes.draws.merkle_sum import Leaf
from app.outcomes.draws.models import Draw
from app.record.ledger.entries import Posting
from app.selling.windows.games import Comparison, Evidence, Outcome, Promise, WindowGame

from .draw import hash_draw, replay, sealing, settlement, words
from .models import OrderPayment, Round, SlipRange, TicketOrder
from .records import bundle
from .rules import GAME, PROMISED, jackpot
from .tickets import crediting


class Rounds(WindowGame[Round, TicketOrder, OrderPayment]):
    """Tickets in one sequence; the closing block's hash draws one of them."""

    name = GAME
    title = _l("Ticket draw")
    round_kind = "round"
    round = Round
    order = TicketOrder
    payment = OrderPayment
    promised = PROMISED

    def promise(self, settings: Settings) -> Promise:
        supply = 10**settings.ticket_digits
        return Promise(
            jackpot(supply, settings.base_ticket_price_sats, settings.house_fee_percent),
            hash_draw.ALGORITHM,
            settings.hashes_per_digit * settings.ticket_digits,
            {
                "ticket_digits": settings.ticket_digits,
                "ticket_supply": supply,
                "base_ticket_price_sats": settings.base_ticket_price_sats,
                "house_fee_percent": settings.house_fee_percent,
                "hashes_per_digit": settings.hashes_per_digit,
            },
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

    def round_terms(self, round_: Round) -> Mapping[str, str | int]:
        return {"baseTicketPriceSats": round_.base_ticket_price_sats}

    def order_terms(self, order: TicketOrder) -> Mapping[str, Any]:
        return {
            "playerPublicIdentifier": order.player_public_identifier,
            "playerTicketPriceSats": order.player_ticket_price_sats,
        }

    def order_columns(self, terms: Mapping[str, Any]) -> Mapping[str, Any]:
        """The private identifier was never written down, the partner knows it; the receipt secret nobody does."""
        return {
            "player_public_identifier": terms["playerPublicIdentifier"],
            "player_private_identifier": "",
            "base_ticket_price_sats": terms["baseTicketPriceSats"],
            "player_ticket_price_sats": terms["playerTicketPriceSats"],
            "receipt_secret_hash": hash_secret(new_secret()),
        }

    def credit(self, block: BlockRef, payments: Sequence[ChainPayment]) -> None:
        crediting.credit(self, block, payments)

    def take_back(self, payments: Sequence[Row[Any]]) -> None:
        crediting.take_back(payments)

    def leaves(self, number: int) -> Sequence[Leaf]:
        return [sealing.leaf_of(row) for row in sealing.credited(number)]

    def sold(self, round_: Round) -> Mapping[str, Any]:
        return {"soldTickets": round_.sold_tickets}

    def voids(self, number: int) -> Iterator[tuple[UUID, list[Posting]]]:
        return sealing.voids(number)

    def round_voided(self, round_: Round) -> None:
        sealing.void_slips(round_.round_number)

    def draw_parameters(self, round_: Round) -> Mapping[str, Any]:
        return {"digits": round_.ticket_digits, "hashesPerDigit": round_.hashes_per_digit}

    def outcome(self, round_: Round, result: DrawResult) -> Outcome:
        ticket = result.winning_ticket
        return Outcome(
            {"winning_ticket": ticket},
            {"drawDigits": result.draw_digits, "winningTicket": ticket},
            {"drawDigests": result.digests},
        )

    def winner(self, round_: Round, result: DrawResult) -> TicketOrder | None:
        return settlement.winning_order(round_.round_number, result.winning_ticket)

    def holder(self, round_: Round) -> TicketOrder | None:
        ticket = round_.winning_ticket
        return settlement.winning_order(round_.round_number, ticket) if ticket is not None else None

    def record_win(self, round_: Round, order: TicketOrder, result: DrawResult) -> Mapping[str, Any]:
        return settlement.record_win(round_, order, result.winning_ticket)

    def pool_sats(self, round_: Round) -> Sats:
        return round_.sold_tickets * round_.base_ticket_price_sats

    def held_by_site(self, number: int) -> Mapping[UUID, Sats]:
        return settlement.held_by_site(number)

    def unsettled_sats(self, site_id: UUID) -> Sats:
        return settlement.unsettled_sats(site_id)

    def claims(self) -> Mapping[str, str]:
        return words.claims()

    def evidence(self, round_: Round, draw: Draw | None, begin: int, last: int) -> Evidence:
        return bundle.evidence(round_, draw, begin, last)

    def replay(self, round_: Round) -> Comparison:
        return replay.of_round(round_)

    def agrees(self, round_: Round, outcome: Mapping[str, Any]) -> bool:
        """Digits, digests and winner belong together."""
        drawn = DrawResult(outcome["drawDigits"], outcome["drawDigests"], outcome["winningTicket"])
        return drawn.winning_ticket == round_.winning_ticket and hash_draw.is_consistent(drawn, round_.ticket_digits)


ROUNDS = Rounds()
