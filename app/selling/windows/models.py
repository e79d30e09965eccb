"""What the tables of every game of windows have in common: a game's own tables are these and what it adds."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database.session import Model

from .rules import SELLING, SOLD_OUT, Window

ROUND_STATUSES: Final = (
    "scheduled",
    "open",
    "unbacked",
    "closed",
    "sealed",
    "drawing",
    "settled",
    "void",
    "halted",
)
ROUND_TAG: Final = "tiraj/round/1"
_TAGGED: Final = hashlib.sha256(ROUND_TAG.encode()).hexdigest() * 2
COMMITMENT: Final = f"sha256('\\x{_TAGGED}'::bytea || replace(round_terms, '\\', '\\\\')::bytea)"
"""A round's commitment (`proof.promise`), as an index has it for whoever looks for the round by it."""
FINAL_STATUSES: Final = ("settled", "void", "halted")


class WindowRound(Model):
    """A draw window shared by all partners. Everything above `status` is frozen when the row is made."""

    __abstract__ = True

    round_number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    opens_at_height: Mapped[int] = mapped_column(unique=True)
    sales_end_height: Mapped[int] = mapped_column(unique=True)
    closing_height: Mapped[int] = mapped_column(unique=True)
    settlement_depth: Mapped[int] = mapped_column(SmallInteger)
    jackpot_sats: Mapped[int] = mapped_column(BigInteger)
    min_payment_floor_sats: Mapped[int] = mapped_column(BigInteger)  # no order's minimum is below this
    winner_algorithm: Mapped[str]
    hashes: Mapped[int | None] = mapped_column(BigInteger)  # of the whole draw, where its algorithm counts them so
    internal_key: Mapped[bytes] = mapped_column(LargeBinary)
    round_terms: Mapped[str | None]  # all of this as the one text that was published; null before there was any

    status: Mapped[str] = mapped_column(server_default="scheduled")
    seal_root: Mapped[bytes | None] = mapped_column(LargeBinary)
    seal_mark: Mapped[str | None]  # of the process of ours that fixed this root
    sealed_at: Mapped[datetime | None]
    sealed_at_height: Mapped[int | None]  # the node's tip when the root was fixed: below closing_height
    closing_block_hash: Mapped[bytes | None] = mapped_column(LargeBinary)  # explorer's byte order
    settled_at: Mapped[datetime | None]

    @property
    def window(self) -> Window:
        """Its heights as the rules want them."""
        return Window(self.opens_at_height, self.sales_end_height, self.closing_height)

    @property
    def sells(self) -> bool:
        """Whether a payment to an order of it may still come in time."""
        return self.status in SELLING

    @property
    def is_sold_out(self) -> bool:
        """Whether nothing is left of it, so that a payment now buys nothing: a game whose rounds run out says it."""
        return False

    @property
    def shown_status(self) -> str:
        """Its status as people are told it: what has nothing left to sell is `sold_out`, though its sales go on."""
        return SOLD_OUT if self.sells and self.is_sold_out else self.status


class WindowOrder(Model):
    """An order with what every order was promised. `round_number` refers to its game's own rounds."""

    __abstract__ = True

    round_number: Mapped[int]

    id: Mapped[UUID] = mapped_column(primary_key=True)
    partner_site_id: Mapped[UUID] = mapped_column(ForeignKey("partner_sites.id"))
    deposit_address_id: Mapped[UUID] = mapped_column(ForeignKey("deposit_addresses.id"), unique=True)
    min_payment_sats: Mapped[int] = mapped_column(BigInteger)
    house_edge_percent: Mapped[int] = mapped_column(SmallInteger)
    payout_address: Mapped[str]
    form_token_hash: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True)
    placed_by: Mapped[str] = mapped_column(server_default="key")  # key, frame, anyone: whose budget of unpaid orders
    placed_from: Mapped[bytes | None] = mapped_column(LargeBinary)  # a mark of who asked, while it may count


class WindowPayment(Model):
    """The fate of one payment to an order's address. A block connected again brings a new row.

    `order_id` and `credited_round_number` refer to its game's own tables.
    """

    __abstract__ = True

    order_id: Mapped[UUID]
    credited_round_number: Mapped[int | None]

    id: Mapped[UUID] = mapped_column(ForeignKey("payments.id"), primary_key=True)
    txid: Mapped[str]  # as explorers print it
    vout: Mapped[int] = mapped_column(BigInteger)
    tx_index: Mapped[int]
    amount_sats: Mapped[int] = mapped_column(BigInteger)
    block_height: Mapped[int]
    block_hash: Mapped[str]
    status: Mapped[str]
    credited_sats: Mapped[int] = mapped_column(BigInteger)
    refundable_sats: Mapped[int] = mapped_column(BigInteger)
    orphaned_at: Mapped[datetime | None]
    refunded_at: Mapped[datetime | None]  # when what bought nothing went to the partner's balance


