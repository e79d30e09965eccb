"""Rounds, orders, payments' fates, slips and their ticket ranges, wins. Document 001, "Database tables"."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    SmallInteger,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database.frozen import freeze
from app.core.database.references import check_at_once, keep
from app.core.database.removable import check_and_hold
from app.core.database.session import Model
from app.selling.windows.models import (
    PAYMENT_REFERENCES,
    WindowOrder,
    WindowPayment,
    WindowRound,
    WindowWin,
    order_constraints,
    payment_constraints,
    round_constraints,
)
from app.selling.windows.proof.promise import frozen_columns
from app.selling.windows.tables import GameTables

from .rules import GAME, PROMISED, Fate

PAYMENT_STATUSES: Final = (*(fate.value for fate in Fate), "orphaned")


class Round(WindowRound):
    """A draw window shared by all partners. Everything above `sold_tickets` is frozen when the row is made."""

    __tablename__ = "rounds"
    __table_args__ = (
        *round_constraints("rounds"),
        CheckConstraint("ticket_digits BETWEEN 1 AND 9", name="ticket_digits"),
        CheckConstraint("ticket_supply = (10 ^ ticket_digits)::bigint", name="ticket_supply"),
        CheckConstraint("num_nonnulls(hashes, hashes_per_digit) = 1 AND hashes > 0", name="hashes"),
        CheckConstraint("house_fee_percent BETWEEN 0 AND 10", name="house_fee_percent"),
        CheckConstraint(
            "jackpot_sats = ticket_supply * base_ticket_price_sats * (100 - house_fee_percent) / 100", name="jackpot"
        ),
        CheckConstraint("sold_tickets BETWEEN 0 AND ticket_supply", name="sold_tickets"),
        CheckConstraint(
            "status <> 'settled' OR (winning_ticket IS NOT NULL AND closing_block_hash IS NOT NULL "
            "AND seal_root IS NOT NULL)",
            name="settled_is_complete",
        ),
        CheckConstraint("winning_ticket BETWEEN 0 AND ticket_supply - 1", name="winning_ticket"),
        UniqueConstraint("round_number", "ticket_supply"),
    )

    ticket_digits: Mapped[int] = mapped_column(SmallInteger)
    ticket_supply: Mapped[int] = mapped_column(BigInteger)
    base_ticket_price_sats: Mapped[int] = mapped_column(BigInteger)
    house_fee_percent: Mapped[int] = mapped_column(SmallInteger)
    hashes_per_digit: Mapped[int | None] = mapped_column(BigInteger)

    sold_tickets: Mapped[int] = mapped_column(BigInteger, server_default="0")
    winning_ticket: Mapped[int | None] = mapped_column(BigInteger)

    @property
    def is_sold_out(self) -> bool:
        return self.sold_tickets >= self.ticket_supply


freeze(Round.__table__, frozen_columns(PROMISED))


class TicketOrder(WindowOrder):
    """An order with everything it was promised. Private until its first confirmed payment."""

    __tablename__ = "ticket_orders"
    __table_args__ = (
        *order_constraints("ticket_orders"),
        Index("ticket_orders_round_idx", "round_number", "id"),
        Index("ticket_orders_site_idx", "partner_site_id", "id"),
        Index("ticket_orders_player_idx", "partner_site_id", "player_public_identifier", "round_number"),
        # of whichever partner, for operators, who write a name's beginning
        Index(
            "ticket_orders_named_idx",
            func.lower(text("player_public_identifier")).label("named"),
            "id",
            postgresql_ops={"named": "text_pattern_ops"},
        ),
    )

    round_number: Mapped[int] = mapped_column(ForeignKey("rounds.round_number"))
    player_public_identifier: Mapped[str]
    player_private_identifier: Mapped[str]
    base_ticket_price_sats: Mapped[int] = mapped_column(BigInteger)
    player_ticket_price_sats: Mapped[int] = mapped_column(BigInteger)
    receipt_secret_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)


keep(TicketOrder.__table__, ("id",))


class OrderPayment(WindowPayment):
    """The fate of one payment to an order's address. A block connected again brings a new row."""

    __tablename__ = "order_payments"
    __table_args__ = (
        *payment_constraints("order_payments", PAYMENT_STATUSES),
        Index("order_payments_uncredited_idx", "order_id", postgresql_where=text("status <> 'credited'")),
    )

    order_id: Mapped[UUID] = mapped_column(ForeignKey("ticket_orders.id"))
    credited_round_number: Mapped[int | None] = mapped_column(ForeignKey("rounds.round_number"))


keep(OrderPayment.__table__, ("id",))
check_at_once(OrderPayment.__table__, *PAYMENT_REFERENCES)


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


check_at_once(TicketSlip.__table__, ("id",), ("round_number",))


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


check_at_once(SlipRange.__table__, ("round_number", "ticket_supply"), ("payment_id",))
# A slip may be left empty by a lost block, and a range is cut off.
check_and_hold(SlipRange.__table__, ("round_number", "first"), ("slip_id",))


class PartnerWin(WindowWin):
    """A sold winning ticket, for the partner's dashboard and reconciliation. Document 001."""

    __tablename__ = "partner_wins"
    __table_args__ = (
        UniqueConstraint("partner_site_id", "round_number", "slip_id"),
        CheckConstraint("winning_ticket_number >= 0", name="winning_ticket_number"),
    )

    round_number: Mapped[int] = mapped_column(ForeignKey("rounds.round_number"), unique=True)
    slip_id: Mapped[UUID] = mapped_column(ForeignKey("ticket_slips.id"), index=True)
    winning_ticket_number: Mapped[int] = mapped_column(BigInteger)
    player_public_identifier: Mapped[str | None]
    player_private_identifier: Mapped[str | None]


check_and_hold(PartnerWin.__table__, ("slip_id",))

TABLES: Final = GameTables(
    name=GAME, title=_l("Ticket draw"), round_kind="round", round=Round, order=TicketOrder, payment=OrderPayment
)
