"""The main game's JSON: what is accepted and what is answered, field for field."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Generic, TypeVar

from pydantic import Field, RootModel

from app.core.wire.schemas import Answer, Hash, Height, OneOf, Question, Sats
from app.games.ticket_draw.models import PAYMENT_STATUSES
from app.games.ticket_draw.rules import STATES
from app.selling.windows import rules
from app.selling.windows.lists.parameters import Identifier, PrivateIdentifier, RoundNumber
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

Ticket = Annotated[int, Field(ge=0, lt=10**9)]
Range = Annotated[list[int], Field(min_length=2, max_length=2, description="first and last ticket, both included")]

OrderStatus = Annotated[str, OneOf(STATES.names)]
PaymentStatus = Annotated[str, OneOf(("seen", *PAYMENT_STATUSES))]


class NewOrder(Question):
    """What a frame sends to make an order."""

    partner_name: str
    player_public_identifier: Identifier
    player_private_identifier: PrivateIdentifier
    requested_round_number: RoundNumber | None = None


class Order(Answer):
    """An order as its buyer sees it. `terms` is the exact text that the address commits to."""

    id: str
    round_number: int
    partner_name: str
    player_public_identifier: str
    deposit_address: str
    bip21: str
    internal_key: Hash
    commitment: Hash
    terms: str
    base_ticket_price_sats: Sats
    player_ticket_price_sats: Sats
    min_payment_sats: Sats
    house_edge: Annotated[float, Field(ge=0, le=0.15, description="a rate in whole percents, such as 0.1")]
    payout_address: str
    status: OrderStatus


class Payment(PaymentRecord):
    """One output to an order's address. `seen` is unconfirmed; then it has no block."""

    credited_round_number: int | None
    status: PaymentStatus
    orphaned_at: datetime | None


class Slip(Answer):
    """What an order holds in its round."""

    identifier: str
    paid_sats: Sats
    ticket_count: int
    jackpot_contribution_sats: Sats
    ranges: list[Range]
    first_block_height: Height
    first_block_hash: Hash
    status: rules.TicketStatus


class CreatedOrder(Answer):
    """A new order, and the secret that opens its receipt: it is told this once."""

    receipt_secret: str
    order: Order


class Receipt(Answer):
    """Everything about one order, for whoever holds its secret."""

    order: Order
    payments: list[Payment]
    slip: Slip | None
    payout: Payout
    log: LogPart | None


class RoundRecord(RoundHead):
    """A round. What stands above `soldTickets` was fixed when the round was made."""

    ticket_digits: Annotated[int, Field(ge=1, le=9)]
    ticket_supply: int
    base_ticket_price_sats: Sats
    house_fee_percent: Annotated[int, Field(ge=0, le=10)]
    jackpot_sats: Sats
    round_terms: RoundTerms
    round_commitment: RoundCommitment
    promise_entry: EntryNumber
    seal_entry: EntryNumber
    seal_witnesses: SealWitnesses
    sold_tickets: int
    seal_root: Hash | None
    winner_algorithm: str
    hashes_per_digit: Annotated[int | None, Field(description="of a hash-draw-1")]
    hashes: DrawHashes
    closing_block_hash: Hash | None
    draw_digits: Annotated[str, Field(pattern="^[0-9]{1,9}$")] | None
    draw_digests: list[Hash] | None
    last_state: LastState
    checkpoints_root: CheckpointsRoot
    winning_ticket: Ticket | None
    payout: Payout


class RoundsPage(Answer):
    """Rounds, the newest first. `next` goes into `before` to read on; null at the end."""

    rounds: list[RoundRecord]
    next: int | None


class ClosingBlock(Answer):
    """The block whose hash draws a round."""

    round_number: int
    closing_height: Height
    closing_block_hash: Hash
    confirmations: int


class PublicSlip(Answer):
    """A public order: what it paid and holds, and all that its address can be recomputed from."""

    identifier: str
    partner_name: str
    player_public_identifier: str
    ticket_count: int
    paid_sats: Sats
    ranges: list[Range]
    deposit_address: str
    internal_key: Hash
    terms: str
    commitment: Hash
    payments: list[Payment]
    payout: Payout


class SlipsPage(Answer):
    """Public orders of a round, in the order they were made. `next` goes into `after`; null at the end."""

    slips: list[PublicSlip]
    next: str | None


class FrozenRound(RoundHead):
    """What a round was fixed with when it was made, and where it stands."""

    ticket_digits: int
    ticket_supply: int
    base_ticket_price_sats: Sats
    house_fee_percent: int
    jackpot_sats: Sats
    min_payment_floor_sats: Sats
    winner_algorithm: str
    hashes_per_digit: int | None
    hashes: DrawHashes
    internal_key: Hash
    round_terms: RoundTerms
    round_commitment: RoundCommitment
    void_reason: VoidReason
    sold_tickets: int


class BundleOrder(BundledOwner):
    """What an order's address can be recomputed from."""

    player_public_identifier: str
    deposit_address: str
    internal_key: Hash
    terms: str
    commitment: Hash


class BundlePayment(BundledPayment):
    """A payment that is on the chain, with its fate and the tickets it got."""

    status: PaymentStatus
    first_ticket: Ticket | None
    last_ticket: Ticket | None


class DrawRecord(BundledDraw):
    """How the winning ticket was drawn."""

    draw_digits: str
    draw_digests: list[Hash]
    winning_ticket: Ticket


class SealedTicketRecord(SealedDrawRecord):
    """How the winning ticket was drawn by a sealed draw."""

    winning_ticket: Ticket


class WinRecord(BundledOwner):
    """Who is owed the jackpot, and where to."""

    player_public_identifier: str | None
    winning_ticket: Ticket
    jackpot_sats: Sats
    payout_address: str


DrawT = TypeVar("DrawT", bound=Answer)


class TicketBundle(WindowBundle, Generic[DrawT]):
    """A round of the main game with all its evidence, in parts where it is long. Its draw is told as its algorithm
    tells it."""

    round: FrozenRound
    orders: list[BundleOrder]
    payments: list[BundlePayment]
    slips: list[Slip]
    draw: DrawT | None
    win: WinRecord | None


class ProofBundle(TicketBundle[DrawRecord]):
    """A round of the main game with all its evidence, in parts where it is long."""


class SealedProofBundle(TicketBundle[SealedTicketRecord]):
    """A round of the main game that is drawn by a sealed draw, with all its evidence, in parts where it is long."""

    checkpoints: Checkpoints


class AnyProofBundle(RootModel[ProofBundle | SealedProofBundle]):
    """A bundle of a round, whatever it is drawn by: `round.winnerAlgorithm` says which it is."""
