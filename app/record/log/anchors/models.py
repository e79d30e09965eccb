"""Anchors: roots of the log that stand in blocks of Bitcoin, each in a transaction that spends the one before."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, LargeBinary, func, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database.session import Model


class Anchor(Model):
    """A root in a block. A block that goes leaves its row, dated; the same transaction in another one is a new row.

    Ids of transactions and hashes of blocks are in internal order. `line_vout` is the output that the next anchor
    spends, `previous_txid` the anchor whose output this one spends; a transaction without one begins the line.
    """

    __tablename__ = "log_anchors"
    __table_args__ = (
        CheckConstraint("octet_length(root) = 32", name="root"),
        CheckConstraint("vout <> line_vout", name="outputs"),
        Index("log_anchors_live_idx", "txid", unique=True, postgresql_where=text("orphaned_at IS NULL")),
        Index("log_anchors_block_idx", "block_hash"),
        Index("log_anchors_size_idx", "size"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    txid: Mapped[bytes] = mapped_column(LargeBinary)
    vout: Mapped[int]
    line_vout: Mapped[int]
    previous_txid: Mapped[bytes | None] = mapped_column(LargeBinary)
    root: Mapped[bytes] = mapped_column(LargeBinary)
    size: Mapped[int] = mapped_column(BigInteger)
    block_height: Mapped[int]
    block_hash: Mapped[bytes] = mapped_column(LargeBinary)
    recorded_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    orphaned_at: Mapped[datetime | None]
