"""What we know of the Bitcoin chain: where we are, which scripts we watch, which coins are ours."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database.references import check_at_once, keep
from app.core.database.session import Model


class ChainCursor(Model):
    """The last block applied. One row; every block's transaction moves it by compare-and-set."""

    __tablename__ = "chain_cursor"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(primary_key=True, server_default="1")
    height: Mapped[int]
    hash: Mapped[bytes] = mapped_column(LargeBinary)
    first_height: Mapped[int]  # where scanning began; nothing below it is ours


class ChainBlock(Model):
    """An applied block. `hash` is in internal byte order, as in block headers."""

    __tablename__ = "chain_blocks"

    height: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    previous_hash: Mapped[bytes] = mapped_column(LargeBinary)
    header: Mapped[bytes] = mapped_column(LargeBinary)
    time: Mapped[datetime]


class DepositAddress(Model):
    """An address that commits to the terms of one order. Watched for ever."""

    __tablename__ = "deposit_addresses"
    __table_args__ = (
        UniqueConstraint("internal_key", "commitment"),
        Index("deposit_addresses_commitment_idx", "commitment"),
        Index("deposit_addresses_ends_idx", text('reverse("right"(address, 8))')),  # as lists shorten it
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    branch: Mapped[int]  # which game's branch of the account key
    key_index: Mapped[int]
    internal_key: Mapped[bytes] = mapped_column(LargeBinary)
    terms: Mapped[str]  # the exact canonical JSON the address commits to
    commitment: Mapped[bytes] = mapped_column(LargeBinary)
    script_pubkey: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    address: Mapped[str] = mapped_column(unique=True)


keep(DepositAddress.__table__, ("id",))


class ReserveAddress(Model):
    """An address of the house's own reserve, on a branch of its own."""

    __tablename__ = "reserve_addresses"

    key_index: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    script_pubkey: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    address: Mapped[str] = mapped_column(unique=True)


keep(ReserveAddress.__table__, ("key_index",))


class Coin(Model):
    """An output to one of our scripts, as one block connected it. A block connected again makes a new row."""

    __tablename__ = "coins"
    __table_args__ = (
        Index("coins_live_outpoint_idx", "txid", "vout", unique=True, postgresql_where=text("orphaned_at IS NULL")),
        Index("coins_orphaned_idx", "txid", postgresql_where=text("orphaned_at IS NOT NULL")),
        Index("coins_block_idx", "block_height"),
        Index("coins_rewards_idx", "block_height", postgresql_where=text("tx_index = 0 AND orphaned_at IS NULL")),
        Index("coins_deposit_idx", "deposit_address_id"),
        # how a transaction begins where it is written: there its bytes stand the other way round
        Index("coins_written_idx", text("reverse(\"right\"(encode(txid, 'hex'), 8))")),
        CheckConstraint("(deposit_address_id IS NULL) <> (reserve_key_index IS NULL)", name="one_owner"),
        CheckConstraint("(payment_id IS NULL) = (deposit_address_id IS NULL)", name="deposits_are_payments"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    txid: Mapped[bytes] = mapped_column(LargeBinary)
    vout: Mapped[int] = mapped_column(BigInteger)
    tx_index: Mapped[int]
    amount_sats: Mapped[int] = mapped_column(BigInteger)
    block_height: Mapped[int]
    block_hash: Mapped[bytes] = mapped_column(LargeBinary)
    deposit_address_id: Mapped[UUID | None] = mapped_column(ForeignKey("deposit_addresses.id"))
    reserve_key_index: Mapped[int | None] = mapped_column(ForeignKey("reserve_addresses.key_index"))
    payment_id: Mapped[UUID | None] = mapped_column(ForeignKey("payments.id"), unique=True)
    planned: Mapped[bool] = mapped_column(server_default=text("false"))  # change of our own: no new money
    orphaned_at: Mapped[datetime | None]


check_at_once(Coin.__table__, ("deposit_address_id",), ("reserve_key_index",), ("payment_id",))


class CoinSpend(Model):
    """A transaction in a block that spent one of our coins."""

    __tablename__ = "coin_spends"
    __table_args__ = (
        Index("coin_spends_live_idx", "coin_id", unique=True, postgresql_where=text("orphaned_at IS NULL")),
        Index("coin_spends_block_idx", "block_height"),
        Index(
            "coin_spends_unexplained_idx",
            "id",
            postgresql_where=text("NOT planned AND orphaned_at IS NULL AND explained_at IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    coin_id: Mapped[UUID] = mapped_column(ForeignKey("coins.id"))
    spending_txid: Mapped[bytes] = mapped_column(LargeBinary)
    block_height: Mapped[int]
    block_hash: Mapped[bytes] = mapped_column(LargeBinary)
    planned: Mapped[bool]
    orphaned_at: Mapped[datetime | None]
    explained_at: Mapped[datetime | None]  # when an operator said what an unplanned one was


class Sighting(Model):
    """An unconfirmed output to a deposit address. Expendable: dropped when it confirms or is evicted."""

    __tablename__ = "sightings"
    __table_args__ = (UniqueConstraint("txid", "vout"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    txid: Mapped[bytes] = mapped_column(LargeBinary)
    vout: Mapped[int] = mapped_column(BigInteger)
    amount_sats: Mapped[int] = mapped_column(BigInteger)
    deposit_address_id: Mapped[UUID] = mapped_column(ForeignKey("deposit_addresses.id"), index=True)
    seen_at: Mapped[datetime] = mapped_column(server_default=func.now())
