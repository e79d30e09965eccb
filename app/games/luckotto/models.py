"""Luckotto's rounds, orders, payments' fates, tickets with the combinations they cover, and wins. Document 000.

Sets of numbers are bigints: number n is bit n - 1.
"""

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
    SmallInteger,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database.frozen import freeze
from app.core.database.references import check_at_once, keep
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


class LuckottoRound(WindowRound):
    """A draw window shared by all partners: six of `pool_size` numbers are drawn."""

    __tablename__ = "luckotto_rounds"
    __table_args__ = (
        *round_constraints("luckotto_rounds"),
        CheckConstraint("pool_size BETWEEN 9 AND 63", name="pool_size"),
        CheckConstraint("base_combination_price_sats > 0", name="base_combination_price"),
        CheckConstraint("jackpot_sats = possible_combinations * base_combination_price_sats", name="jackpot"),
        CheckConstraint("sold_combinations BETWEEN 0 AND possible_combinations", name="sold_combinations"),
        CheckConstraint("sold_tickets >= 0", name="sold_tickets"),
        CheckConstraint("hash_work > 0", name="hash_work"),
        CheckConstraint("num_nonnulls(hashes, hash_work) = 1 AND hashes > 0", name="hashes"),
        CheckConstraint(
            "winning_numbers IS NULL OR (bit_count(winning_numbers::bit(64)) = 6 "
            "AND winning_numbers >> pool_size = 0 AND winning_numbers > 0)",
            name="winning_numbers",
        ),
        CheckConstraint(
            "status <> 'settled' OR (winning_numbers IS NOT NULL AND closing_block_hash IS NOT NULL "
            "AND seal_root IS NOT NULL)",
            name="settled_is_complete",
        ),
        UniqueConstraint("round_number", "pool_size"),
    )

    pool_size: Mapped[int] = mapped_column(SmallInteger)
    possible_combinations: Mapped[int] = mapped_column(BigInteger)  # six of the pool
    base_combination_price_sats: Mapped[int] = mapped_column(BigInteger)
    hash_work: Mapped[int | None] = mapped_column(BigInteger)
    sold_tickets: Mapped[int] = mapped_column(server_default="0")
    sold_combinations: Mapped[int] = mapped_column(BigInteger, server_default="0")
    winning_numbers: Mapped[int | None] = mapped_column(BigInteger)

    @property
    def is_sold_out(self) -> bool:
        return self.sold_combinations >= self.possible_combinations


freeze(LuckottoRound.__table__, frozen_columns(PROMISED))


class LuckottoOrder(WindowOrder):
    """A request for a set of numbers with everything it was promised. Public from its making."""

    __tablename__ = "luckotto_orders"
    __table_args__ = (
        CheckConstraint("bit_count(requested::bit(64)) BETWEEN 6 AND 25 AND requested > 0", name="requested"),
        CheckConstraint("base_sats > 0 AND fee_sats >= 0", name="price"),
        UniqueConstraint("id", "round_number"),
        *order_constraints("luckotto_orders"),
        Index("luckotto_orders_round_idx", "round_number", "id"),
        Index("luckotto_orders_site_idx", "partner_site_id", "id"),
        Index("luckotto_orders_player_idx", "partner_site_id", "player_identifier", "id"),
        # of whichever partner, for operators, who write a name's beginning
        Index(
            "luckotto_orders_named_idx",
            func.lower(text("player_identifier")).label("named"),
            "id",
            postgresql_ops={"named": "text_pattern_ops"},
        ),
    )

    round_number: Mapped[int] = mapped_column(ForeignKey("luckotto_rounds.round_number"))
    player_uname: Mapped[str]
    player_identifier: Mapped[str]
    requested: Mapped[int] = mapped_column(BigInteger)
    base_sats: Mapped[int] = mapped_column(BigInteger)
    fee_sats: Mapped[int] = mapped_column(BigInteger)

    @property
    def total_sats(self) -> int:
        """What funds the order."""
        return self.base_sats + self.fee_sats


keep(LuckottoOrder.__table__, ("id", "round_number"))


class LuckottoPayment(WindowPayment):
    """The fate of one payment to an order's address."""

    __tablename__ = "luckotto_payments"
    __table_args__ = payment_constraints("luckotto_payments", PAYMENT_STATUSES)

    order_id: Mapped[UUID] = mapped_column(ForeignKey("luckotto_orders.id"))
    credited_round_number: Mapped[int | None] = mapped_column(ForeignKey("luckotto_rounds.round_number"))


keep(LuckottoPayment.__table__, ("id",))
check_at_once(LuckottoPayment.__table__, *PAYMENT_REFERENCES)


class LuckottoTicket(Model):
    """The numbers a funded order got. It bears its order's id; its combinations are nobody else's in the round."""

    __tablename__ = "luckotto_tickets"
    __table_args__ = (
        CheckConstraint("status IN ('assigned', 'won', 'void')", name="status"),
        CheckConstraint("sequence >= 0", name="sequence"),
        CheckConstraint(
            "bit_count(numbers::bit(64)) BETWEEN 6 AND 25 AND numbers > 0 AND numbers >> pool_size = 0",
            name="numbers",
        ),
        CheckConstraint("combinations > 0", name="combinations"),
        ForeignKeyConstraint(["id", "round_number"], ["luckotto_orders.id", "luckotto_orders.round_number"]),
        ForeignKeyConstraint(
            ["round_number", "pool_size"], ["luckotto_rounds.round_number", "luckotto_rounds.pool_size"]
        ),
        Index("luckotto_tickets_sequence_idx", "round_number", "sequence", unique=True, postgresql_include=["numbers"]),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    round_number: Mapped[int]
    pool_size: Mapped[int] = mapped_column(SmallInteger)
    sequence: Mapped[int]  # 0 for the round's first ticket, in chain order
    numbers: Mapped[int] = mapped_column(BigInteger)
    combinations: Mapped[int]
    payment_id: Mapped[UUID] = mapped_column(ForeignKey("luckotto_payments.id"), unique=True)  # that reached the total
    status: Mapped[str] = mapped_column(server_default="assigned")  # that it lost follows from its round's winner


check_at_once(LuckottoTicket.__table__, ("id", "round_number"), ("round_number", "pool_size"), ("payment_id",))


class LuckottoCombination(Model):
    """Six numbers of a round and the one ticket that covers them. The tickets' triggers write it, and nobody else may.

    A ticket that shares six numbers with another would enter a combination twice, which the primary key refuses: so at
    most one ticket can win. Without foreign keys, which would cost as much as the up to 177,100 rows of a ticket.
    """

    __tablename__ = "luckotto_combinations"

    round_number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    combination: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    sequence: Mapped[int]  # the ticket's


class LuckottoWin(WindowWin):
    """The ticket that holds all six drawn numbers, for the partner's dashboard and reconciliation."""

    __tablename__ = "luckotto_wins"

    partner_site_id: Mapped[UUID] = mapped_column(ForeignKey("partner_sites.id"), index=True)
    round_number: Mapped[int] = mapped_column(ForeignKey("luckotto_rounds.round_number"), unique=True)
    ticket_id: Mapped[UUID] = mapped_column(ForeignKey("luckotto_tickets.id"), index=True)
    winning_numbers: Mapped[int] = mapped_column(BigInteger)
    player_uname: Mapped[str]
    player_identifier: Mapped[str]


TABLES: Final = GameTables(
    name=GAME,
    title=_l("Luckotto"),
    round_kind="luckotto-round",
    round=LuckottoRound,
    order=LuckottoOrder,
    payment=LuckottoPayment,
)
