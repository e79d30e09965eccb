"""Rounds, orders, payments' fates, slips and their ticket ranges, wins. Document 001, "Database tables"."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    SmallInteger,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model

ROUND_STATUSES = "scheduled", "open", "unbacked", "closed", "sealed", "drawing", "settled", "void", "halted"
PAYMENT_STATUSES = "credited", "below_minimum", "late", "sold_out", "void", "orphaned"


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


class Round(Model):
    """A draw window shared by all partners. Everything above `status` is frozen when the row is made."""

    __tablename__ = "rounds"
    __table_args__ = (
        CheckConstraint("round_number > 0", name="round_number"),
        CheckConstraint(
            "opens_at_height < sales_end_height AND sales_end_height < closing_height", name="heights_in_order"
        ),
        CheckConstraint("ticket_digits BETWEEN 1 AND 9", name="ticket_digits"),
        CheckConstraint("ticket_supply = (10 ^ ticket_digits)::bigint", name="ticket_supply"),
        CheckConstraint("house_fee_percent BETWEEN 0 AND 10", name="house_fee_percent"),
        CheckConstraint(
            "jackpot_sats = ticket_supply * base_ticket_price_sats * (100 - house_fee_percent) / 100", name="jackpot"
        ),
        CheckConstraint("sold_tickets BETWEEN 0 AND ticket_supply", name="sold_tickets"),
        CheckConstraint(_one_of("status", ROUND_STATUSES), name="status"),
        CheckConstraint(
            "status <> 'settled' OR (winning_ticket IS NOT NULL AND closing_block_hash IS NOT NULL "
            "AND seal_root IS NOT NULL)",
            name="settled_is_complete",
        ),
        CheckConstraint("winning_ticket BETWEEN 0 AND ticket_supply - 1", name="winning_ticket"),
        UniqueConstraint("round_number", "ticket_supply"),
        Index("rounds_status_idx", "status"),
    )

    round_number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    opens_at_height: Mapped[int] = mapped_column(unique=True)
    sales_end_height: Mapped[int] = mapped_column(unique=True)
    closing_height: Mapped[int] = mapped_column(unique=True)
    settlement_depth: Mapped[int] = mapped_column(SmallInteger)
    ticket_digits: Mapped[int] = mapped_column(SmallInteger)
    ticket_supply: Mapped[int] = mapped_column(BigInteger)
    base_ticket_price_sats: Mapped[int] = mapped_column(BigInteger)
    house_fee_percent: Mapped[int] = mapped_column(SmallInteger)
    jackpot_sats: Mapped[int] = mapped_column(BigInteger)
    min_payment_floor_sats: Mapped[int] = mapped_column(BigInteger)  # an order's minimum is this or its price
    winner_algorithm: Mapped[str]
    hashes_per_digit: Mapped[int] = mapped_column(BigInteger)
    internal_key: Mapped[bytes] = mapped_column(LargeBinary)

    status: Mapped[str] = mapped_column(server_default="scheduled")
    sold_tickets: Mapped[int] = mapped_column(BigInteger, server_default="0")
    seal_root: Mapped[bytes | None] = mapped_column(LargeBinary)
    sealed_at: Mapped[datetime | None]
    sealed_at_height: Mapped[int | None]  # the node's tip when the root was fixed: below closing_height
    closing_block_hash: Mapped[bytes | None] = mapped_column(LargeBinary)  # explorer's byte order
    winning_ticket: Mapped[int | None] = mapped_column(BigInteger)
    settled_at: Mapped[datetime | None]


class TicketOrder(Model):
    """An order with everything it was promised. Private until its first confirmed payment."""

    __tablename__ = "ticket_orders"
    __table_args__ = (
        Index("ticket_orders_round_idx", "round_number", "id"),
        Index("ticket_orders_site_idx", "partner_site_id", "id"),
        Index("ticket_orders_player_idx", "partner_site_id", "player_public_identifier", "round_number"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    partner_site_id: Mapped[UUID] = mapped_column(ForeignKey("partner_sites.id"))
    round_number: Mapped[int] = mapped_column(ForeignKey("rounds.round_number"))
    deposit_address_id: Mapped[UUID] = mapped_column(ForeignKey("deposit_addresses.id"), unique=True)
    player_public_identifier: Mapped[str]
    player_private_identifier: Mapped[str]
    base_ticket_price_sats: Mapped[int] = mapped_column(BigInteger)
    player_ticket_price_sats: Mapped[int] = mapped_column(BigInteger)
    min_payment_sats: Mapped[int] = mapped_column(BigInteger)
    house_edge_percent: Mapped[int] = mapped_column(SmallInteger)
    payout_address: Mapped[str]
    receipt_secret_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    form_token_hash: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True)


class OrderPayment(Model):
    """The fate of one payment to an order's address. A block connected again brings a new row."""

    __tablename__ = "order_payments"
    __table_args__ = (
        CheckConstraint(_one_of("status", PAYMENT_STATUSES), name="status"),
        CheckConstraint("credited_sats >= 0 AND refundable_sats >= 0", name="no_negative_part"),
        CheckConstraint(
            "CASE WHEN status = 'orphaned' THEN true ELSE credited_sats + refundable_sats = amount_sats END",
            name="parts_make_the_whole",
        ),
        CheckConstraint("(status = 'orphaned') = (orphaned_at IS NOT NULL)", name="orphaned"),
        Index("order_payments_live_idx", "order_id", "txid", "vout", unique=True,
              postgresql_where=text("orphaned_at IS NULL")),
        Index("order_payments_order_idx", "order_id"),
        Index("order_payments_refund_due_idx", "id", postgresql_where=text(
            "refundable_sats > 0 AND refunded_at IS NULL AND orphaned_at IS NULL")),
        Index("order_payments_uncredited_idx", "order_id", postgresql_where=text("status <> 'credited'")),
        Index("order_payments_round_idx", "credited_round_number"),
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(ForeignKey("payments.id"), primary_key=True)
    order_id: Mapped[UUID] = mapped_column(ForeignKey("ticket_orders.id"))
    txid: Mapped[str]  # as explorers print it
    vout: Mapped[int] = mapped_column(BigInteger)
    tx_index: Mapped[int]
    amount_sats: Mapped[int] = mapped_column(BigInteger)
    block_height: Mapped[int]
    block_hash: Mapped[str]
    status: Mapped[str]
    credited_sats: Mapped[int] = mapped_column(BigInteger)
    refundable_sats: Mapped[int] = mapped_column(BigInteger)
    credited_round_number: Mapped[int | None] = mapped_column(ForeignKey("rounds.round_number"))
    orphaned_at: Mapped[datetime | None]
    refunded_at: Mapped[datetime | None]  # when what bought nothing went to the partner's balance


class TicketSlip(Model):
    """What an order holds in its round: the sum of its credited payments. It bears its order's id."""

    __tablename__ = "ticket_slips"
    __table_args__ = (
        CheckConstraint("ticket_count > 0", name="ticket_count"),
        CheckConstraint("status IN ('assigned', 'won', 'void')", name="status"),
        Index("ticket_slips_round_idx", "round_number", "id"),
    )

    id: Mapped[UUID] = mapped_column(ForeignKey("ticket_orders.id"), primary_key=True)
    round_number: Mapped[int] = mapped_column(ForeignKey("rounds.round_number"))
    paid_sats: Mapped[int] = mapped_column(BigInteger)  # credited, remainders included
    ticket_count: Mapped[int] = mapped_column(BigInteger)
    jackpot_contribution_sats: Mapped[int] = mapped_column(BigInteger)
    first_block_height: Mapped[int]
    first_block_hash: Mapped[str]
    status: Mapped[str] = mapped_column(server_default="assigned")  # that it lost follows from its round's winner


class SlipRange(Model):
    """Tickets [first, after) of a round. Each range starts where another ends, so the table itself refuses overlaps
    and holes, and only the tail can be taken away. A round's sentinel (after = 0) holds the beginning."""

    __tablename__ = "slip_ranges"
    __table_args__ = (
        CheckConstraint(
            "(first IS NULL AND after = 0 AND slip_id IS NULL) "
            "OR (first >= 0 AND after > first AND slip_id IS NOT NULL)",
            name="range_or_sentinel",
        ),
        CheckConstraint("after <= ticket_supply", name="within_supply"),
        CheckConstraint("(slip_id IS NULL) = (payment_id IS NULL)", name="paid_for"),
        UniqueConstraint("round_number", "first"),
        ForeignKeyConstraint(["round_number", "first"], ["slip_ranges.round_number", "slip_ranges.after"]),
        ForeignKeyConstraint(["round_number", "ticket_supply"], ["rounds.round_number", "rounds.ticket_supply"]),
        Index("slip_ranges_slip_idx", "slip_id"),
    )

    round_number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    after: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    first: Mapped[int | None] = mapped_column(BigInteger)
    ticket_supply: Mapped[int] = mapped_column(BigInteger)
    slip_id: Mapped[UUID | None] = mapped_column(ForeignKey("ticket_slips.id"))
    payment_id: Mapped[UUID | None] = mapped_column(ForeignKey("order_payments.id"), unique=True)


class PartnerWin(Model):
    """A sold winning ticket, for the partner's dashboard and reconciliation. Document 001."""

    __tablename__ = "partner_wins"
    __table_args__ = (
        UniqueConstraint("partner_site_id", "round_number", "slip_id"),
        CheckConstraint("winning_ticket_number >= 0", name="winning_ticket_number"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    partner_site_id: Mapped[UUID] = mapped_column(ForeignKey("partner_sites.id"))
    round_number: Mapped[int] = mapped_column(ForeignKey("rounds.round_number"), unique=True)
    slip_id: Mapped[UUID] = mapped_column(ForeignKey("ticket_slips.id"))
    winning_ticket_number: Mapped[int] = mapped_column(BigInteger)
    jackpot_sats: Mapped[int] = mapped_column(BigInteger)
    payout_address: Mapped[str]
    player_public_identifier: Mapped[str | None]
    player_private_identifier: Mapped[str | None]