class WindowWin(Model):
    """A jackpot that one of a partner's players won, for the partner's dashboard and reconciliation.

    `round_number` refers to its game's own rounds; what was drawn, which order won and whose it is are the game's.
    """

    __abstract__ = True

    round_number: Mapped[int]

    id: Mapped[UUID] = mapped_column(primary_key=True)
    partner_site_id: Mapped[UUID] = mapped_column(ForeignKey("partner_sites.id"))
    jackpot_sats: Mapped[int] = mapped_column(BigInteger)
    payout_address: Mapped[str]


class PassedOn(Model):
    """A site's own note that its player has what came for him: a refund, or a jackpot. It moves nothing.

    `id` is that of the payment or the win, in whichever game; what is taken back has no row.
    """

    __tablename__ = "passed_on_notes"
    __table_args__ = (CheckConstraint("kind IN ('refund', 'win')", name="kind"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    partner_site_id: Mapped[UUID] = mapped_column(ForeignKey("partner_sites.id"), index=True)
    game: Mapped[str]
    kind: Mapped[str]
    noted_at: Mapped[datetime]
    noted_by: Mapped[str]  # user:ID or key:ID, as the audit log names who did it


# Of a table of payments, to rows that stay for ever: checked at once, for a block brings thousands.
PAYMENT_REFERENCES: Final = (("id",), ("order_id",), ("credited_round_number",))


def round_constraints(table: str) -> tuple[CheckConstraint | Index, ...]:
    """What a table of rounds refuses, and by what its rows are found."""
    return (
        CheckConstraint("round_number > 0", name="round_number"),
        CheckConstraint(
            "opens_at_height < sales_end_height AND sales_end_height < closing_height", name="heights_in_order"
        ),
        CheckConstraint(one_of("status", ROUND_STATUSES), name="status"),
        Index(f"{table}_status_idx", "status"),
        # what operators look for: each of its hashes, whole, begun, or shortened as lists show it
        Index(f"{table}_seal_idx", "seal_root"),
        Index(f"{table}_closing_idx", "closing_block_hash"),
        Index(f"{table}_closing_ends_idx", text("reverse(\"right\"(encode(closing_block_hash, 'hex'), 8))")),
        Index(f"{table}_commitment_idx", text(COMMITMENT)),
    )


def order_constraints(table: str) -> tuple[CheckConstraint | Index, ...]:
    """What a table of orders refuses, and the index of what is to be forgotten."""
    return (
        CheckConstraint(one_of("placed_by", ("key", "frame", "anyone")), name="placed_by"),
        Index(f"{table}_placed_from_idx", "id", postgresql_where=text("placed_from IS NOT NULL")),
    )


def payment_constraints(table: str, statuses: tuple[str, ...]) -> tuple[CheckConstraint | Index, ...]:
    """What a table of payments refuses, and the indexes by which the rail finds its rows. `statuses`: the fates."""
    return (
        CheckConstraint(one_of("status", statuses), name="status"),
        CheckConstraint("credited_sats >= 0 AND refundable_sats >= 0", name="no_negative_part"),
        CheckConstraint(
            "CASE WHEN status = 'orphaned' THEN true ELSE credited_sats + refundable_sats = amount_sats END",
            name="parts_make_the_whole",
        ),
        CheckConstraint("(status = 'orphaned') = (orphaned_at IS NOT NULL)", name="orphaned"),
        Index(
            f"{table}_live_idx", "order_id", "txid", "vout", unique=True, postgresql_where=text("orphaned_at IS NULL")
        ),
        Index(f"{table}_order_idx", "order_id"),
        Index(
            f"{table}_refund_due_idx",
            "id",
            postgresql_where=text("refundable_sats > 0 AND refunded_at IS NULL AND orphaned_at IS NULL"),
        ),
        Index(f"{table}_round_idx", "credited_round_number"),
        Index(f"{table}_status_idx", "status"),  # what a monitor counts, without a look at the rows
    )


def one_of(column: str, values: tuple[str, ...]) -> str:
    """The condition that a text column has one of these values."""
    return f"{column} IN ({', '.join(repr(value) for value in values)})"
