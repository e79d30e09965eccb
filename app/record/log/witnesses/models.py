"""The tables of witnesses: who they are and how it went with them, what they signed, and what they said against us."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, SmallInteger, func, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database.append_only import append_only
from app.core.database.session import Model

KEPT_WHOLE: Final = timedelta(days=7)
"""How long every cosignature is kept; `thinning` says which ones afterwards."""


class KnownWitness(Model):
    """One who follows the log, by the verifier key. Who is named in the settings was offered by nobody.

    Below `stopped_at` stands how it went, for whoever asks next.
    """

    __tablename__ = "log_witnesses"
    __table_args__ = (
        Index("log_witnesses_offered_idx", "offered_by", postgresql_where=text("offered_by IS NOT NULL")),
        CheckConstraint("size >= 0 AND failures >= 0", name="counts"),
    )

    key: Mapped[str] = mapped_column(primary_key=True)
    push: Mapped[str] = mapped_column(server_default="")
    pull: Mapped[str] = mapped_column(server_default="")
    offered_by: Mapped[str | None]  # a subject, such as that of a site
    known_since: Mapped[datetime] = mapped_column(server_default=func.now())
    removed_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]  # by an operator

    size: Mapped[int] = mapped_column(BigInteger, server_default="0")  # of the checkpoint that it cosigned last
    cosigned_at: Mapped[datetime | None]  # by its own clock
    heard_at: Mapped[datetime | None]  # by ours
    trouble: Mapped[str] = mapped_column(server_default="")
    failures: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    rests_until: Mapped[datetime | None]


class Cosignature(Model):
    """A witness's first signature of a checkpoint of ours, verified before it came here. `line` is as notes have it.

    All of a week are there; of older ones those that prove something, or one an hour.
    """

    __tablename__ = "log_cosignatures"
    __table_args__ = (Index("log_cosignatures_time_idx", "witness", "cosigned_at"),)

    size: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)  # of a checkpoint of ours
    witness: Mapped[str] = mapped_column(ForeignKey("log_witnesses.key"), primary_key=True)
    cosigned_at: Mapped[datetime]
    line: Mapped[str]
    seen_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())


class Disagreement(Model):
    """A witness has seen another log than ours, or whoever brought a note has: then there is no `witness`.

    `proven`: our own key's signature says so. `note` is then what it signed, with its line alone.
    """

    __tablename__ = "log_disagreements"
    __table_args__ = (
        Index("log_disagreements_digest_idx", "witness", "digest", unique=True),
        Index("log_disagreements_seen_idx", "witness", "kind", "seen_at"),
        Index("log_disagreements_brought_idx", "digest", unique=True, postgresql_where=text("witness IS NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    witness: Mapped[str | None] = mapped_column(ForeignKey("log_witnesses.key"))
    kind: Mapped[str]
    proven: Mapped[bool]
    evidence: Mapped[str]
    note: Mapped[str | None]
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    seen_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())


append_only(Cosignature.__table__, thinned=("seen_at", KEPT_WHOLE))
append_only(Disagreement.__table__)
