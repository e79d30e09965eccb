"""The JSON of the game. Amounts are centavos, a draw's id is its day and slot, `winningNumber` keeps its zeros."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from app.core.money import MOST_MINOR
from app.core.wire.schemas import Answer, OneOf, Question
from app.games.swertres.reads.states import BET_STATUSES, CARD_STATUSES, GAME_STATUSES, PAYMENT_STATUSES
from app.selling.bets.models import PAYMENTS
from app.selling.bets.proof.schemas import TicketReceipt

GameId = Annotated[str, Field(min_length=1, max_length=20, description="its day and slot: 2026-11-30-0")]
Amount = Annotated[int, Field(ge=1, le=MOST_MINOR, description="centavos")]
Status = Annotated[str, OneOf(GAME_STATUSES)]
BetStatus = Annotated[str, OneOf(BET_STATUSES)]
CardStatus = Annotated[str, OneOf(CARD_STATUSES)]
PaymentStatus = Annotated[str, OneOf(PAYMENT_STATUSES)]
Payment = Annotated[Literal["wallet", "card", "gcash"], OneOf(PAYMENTS)]
REASONS = (
    *("betting_closed", "number_not_a_number", "stake_too_small", "stake_too_large", "exposure_full"),
    *("too_many_bets", "card_limit", "player_limit", "excluded", "game_not_found", "game_skipped"),
    *("too_far_ahead", "sales_inactive", "payment_minimum", "insufficient_balance", "reservation_open"),
    *("no_bets", "not_registered", "too_young", "verification_needed", "ticket_differs", "given_up"),
)


class GameRecord(Answer):
    """A draw: a day's slot, 0 to 2. Without a result `winningNumber` is null."""

    id: str
    game_date: date
    time_slot: int
    status: Status
    betting_closes_at: datetime
    draw_at: datetime
    winning_number: str | None
    settled_at: datetime | None


class Games(Answer):
    """Draws in their order; `next` goes on."""

    items: list[GameRecord]
    next: str | None


class ScheduleParameters(Question):
    """From today on, so many days."""

    days: str = Field(default="7", pattern="^[1-9][0-9]?$", description="how many, 1 to 99")


class GameResults(Answer):
    """What a draw came to: counts and sums, and nobody's name. A result is final from `finalAt` on."""

    game_id: str
    winning_number: str | None
    resulted_at: datetime | None
    final_at: datetime | None
    sales_count: int
    staked_centavos: int
    winning_bets_count: int
    won_centavos: int


class BetWanted(Question):
    """A number of three digits on a draw; rumble wins in any order of them."""

    game_id: GameId
    number: str = Field(max_length=20)
    amount_centavos: Amount
    is_rumble: bool = False


class CardWanted(Question):
    """All of it or nothing."""

    bets: list[BetWanted] = Field(max_length=100)
    payment: Payment = "wallet"


class RefusalRecord(Answer):
    """Why not, and what would still be taken, where that helps."""

    reason: Annotated[str, OneOf(REASONS)]
    remaining_centavos: int | None = None


class BetQuote(Answer):
    """One bet as it would be sold; of what is no bet nothing is known but why."""

    permutations: list[str]
    payout_multiplier: int
    potential_payout_centavos: int
    refusal: RefusalRecord | None


class CardQuote(Answer):
    """What would come of it now. `refusals` are of the whole card; `remainingCapacityCentavos` is what its draws may
    still cost, the least of them."""

    valid: bool
    total_centavos: int
    bets: list[BetQuote]
    refusals: list[RefusalRecord]
    remaining_capacity_centavos: int


class BetTold(Answer):
    """A bet. Paid once its money is in the wallet."""

    id: str
    card_id: str
    game_id: str
    number: str
    amount_centavos: int
    is_rumble: bool
    permutations: list[str]
    payout_multiplier: int
    potential_payout_centavos: int
    status: BetStatus
    payout_centavos: int
    draw_seq: int | None


class CardRecord(Answer):
    """A card; until it is paid its `status` is null. `checkUrl` shows it to whoever has its code, `receiptUrl` answers
    its owner with its receipt."""

    id: str
    code: str
    status: CardStatus | None
    payment_status: PaymentStatus
    payment: Payment
    total_centavos: int
    placed_at: datetime
    bets: list[BetTold]
    check_url: str
    receipt_url: str


class PlacedCard(CardRecord):
    """A card with its receipt, which is null until it is paid."""

    receipt: TicketReceipt | None


class PaymentToMake(Answer):
    """How a card that is not paid yet is paid, and until when it is kept."""

    client_secret: str | None
    redirect_url: str | None
    expires_at: datetime


class Placed(Answer):
    """A card that is bought, or reserved until it is paid."""

    card: PlacedCard
    payment: PaymentToMake | None


class Cards(Answer):
    """Cards, the newest first; `next` goes on."""

    items: list[CardRecord]
    next: str | None


class Bets(Answer):
    """Bets, the newest card's first; `next` goes on."""

    items: list[BetTold]
    next: str | None


class BetsParameters(Question):
    """Which of them."""

    status: BetStatus | None = Field(default=None, description="only bets of this state")
    game_id: GameId | None = Field(default=None, description="only bets on this draw")
    after: str | None = Field(default=None, max_length=50, description="`next` of the page before")
