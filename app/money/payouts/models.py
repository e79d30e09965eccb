"""What is owed to partners on chain, and the transactions that pay it. Games owe; payouts pay."""

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
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database.session import Model

from .rules import LIVE_STATES, PAYING, STATES


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


_FOR_THE_LOG = _one_of("kind", ("root", "line"))


class Obligation(Model):
    """A debt to one partner at one address, created once per (kind, source, source id)."""

    __tablename__ = "obligations"
    __table_args__ = (
        UniqueConstraint("kind", "source", "source_id"),
        CheckConstraint("amount_sats > 0", name="amount"),
        CheckConstraint("kind IN ('jackpot', 'balance')", name="kind"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    source: Mapped[str]  # the game
    source_id: Mapped[str]  # its round, lot, …
    partner_site_id: Mapped[UUID] = mapped_column(ForeignKey("partner_sites.id"))
    address: Mapped[str]
    amount_sats: Mapped[int] = mapped_column(BigInteger)


class Payout(Model):
    """One version of one payment: a transaction, from its draft until it is buried.

    A replacement with a higher fee is a row of its own. All versions of a payment have the same `root_id` and debts,
    and each spends all the coins of the one before, so at most one of them can be mined; the money reserved for them
    lies in the ledger's account of the root.
    At most one version is live: it is what holds the inputs and the debts.
    """

    __tablename__ = "payouts"
    __table_args__ = (
        CheckConstraint("kind IN ('round', 'rounds', 'balances', 'sweep', 'log')", name="kind"),
        CheckConstraint(_one_of("state", STATES), name="state"),
        CheckConstraint(f"live = ({_one_of('state', LIVE_STATES)})", name="live"),
        CheckConstraint("(game IS NULL) = (source_id IS NULL)", name="whole_source"),
        CheckConstraint("(kind = 'round') = (game IS NOT NULL)", name="round_has_game"),
        CheckConstraint("(replaces_id IS NULL) = (root_id = id)", name="root"),
        CheckConstraint("state NOT IN ('signed', 'broadcasting', 'unknown') OR signed_tx IS NOT NULL", name="signed"),
        CheckConstraint("state <> 'refused' OR refusal IS NOT NULL", name="refusal"),
        CheckConstraint("(excluded_height IS NULL) = (excluded_hash IS NULL)", name="excluded"),
        CheckConstraint("fee_sats > 0 AND fee_sats <= fee_cap_sats", name="fee"),
        UniqueConstraint("id", "live"),  # what the children's foreign keys point at
        Index("payouts_live_root_idx", "root_id", unique=True, postgresql_where=text("live")),
        Index("payouts_live_source_idx", "game", "source_id", unique=True, postgresql_where=text("live")),
        Index("payouts_source_idx", "game", "source_id"),
        Index("payouts_open_idx", "id", postgresql_where=text("live AND state <> 'confirmed'")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    root_id: Mapped[UUID] = mapped_column(ForeignKey("payouts.id"), index=True)
    replaces_id: Mapped[UUID | None] = mapped_column(ForeignKey("payouts.id"))
    kind: Mapped[str]
    game: Mapped[str | None]  # with `source_id` the one round that it was made for; of many, its outputs say which
    source_id: Mapped[str | None]
    state: Mapped[str] = mapped_column(server_default="draft")
    live: Mapped[bool] = mapped_column(server_default=text("true"))
    psbt: Mapped[str]  # unsigned, base64
    mark: Mapped[str | None]  # of the process of ours that drafted exactly this
    txid: Mapped[bytes] = mapped_column(LargeBinary, unique=True)  # internal order; signatures do not change it
    signed_tx: Mapped[bytes | None] = mapped_column(LargeBinary)
    vsize: Mapped[int]
    fee_rate: Mapped[int] = mapped_column(BigInteger)  # sat per 1,000 virtual bytes
    fee_sats: Mapped[int] = mapped_column(BigInteger)
    fee_cap_sats: Mapped[int] = mapped_column(BigInteger)
    log_size: Mapped[int | None] = mapped_column(BigInteger)  # entries under the public log's root that it carries
    created_by: Mapped[str]
    reason: Mapped[str] = mapped_column(server_default="")
    state_changed_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    # When it was first handed to a node, unless that certainly did not take it: then nothing of it was sent.
    broadcast_at: Mapped[datetime | None]
    refusal: Mapped[str | None]  # the node's words, where it refused the first of all tries
    # A block that excludes it: there, somebody spends what one of its lost coins was made from.
    excluded_height: Mapped[int | None]
    excluded_hash: Mapped[bytes | None] = mapped_column(LargeBinary)


class PayoutOutput(Model):
    """What one version of a payout intends to pay, and to whom. `script` and `sats` are what the signer must sign.

    A root of the public log is data that pays nobody and has no address; its line is what the next one spends.
    """

    __tablename__ = "payout_outputs"
    __table_args__ = (
        ForeignKeyConstraint(["payout_id", "live"], ["payouts.id", "payouts.live"], onupdate="CASCADE"),
        CheckConstraint("kind IN ('obligation', 'balance', 'change', 'root', 'line')", name="kind"),
        CheckConstraint("(kind = 'obligation') = (obligation_id IS NOT NULL)", name="obligation"),
        CheckConstraint(f"({_one_of('kind', PAYING)}) = (partner_site_id IS NOT NULL)", name="partner"),
        CheckConstraint("(kind IN ('change', 'line')) = (reserve_key_index IS NOT NULL)", name="change"),
        CheckConstraint("sats > 0 OR (kind = 'root' AND sats = 0)", name="sats"),
        Index("payout_outputs_log_idx", "payout_id", "kind", unique=True, postgresql_where=text(_FOR_THE_LOG)),
        Index("payout_outputs_obligation_idx", "obligation_id", unique=True, postgresql_where=text("live")),
        Index("payout_outputs_site_idx", "partner_site_id", "payout_id"),
        Index("payout_outputs_address_idx", "address"),
        Index("payout_outputs_ends_idx", text('reverse("right"(address, 8))')),  # as lists shorten it
    )

    payout_id: Mapped[UUID] = mapped_column(primary_key=True)
    vout: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    live: Mapped[bool] = mapped_column(server_default=text("true"))
    kind: Mapped[str]
    obligation_id: Mapped[UUID | None] = mapped_column(ForeignKey("obligations.id"))
    partner_site_id: Mapped[UUID | None] = mapped_column(ForeignKey("partner_sites.id"))
    reserve_key_index: Mapped[int | None] = mapped_column(ForeignKey("reserve_addresses.key_index"))
    script: Mapped[bytes] = mapped_column(LargeBinary)
    address: Mapped[str]
    sats: Mapped[int] = mapped_column(BigInteger)


class PayoutInput(Model):
    """A coin that a version of a payout spends. The anchor is the one that every successor must spend as well."""

    __tablename__ = "payout_inputs"
    __table_args__ = (
        ForeignKeyConstraint(["payout_id", "live"], ["payouts.id", "payouts.live"], onupdate="CASCADE"),
        Index("payout_inputs_outpoint_idx", "txid", "vout", unique=True, postgresql_where=text("live")),
        Index("payout_inputs_anchor_idx", "payout_id", unique=True, postgresql_where=text("anchor")),
        CheckConstraint("sats > 0", name="sats"),
    )

    payout_id: Mapped[UUID] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    live: Mapped[bool] = mapped_column(server_default=text("true"))
    # The outpoint counts: a block that comes back in another place brings the same outpoint under a new coin.
    coin_id: Mapped[UUID] = mapped_column(ForeignKey("coins.id"))
    txid: Mapped[bytes] = mapped_column(LargeBinary)
    vout: Mapped[int] = mapped_column(BigInteger)
    sats: Mapped[int] = mapped_column(BigInteger)
    anchor: Mapped[bool] = mapped_column(server_default=text("false"))


class PayoutConfirmation(Model):
    """A block that holds a payout. Its row moves the money; a block that goes gets the mirror, and the row stays."""

    __tablename__ = "payout_confirmations"
    __table_args__ = (
        Index("payout_confirmations_live_idx", "payout_id", unique=True, postgresql_where=text("orphaned_at IS NULL")),
        Index("payout_confirmations_block_idx", "block_height"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    payout_id: Mapped[UUID] = mapped_column(ForeignKey("payouts.id"))
    block_height: Mapped[int]
    block_hash: Mapped[bytes] = mapped_column(LargeBinary)
    orphaned_at: Mapped[datetime | None]
