"""The JSON of rounds, payments and proof bundles, as far as every game's is alike."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from app.core.wire.schemas import Answer, Hash, Height, Hex, OneOf, Sats
from app.money.payouts.sent.debts import STANDINGS

RoundTerms = Annotated[
    str | None,
    Field(description="all that the round promised, as the text that was published when it was made; null: version 1"),
]
RoundCommitment = Annotated[
    Hash | None, Field(description="the hash of roundTerms, by which the terms of orders and the seal refer to them")
]
EntryNumber = Annotated[int | None, Field(ge=0, description="of the public log; null until it is there")]


class SealWitness(Answer):
    """A witness of the public log that a round names."""

    verifier_key: str
    cosigned_at: Annotated[
        datetime | None,
        Field(description="when, by its own clock, it had cosigned the log over the seal; null: not before that block"),
    ]


class SealWitnesses(Answer):
    """Who had cosigned the log over a round's seal before its closing block. While that is not there: so far."""

    quorum: Annotated[int, Field(ge=0, description="how many the round promised")]
    has_quorum: bool
    fixed_entry: EntryNumber
    closing_block_time: Annotated[datetime | None, Field(description="in that block's own header")]
    witnesses: list[SealWitness]


PassedOnAt = Annotated[
    datetime | None,
    Field(description="since when your site has it noted that the player has it; your own note, it moves no money"),
]
VoidReason = Annotated[str | None, Field(description="why a void round is void")]

DrawHashes = Annotated[int | None, Field(description="of the whole draw, if it is a sealed-draw-1")]
LastState = Annotated[Hash | None, Field(description="what a sealed-draw-1 chose by: the state after all its hashes")]
CheckpointsRoot = Annotated[Hash | None, Field(description="over the checkpoints of a sealed-draw-1")]
Checkpoints = Annotated[
    list[Hash] | None,
    Field(description="the states of the draw at its checkpoints; null before it is settled, and in later parts"),
]


RoundStatus = Literal["scheduled", "open", "closed", "sealed", "drawing", "settled", "void", "halted", "unbacked"]


class RoundHead(Answer):
    """Which round it is, where it stands, and its heights, which were fixed when it was made."""

    round_number: int
    status: RoundStatus
    opens_at_height: Height
    sales_end_height: Height
    closing_height: Height
    settlement_depth: int


class PaymentRecord(Answer):
    """One output to an order's address. `seen` is unconfirmed; then it has no block."""

    txid: Hash
    vout: int
    amount_sats: Sats
    credited_sats: Sats
    refundable_sats: Sats
    block_height: Height | None
    block_hash: Hash | None


class PayoutRecord(Answer):
    """How far the payment of a jackpot has come. It is `sent` once a node was handed the transaction, and `confirmed`
    once that is buried as deep as what is final; `blockHeight` names the block that holds it before. A transaction
    that is sent again with a higher fee has another `txid`."""

    state: Annotated[str, OneOf(STANDINGS)]
    amount_sats: Sats
    address: str
    txid: Hash | None
    vout: int | None
    block_height: Height | None
    sent_at: datetime | None
    paid_at: Annotated[datetime | None, Field(description="when it became final")]


Payout = Annotated[PayoutRecord | None, Field(description="the jackpot's payment; null: nothing is owed")]


class Headers(Answer):
    """Block headers without a gap, 80 bytes each."""

    first_height: Height
    headers: list[Hex]


class TransactionProof(Answer):
    """A transaction, and the Merkle branch that leads from it to its block's header, nearest node first.

    Nodes of the branch are in the byte order in which they are hashed.
    """

    txid: Hash
    block_height: Height
    block_hash: Hash
    header: Hex
    index: int
    branch: list[Hash]
    raw_transaction: Hex


class Seal(Answer):
    """The root that was published before the closing block, and what it is over, in the order of tickets."""

    root: Hash
    sealed_at_height: Height
    leaves: list[str]


class BundledPayment(Answer):
    """A payment that is on the chain, as far as it is told alike; `identifier` is its order's."""

    identifier: str
    txid: Hash
    vout: int
    amount_sats: Sats
    credited_sats: Sats
    refundable_sats: Sats
    block_height: Height


class BundledDraw(Answer):
    """Which draw it was, from which hash."""

    algorithm: str
    closing_block_hash: Hash


class SealedDrawRecord(BundledDraw):
    """How a sealed draw came out: the state after the whole delay, and the root over the delay's checkpoints."""

    checkpoints_root: Hash
    last_state: Hash


class BundledOwner(Answer):
    """An order, and the partner whose player made it."""

    identifier: str
    partner_name: str


class BundleBalance(Answer):
    """What a partner earned in the round: all that its players paid beyond base prices."""

    partner_name: str
    earned_sats: Sats


class BundlePayout(Answer):
    """The transaction that paid the jackpot, once a block holds it, and which of its outputs did.

    `heightProof` is the first transaction of that block, which names the block's height.
    """

    txid: Hash
    vout: int
    amount_sats: Sats
    proof: TransactionProof | None
    height_proof: TransactionProof | None


class BundleEntry(Answer):
    """An entry of the public log, and that it is in it."""

    number: Annotated[int, Field(ge=0)]
    text: str
    proof: Annotated[str, Field(description="C2SP tlog-proof: path and signed checkpoint in one text")]


class BundleAnchor(Answer):
    """A root of the log in a block of Bitcoin which covers an entry: of a round the seal, or the promise of what is not
    sealed yet."""

    txid: Hash
    vout: Annotated[int, Field(ge=0)]
    root: Hash
    size: Annotated[int, Field(ge=0, description="entries under that root")]
    path: Annotated[list[Hash], Field(description="from the entry to that root, nearest node first (RFC 6962)")]
    proof: TransactionProof | None


class BundleLog(Answer):
    """What the public log says of the round, against one checkpoint with its witnesses' cosignatures."""

    promise: BundleEntry
    seal: BundleEntry | None
    anchor: BundleAnchor | None
    witnessed: Annotated[
        BundleEntry | None,
        Field(description="whether the quorum was there, against the first cosigned checkpoint that covers this"),
    ]
    cosigned: Annotated[
        list[str],
        Field(description="the seal's C2SP tlog-proof against each other checkpoint that a promised witness cosigned"),
    ]


class WindowBundle(Answer):
    """A round with all its evidence. A long one comes in parts: `next` goes into `from`; null in the last part."""

    bundle_version: Literal[1, 2]
    game: str
    network: str
    part_from: Height
    next: Height | None
    headers: Headers | None
    height_proof: TransactionProof | None
    seal: Seal | None
    balances: list[BundleBalance]
    payout: BundlePayout | None
    log: Annotated[BundleLog | None, Field(description="null where the log does not tell of it, and in later parts")]
    transactions: list[TransactionProof]
