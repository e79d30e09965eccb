"""Rows of the game as its JSON has them."""

from __future__ import annotations

from typing import Final

from flask import url_for

from app.core.config import current_settings
from app.games.swertres.game import SWERTRES
from app.games.swertres.reads import states
from app.games.swertres.reads.cards import Bet, Card
from app.games.swertres.reads.draws import Game
from app.selling.bets.proof import receipts
from app.selling.bets.proof.schemas import TicketReceipt
from app.selling.bets.rules import Odds
from app.selling.bets.sale import draws
from app.selling.bets.sale.draws import Draw
from app.selling.bets.sale.pricing import promised
from app.selling.bets.sale.ticket import Accepted, Line, Wanted

from .schemas import BetTold, CardRecord, GameRecord, PlacedCard


def game_record(game: Game) -> GameRecord:
    """A draw."""
    return GameRecord(
        id=game.id,
        game_date=game.day,
        time_slot=game.slot,
        status=game.status,
        betting_closes_at=game.closes_at,
        draw_at=game.draws_at,
        winning_number=game.number,
        settled_at=game.settled_at,
    )


def bet_record(bet: Bet) -> BetTold:
    """A bet."""
    return BetTold(
        id=bet.id,
        card_id=str(bet.card_id),
        game_id=bet.game.id,
        number=bet.number,
        amount_centavos=bet.stake,
        is_rumble=bet.is_rumble,
        permutations=numbers_of(bet.outcomes),
        payout_multiplier=multiplier(bet.odds),
        potential_payout_centavos=bet.wins,
        status=bet.status,
        payout_centavos=bet.won,
        draw_seq=bet.sale_number,
    )


def card_record(card: Card) -> CardRecord:
    """A card with its bets."""
    here = current_settings().base_url
    return CardRecord(
        id=str(card.id),
        code=card.code,
        status=card.status,
        payment_status=card.payment_status,
        payment=card.payment,  # type: ignore[arg-type]
        total_centavos=card.total,
        placed_at=card.made_at,
        bets=[bet_record(bet) for bet in card.bets],
        check_url=here + url_for("swertres_results.verify", code=card.code),
        receipt_url=here + url_for("swertres_own_api.receipt", card_id=card.id),
    )


def placed_card(card: Card, receipt: TicketReceipt | None) -> PlacedCard:
    """A card that was just bought, with what its buyer keeps."""
    return PlacedCard(**dict(card_record(card)), receipt=receipt)


def bought_card(card: Wanted, sold: Accepted) -> PlacedCard:
    """The same of a card from the wallet, as its sale answers it: nothing is read, and it says what will be."""
    assert sold.at is not None
    here, status = current_settings().base_url, states.of_card(_POSTED, ())
    known = draws.promised(card.stakes)
    return PlacedCard(
        id=str(sold.ticket_id),
        code=sold.code,
        status=status,
        payment_status=states.of_payment(_POSTED, status),
        payment=card.payment,
        total_centavos=sold.total,
        placed_at=sold.at,
        bets=[_bought(sold, place, line, known[line.draw_id]) for place, line in enumerate(card.lines)],
        check_url=here + url_for("swertres_results.verify", code=sold.code),
        receipt_url=here + url_for("swertres_own_api.receipt", card_id=sold.ticket_id),
        receipt=receipts.of_sale(card, sold),
    )


def _bought(sold: Accepted, place: int, line: Line, draw: Draw) -> BetTold:
    bet = promised(SWERTRES, line, draw)
    return BetTold(
        id=f"{sold.ticket_id}.{place}",
        card_id=str(sold.ticket_id),
        game_id=draw.name,
        number=line.selection,
        amount_centavos=line.stake,
        is_rumble=line.kind == "rumble",
        permutations=numbers_of(bet.marks),
        payout_multiplier=multiplier(bet.odds),
        potential_payout_centavos=bet.wins,
        status=states.of_bet(_POSTED, "betting_open", has_won=False, is_paid=False),
        payout_centavos=0,
        draw_seq=sold.numbers[line.draw_id],
    )


_POSTED: Final = "posted"


def numbers_of(outcomes: tuple[int, ...]) -> list[str]:
    """Outcomes with their zeros."""
    return [SWERTRES.told(outcome) for outcome in outcomes]


def multiplier(odds: Odds) -> int:
    """Whole units for one; what is paid is multiplied before it is divided."""
    return odds.numerator // odds.denominator
