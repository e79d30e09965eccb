"""The JSON that operators' programs read and send. Amounts are centavos."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from app.core.wire.schemas import Answer, Changes, Question
from app.games.swertres.wire.money import WithdrawalTold
from app.games.swertres.wire.schemas import Amount, GameId, GameRecord

_LONGEST = 500


class GameStanding(Answer):
    """A draw with what it has sold and could cost."""

    game: GameRecord
    sales_count: int
    staked_centavos: int
    worst_case_centavos: int
    won_centavos: int


class GameStandings(Answer):
    """Draws, the last one first; `next` goes on."""

    items: list[GameStanding]
    next: str | None


class GamesAsked(Question):
    """Which page."""

    before: GameId | None = None


class OwnerBalance(Answer):
    """The bankroll, what undrawn draws could cost, and what is left for others."""

    balance_centavos: int
    worst_case_centavos: int
    available_centavos: int


class Dashboard(Answer):
    """How the game stands today."""

    todays_games: list[GameStanding]
    owner: OwnerBalance
    active_bets_count: int
    active_bets_centavos: int
    revenue_today_centavos: int
    payouts_today_centavos: int


class ExposedNumber(Answer):
    """What a number would cost if it were drawn, and its part of the dearest one's, in percent."""

    number: str
    bets_count: int
    staked_centavos: int
    potential_payout_centavos: int
    percent_of_max: float = Field(description="one decimal")


class Exposures(Answer):
    """The dearest number first."""

    game_id: str
    worst_case_centavos: int
    items: list[ExposedNumber]


class OperatorsBet(Answer):
    """A bet and whose it is."""

    id: str
    user_id: str
    number: str
    is_rumble: bool
    amount_centavos: int
    potential_payout_centavos: int
    status: str


class OperatorsBets(Answer):
    """Bets on a draw; `next` goes on."""

    items: list[OperatorsBet]
    next: str | None


class BetsAsked(Question):
    """Which page."""

    after: str | None = Field(default=None, max_length=50, description="`next` of the page before")


class Days(Question):
    """From a day to another, both among them: 2026-11-30."""

    start_date: str = Field(min_length=10, max_length=10)
    end_date: str = Field(min_length=10, max_length=10)


class Made(Answer):
    """How many draws were made; those that there were already stay as they are."""

    made: int


class Skip(Question):
    """Why; and whether the whole day is meant."""

    reason: str = Field(min_length=1, max_length=_LONGEST)
    whole_day: bool = False


class Reason(Question):
    """Why."""

    reason: str = Field(min_length=1, max_length=_LONGEST)


class OwnerMove(Question):
    """So much, by an account of the house at a bank, as its statement names it, and why."""

    amount_centavos: Amount
    bank: str = Field(default="bank:main", max_length=60)
    reference: str = Field(default="", max_length=120)
    reason: str = Field(default="", max_length=_LONGEST)


class Proposed(Answer):
    """What a second operator has to confirm; null where one is enough, and it is done."""

    approval_id: str | None


class BettorRecord(Answer):
    """Somebody who has bet, by what it came to."""

    user_id: str
    cards_count: int
    wagered_centavos: int
    won_centavos: int
    last_bet_at: datetime


class Bettors(Answer):
    """The newest accounts first; `next` goes on."""

    items: list[BettorRecord]
    next: str | None


class PesoWithdrawals(Answer):
    """Withdrawals, the newest first; `next` goes on."""

    items: list[WithdrawalTold]
    next: str | None


class ConfigChanges(Changes):
    """What is to be another, from now on, and why. `slots` names a preset of times."""

    reason: str = Field(min_length=1, max_length=_LONGEST)
    slots: str = Field(default="", max_length=40)
    payout_multiplier: int = 0
    min_bet_centavos: Amount = 1
    max_bet_centavos: Amount = 1
    max_card_centavos: Amount | None = None
    max_bets_per_card: int = 0
    betting_cutoff_minutes: int = 0
    max_games_ahead_days: int = 0


class ConfigRecord(Answer):
    """By what new draws and cards go; `approvalId` is the change of it that a second operator has to confirm, if there
    is one."""

    slots: str
    payout_multiplier: int
    min_bet_centavos: int
    max_bet_centavos: int
    max_card_centavos: int | None
    max_bets_per_card: int
    betting_cutoff_minutes: int
    max_games_ahead_days: int
    approval_id: str | None


class Recalculated(Answer):
    """What a draw could cost at worst, counted anew."""

    game_id: str
    worst_case_centavos: int
