"""The public log's tables: what waits for its number, entries in their order, tiles of hashes, signed checkpoints."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, LargeBinary, func, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database.append_only import append_only
from app.core.database.session import Model


class Waiting(Model):
    """A leaf as its fact's own transaction wrote it. The sequencer takes it from here into the log."""

    __tablename__ = "log_leaves"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    written_at: Mapped[datetime] = mapped_column(server_default=func.now())
    kind: Mapped[str]
    subject: Mapped[str]
    data: Mapped[str]


class Entry(Model):
    """An entry of the log, under its number for ever. `hash` is that of RFC 6962 over the UTF-8 bytes of `data`."""

    __tablename__ = "log_entries"
    __table_args__ = (
        CheckConstraint("octet_length(data) <= 65535", name="length"),
        Index("log_entries_hash_idx", "hash"),
        # Of postings there are many, and each is found by the hash that its holder has.
        Index("log_entries_subject_idx", "subject", "kind", postgresql_where=text("kind <> 'ledger'")),
    )

    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    hash: Mapped[bytes] = mapped_column(LargeBinary)
    kind: Mapped[str]
    subject: Mapped[str]
    data: Mapped[str]


class Head(Model):
    """How many entries have a number. One row; who numbers changes it from what he found, so that nobody forks.

    Facts from `begun_at` on have their entry, from `first_number` on: what was there before the log, or was emptied
    while developing, has none. What receipts prove has been told from `receipts_from` on.
    """

    __tablename__ = "log_heads"
    __table_args__ = (CheckConstraint("id = 1", name="one"),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    size: Mapped[int] = mapped_column(BigInteger, server_default="0")
    first_number: Mapped[int] = mapped_column(BigInteger, server_default="0")
    grown_at: Mapped[datetime] = mapped_column(server_default=func.now())
    begun_at: Mapped[datetime] = mapped_column(server_default=func.now())
    receipts_from: Mapped[datetime] = mapped_column(server_default=func.now())


class Tile(Model):
    """A tile of the tree: its hashes one after the other, up to 256. One that is not whole yet grows at its end."""

    __tablename__ = "log_tiles"
    __table_args__ = (CheckConstraint("octet_length(hashes) BETWEEN 32 AND 8192", name="width"),)

    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    hashes: Mapped[bytes] = mapped_column(LargeBinary)


class SignedCheckpoint(Model):
    """What was signed of a size: one root for each, once. `note` is the text that everybody is given."""

    __tablename__ = "log_checkpoints"

    size: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    root: Mapped[bytes] = mapped_column(LargeBinary)
    signed_at: Mapped[datetime]
    note: Mapped[str]


append_only(Entry.__table__)
append_only(SignedCheckpoint.__table__)
