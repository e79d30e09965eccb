"""Luckotto's JSON: what is accepted and what is answered, field for field."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BeforeValidator, Field, RootModel, WithJsonSchema

from app.core.text.names import LONGEST_IDENTIFIER, PUBLIC_RULE
from app.core.wire.http import FieldRefused
from app.core.wire.schemas import Answer, Hash, OneOf, Question, Sats
from app.games.luckotto.models import PAYMENT_STATUSES
from app.games.luckotto.rules import FEWEST_NUMBERS, LARGEST_POOL, MOST_NUMBERS, STATES, NumbersRefused, numbers
from app.selling.windows.proof.receipts import LogPart
from app.selling.windows.rounds.schemas import (
    BundledDraw,
    BundledOwner,
    BundledPayment,
    Checkpoints,
    CheckpointsRoot,
    DrawHashes,
    EntryNumber,
    LastState,
    PaymentRecord,
    Payout,
    RoundCommitment,
    RoundHead,
    RoundTerms,
    SealedDrawRecord,
    SealWitnesses,
    VoidReason,
    WindowBundle,
)
from app.selling.windows.rules import TicketStatus

Number = Annotated[int, Field(ge=1, le=LARGEST_POOL)]
Numbers = Annotated[list[Number], Field(min_length=FEWEST_NUMBERS, max_length=MOST_NUMBERS)]
Six = Annotated[list[Number], Field(min_length=6, max_length=6)]

OrderStatus = Annotated[str, OneOf(STATES.names)]
PaymentStatus = Annotated[str, OneOf(("seen", *PAYMENT_STATUSES))]


def _refuse_what_are_no_numbers(given: Any) -> Any:
    """All that can be said before the round's pool is known."""
    try:
        return list(numbers(given, LARGEST_POOL))
    except NumbersRefused as refused:
        raise FieldRefused(refused.code) from None


RequestedNumbers = Annotated[
    list[int],
    BeforeValidator(_refuse_what_are_no_numbers),
    WithJsonSchema(
        {
            "type": "array",
            "items": {"type": "integer", "minimum": 1, "maximum": LARGEST_POOL},
            "uniqueItems": True,
            "minItems": FEWEST_NUMBERS,
            "maxItems": MOST_NUMBERS,
            "description": "6 to 25 different whole numbers of the round's pool, in any order",
        }
    ),
]
PartnerId = Annotated[str, Field(min_length=36, max_length=36, description="the partner site's id, a UUID")]
Player = Annotated[str, Field(description=f"1 to {LONGEST_IDENTIFIER} characters: {PUBLIC_RULE}")]


class QuoteWanted(Question):
    """A request to be priced."""

    partner_id: PartnerId
    requested_numbers: RequestedNumbers


class NewLuckottoOrder(QuoteWanted):
    """A request to be ordered, from the frame. Both names of the player are public."""

    player_uname: Player
    player_identifier: Player


class Odds(Answer):
    """`combinations` of `possible` draws win: about one in `oneIn`, rounded down."""

    combinations: int
    possible: int
    one_in: int


class LuckottoQuote(Answer):
    """What a request costs in the round that an order would join now."""

    round_number: int
    requested_numbers: Numbers
    combinations: int
    base_sats: Sats
    fee_sats: Sats
    total_sats: Sats
    odds: Odds
    free: Annotated[bool, Field(description="whether no ticket shares six of these numbers so far")]


class LuckottoPayment(PaymentRecord):
    """One output to an order's address. `seen` is unconfirmed; then it has no block."""

    tx_index: Annotated[int | None, Field(description="the transaction's place in its block")]
    status: PaymentStatus
    orphaned_at: datetime | None
    refunded_at: datetime | None


class LuckottoOrder(Answer):
    """An order, public to whoever knows its id. `terms` is the exact text that the address commits to."""

    id: str
    round_number: int
    partner_id: str
    partner_name: str
    player_uname: str
    player_identifier: str
    requested_numbers: Numbers
    allocated_numbers: Numbers | None
    combinations: int
    deposit_address: str
    bip21: str
    internal_key: Hash
    commitment: Hash
    terms: str
    base_sats: Sats
    fee_sats: Sats
    total_sats: Sats
    min_payment_sats: Sats
    paid_sats: Annotated[int, Field(ge=0, description="credited so far, satoshis")]
    payout_address: str
    odds: Odds
    payments: list[LuckottoPayment]
    status: OrderStatus
    payout: Payout
    created_at: datetime


