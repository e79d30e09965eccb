"""Rows of the game as its JSON has them."""

from __future__ import annotations

from flask import url_for

from app.core.config import current_settings
from app.games.swertres.game import SWERTRES
from app.games.swertres.reads.cards import Bet, Card
from app.games.swertres.reads.draws import Game
from app.selling.bets.proof.schemas import TicketReceipt
from app.selling.bets.rules import Odds

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


def numbers_of(outcomes: tuple[int, ...]) -> list[str]:
    """Outcomes with their zeros."""
    return [SWERTRES.told(outcome) for outcome in outcomes]


def multiplier(odds: Odds) -> int:
    """Whole units for one; what is paid is multiplied before it is divided."""
    return odds.numerator // odds.denominator
