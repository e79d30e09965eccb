"""Results that games wait for: what sources said, byte by byte, and what counts because of it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database.append_only import append_only
from app.core.database.frozen import freeze, freeze_once
from app.core.database.session import Model
from app.core.sealing.columns import Sealed, sealed_bytes

from .states import OPEN, STATES
from .wanted import HOWS

MOST_BYTES: Final = 2**20
"""Of an answer: pages have a tenth of it."""


def _one_of(column: str, words: tuple[str, ...]) -> str:
    listed = ", ".join(f"'{word}'" for word in words)
    return f"{column} IN ({listed})"


class AwaitedResult(Model):
    """One draw of a lottery that a game waits for. What it asked for never changes."""

    __tablename__ = "awaited_results"
    __table_args__ = (
        UniqueConstraint("game", "subject"),
        CheckConstraint(_one_of("state", STATES), name="state"),
        CheckConstraint("octet_length(promise) = 32", name="promise"),
        CheckConstraint("digits BETWEEN 1 AND 9", name="digits"),
        CheckConstraint("final_after >= interval '0'", name="final_after"),
        CheckConstraint("(provisional IS NOT NULL) = (state = 'provisional')", name="provisional"),
        CheckConstraint(f"next_look_at IS NULL OR {_one_of('state', OPEN)}", name="looked_for"),
        Index("awaited_results_due_idx", "next_look_at", postgresql_where=text("next_look_at IS NOT NULL")),
        Index("awaited_results_drawn_at_idx", "drawn_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    game: Mapped[str]
    subject: Mapped[str]
    lottery: Mapped[str]
    day: Mapped[date]
    slot: Mapped[time]
    drawn_at: Mapped[datetime]
    digits: Mapped[int]
    promise: Mapped[bytes] = mapped_column(LargeBinary)
    final_after: Mapped[timedelta]
    state: Mapped[str] = mapped_column(server_default="expected")
    provisional: Mapped[str | None]
    looks: Mapped[int] = mapped_column(server_default="0")
    next_look_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


ASKED_FOR: Final = (
    *("id", "game", "subject", "lottery", "day", "slot", "drawn_at", "digits", "promise", "final_after"),
    "created_at",
)
freeze(AwaitedResult.__table__, ASKED_FOR)


class ResultObservation(Model):
    """One look at a source: meant (`answered_at` is null), then answered, once. `claim` names the process that asks,
    `mark` binds what it found to a process of ours: nobody is believed who writes to the database alone.

    `body` is what came, compressed; `body_sha256` and `body_size` are of the bytes as they came. Either there are
    `numbers`, or `reason` says why not: a parser's, or that nothing came that could be read.
    """

    __tablename__ = "result_observations"
    __table_args__ = (
        CheckConstraint("answered_at IS NULL OR (asked_at IS NOT NULL AND asked_at <= answered_at)", name="asked"),
        CheckConstraint("answered_at IS NULL OR mark <> ''", name="marked"),
        CheckConstraint("(answered_at IS NOT NULL) = (numbers IS NOT NULL OR reason <> '')", name="answered"),
        CheckConstraint("numbers IS NULL OR reason = ''", name="read"),
        CheckConstraint("numbers IS NULL OR (body IS NOT NULL AND status = 200)", name="of_a_page"),
        CheckConstraint("num_nulls(body, body_sha256, body_size) IN (0, 3)", name="body"),
        CheckConstraint("body IS NULL OR octet_length(body_sha256) = 32", name="hashed"),
        CheckConstraint(f"body_size BETWEEN 0 AND {MOST_BYTES}", name="size"),
        Index("result_observations_awaited_id_idx", "awaited_id"),
        Index(
            "result_observations_meant_key",
            "source",
            "awaited_id",
            unique=True,
            postgresql_where=text("answered_at IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    awaited_id: Mapped[UUID] = mapped_column(ForeignKey(AwaitedResult.id))
    source: Mapped[str]
    host: Mapped[str] = mapped_column(server_default="")
    parser: Mapped[str] = mapped_column(server_default="")
    origin: Mapped[str] = mapped_column(server_default="")
    claim: Mapped[UUID | None]
    asked_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    status: Mapped[int | None]
    body: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    body_sha256: Mapped[bytes | None] = mapped_column(LargeBinary)
    body_size: Mapped[int | None]
    numbers: Mapped[str | None]
    reason: Mapped[str] = mapped_column(server_default="")
    mark: Mapped[str] = mapped_column(server_default="")


freeze_once(ResultObservation.__table__, "answered_at")


class SourceAsked(Model):
    """Who asks a source just now, until when at the latest: one at a time."""

    __tablename__ = "result_asks"

    source: Mapped[str] = mapped_column(primary_key=True)
    claim: Mapped[UUID]
    until: Mapped[datetime]


class ResultOutcome(Model):
    """What counts as the result: the newest version. An older one stays, overridden.

    `mark` binds all of it to who confirmed it: a process of ours. `told_at` is when its game was told.
    """

    __tablename__ = "result_outcomes"
    __table_args__ = (
        CheckConstraint("version >= 1 AND (version > 1) = (how = 'correction')", name="version"),
        CheckConstraint(_one_of("how", HOWS), name="how"),
        CheckConstraint("numbers ~ '^[0-9]+$'", name="numbers"),
        CheckConstraint("(approval_id IS NULL) = (how = 'consensus')", name="decided"),
        CheckConstraint("final_at >= confirmed_at", name="final"),
        Index("result_outcomes_untold_idx", "awaited_id", postgresql_where=text("told_at IS NULL")),
    )

    awaited_id: Mapped[UUID] = mapped_column(ForeignKey(AwaitedResult.id), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    numbers: Mapped[str]
    how: Mapped[str]
    evidence: Mapped[dict[str, Any]] = mapped_column(JSONB)
    approval_id: Mapped[UUID | None]
    confirmed_at: Mapped[datetime]
    final_at: Mapped[datetime]
    mark: Mapped[str]
    told_at: Mapped[datetime | None]


CONFIRMED: Final = (
    *("awaited_id", "version", "numbers", "how", "evidence"),
    *("approval_id", "confirmed_at", "final_at"),
)
freeze(ResultOutcome.__table__, CONFIRMED)


class ResultPaper(Model):
    """A broadcast or a printed result that somebody attached: a file on disk, encrypted under its own key."""

    __tablename__ = "result_papers"
    __table_args__ = (
        CheckConstraint("media_type IN ('image/webp', 'application/pdf')", name="media_type"),
        CheckConstraint("octet_length(sha256) = 32", name="hashed"),
        CheckConstraint("size > 0", name="size"),
        Index("result_papers_awaited_id_idx", "awaited_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    awaited_id: Mapped[UUID] = mapped_column(ForeignKey(AwaitedResult.id))
    media_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[bytes] = mapped_column(LargeBinary)
    attached_by: Mapped[str]
    key_sealed: Mapped[bytes] = mapped_column(Sealed())
    key = sealed_bytes("key_sealed")


freeze(ResultPaper.__table__, ("id", "awaited_id", "media_type", "size", "sha256", "attached_by"))


class ResultSourceChange(Model):
    """What two people have made of a source: its newest change is in force. Rows are only ever added."""

    __tablename__ = "result_source_changes"
    __table_args__ = (
        UniqueConstraint("approval_id"),
        Index("result_source_changes_source_idx", "source", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    source: Mapped[str]
    host: Mapped[str]
    parser: Mapped[str]
    origin: Mapped[str]
    is_asked: Mapped[bool]
    approval_id: Mapped[UUID]
    decided_by: Mapped[str]
    confirmed_by: Mapped[str]
    changed_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    mark: Mapped[str]


append_only(ResultSourceChange.__table__)


class ResultConfirming(Model):
    """Whether the sources of a lottery confirm its results by themselves: what two people have said last is in force,
    for draws that were promised since. Rows are only ever added."""

    __tablename__ = "result_confirmings"
    __table_args__ = (
        UniqueConstraint("approval_id"),
        Index("result_confirmings_lottery_idx", "lottery", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    lottery: Mapped[str]
    by_sources: Mapped[bool]
    approval_id: Mapped[UUID]
    decided_by: Mapped[str]
    confirmed_by: Mapped[str]
    said_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    mark: Mapped[str]


append_only(ResultConfirming.__table__)