class LuckottoReceipt(LuckottoOrder):
    """The same, with what the public log says of it: null until a payment has its fate. It shows no salt, for orders
    are public, and whose they are their terms say; the partner's server is told it."""

    log: LogPart | None


class LuckottoOrders(Answer):
    """Orders; `next` begins the following page."""

    orders: list[LuckottoOrder]
    next: str | None


class LuckottoRound(RoundHead):
    """A round. What stands above `soldTickets` was fixed when the round was made."""

    pool_size: Annotated[int, Field(ge=9, le=LARGEST_POOL)]
    base_combination_price_sats: Sats
    possible_combinations: int
    jackpot_sats: Sats
    winner_algorithm: str
    hash_work: Annotated[int | None, Field(description="of a luckotto-draw-1")]
    hashes: DrawHashes
    round_terms: RoundTerms
    round_commitment: RoundCommitment
    promise_entry: EntryNumber
    seal_entry: EntryNumber
    seal_witnesses: SealWitnesses
    sold_tickets: int
    sold_combinations: int
    seal_root: Hash | None
    closing_block_hash: Hash | None
    drawn_numbers: Annotated[Six | None, Field(description="in the order in which they were drawn")]
    draw_digests: list[Hash] | None
    last_state: LastState
    checkpoints_root: CheckpointsRoot
    winning_numbers: Annotated[Six | None, Field(description="ascending")]
    winning_order_id: str | None
    payout: Payout


class LuckottoRounds(Answer):
    """Rounds, the newest first; `next` begins the following page."""

    rounds: list[LuckottoRound]
    next: int | None


class LuckottoFrozenRound(RoundHead):
    """What a round was fixed with when it was made, and where it stands."""

    pool_size: int
    possible_combinations: int
    base_combination_price_sats: Sats
    jackpot_sats: Sats
    min_payment_floor_sats: Sats
    winner_algorithm: str
    hash_work: int | None
    hashes: DrawHashes
    internal_key: Hash
    round_terms: RoundTerms
    round_commitment: RoundCommitment
    void_reason: VoidReason
    sold_tickets: int
    sold_combinations: int


class LuckottoBundleOrder(BundledOwner):
    """What an order asked for, and what its address can be recomputed from."""

    player_uname: str
    player_identifier: str
    requested_numbers: Numbers
    base_sats: Sats
    fee_sats: Sats
    deposit_address: str
    internal_key: Hash
    terms: str
    commitment: Hash


class LuckottoBundlePayment(BundledPayment):
    """A payment that is on the chain, with its fate."""

    status: PaymentStatus


class LuckottoBundleTicket(Answer):
    """The numbers that a funded order got. `sequence` counts a round's tickets from 0, in the order they were given."""

    identifier: str
    sequence: int
    allocated_numbers: Numbers
    combinations: int
    status: TicketStatus


class LuckottoDrawRecord(BundledDraw):
    """How the six numbers were drawn."""

    drawn_numbers: Annotated[Six, Field(description="in the order in which they were drawn")]
    draw_digests: list[Hash]
    winning_numbers: Annotated[Six, Field(description="ascending")]


class SealedNumbersRecord(SealedDrawRecord):
    """How the six numbers were drawn by a sealed draw."""

    drawn_numbers: Annotated[Six, Field(description="in the order in which they were drawn")]
    winning_numbers: Annotated[Six, Field(description="ascending")]


class LuckottoWinRecord(BundledOwner):
    """Who is owed the jackpot, and where to."""

    player_uname: str
    player_identifier: str
    winning_numbers: Six
    jackpot_sats: Sats
    payout_address: str


DrawT = TypeVar("DrawT", bound=Answer)


class NumbersBundle(WindowBundle, Generic[DrawT]):
    """A round of Luckotto with all its evidence, in parts where it is long. Its draw is told as its algorithm tells
    it."""

    round: LuckottoFrozenRound
    orders: list[LuckottoBundleOrder]
    payments: list[LuckottoBundlePayment]
    tickets: list[LuckottoBundleTicket]
    draw: DrawT | None
    win: LuckottoWinRecord | None


class LuckottoProofBundle(NumbersBundle[LuckottoDrawRecord]):
    """A round of Luckotto with all its evidence, in parts where it is long."""


class SealedNumbersBundle(NumbersBundle[SealedNumbersRecord]):
    """A round of Luckotto that is drawn by a sealed draw, with all its evidence, in parts where it is long."""

    checkpoints: Checkpoints


class AnyLuckottoBundle(RootModel[LuckottoProofBundle | SealedNumbersBundle]):
    """A bundle of a round, whatever it is drawn by: `round.winnerAlgorithm` says which it is."""
