"""How draws, bets and cards stand, in the game's own words. Pure.

The rail knows more states than a player is told: a sealed draw is closed to him, a card that was released was not paid.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal, TypeAlias, get_args

from app.selling.bets.states import EntryState, TicketState, Told

GameStatus: TypeAlias = Literal["scheduled", "betting_open", "betting_closed", "resulted", "cancelled"]
BetStatus: TypeAlias = Literal["active", "won", "lost", "paid", "refunded"]
CardStatus: TypeAlias = Literal["confirmed", "partially_refunded", "fully_refunded"]
PaymentStatus: TypeAlias = Literal["pending", "succeeded", "failed", "refunded"]

GAME_STATUSES: Final[tuple[GameStatus, ...]] = get_args(GameStatus)
BET_STATUSES: Final[tuple[BetStatus, ...]] = get_args(BetStatus)
CARD_STATUSES: Final[tuple[CardStatus, ...]] = get_args(CardStatus)
PAYMENT_STATUSES: Final[tuple[PaymentStatus, ...]] = get_args(PaymentStatus)

_GAMES: Final[dict[Told, GameStatus]] = {
    "scheduled": "scheduled",
    "open": "betting_open",
    "closed": "betting_closed",
    "sealed": "betting_closed",
    "resulted": "resulted",
    "cancelled": "cancelled",
}


def of_game(told: Told) -> GameStatus:
    """A draw's."""
    return _GAMES[told]


def of_bet(entry: EntryState, game: GameStatus, has_won: bool, is_paid: bool) -> BetStatus:
    """A bet's, whose ticket was accepted."""
    if entry == "refunded":
        return "refunded"
    if game != "resulted":
        return "active"
    if not has_won:
        return "lost"
    return "paid" if is_paid else "won"


def of_card(ticket: TicketState, entries: Sequence[EntryState]) -> CardStatus | None:
    """A card's; None until it is paid, and for ever if it was not."""
    if ticket != "posted":
        return None
    refunded = sum(entry == "refunded" for entry in entries)
    if not refunded:
        return "confirmed"
    return "fully_refunded" if refunded == len(entries) else "partially_refunded"


def of_payment(ticket: TicketState, card: CardStatus | None) -> PaymentStatus:
    """How far a card's payment has come."""
    if ticket == "reserved":
        return "pending"
    if ticket == "released":
        return "failed"
    return "refunded" if card == "fully_refunded" else "succeeded"
