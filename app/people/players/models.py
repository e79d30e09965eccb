"""Those who play signed in, who they are, what they have limited themselves to, and the breaks they take.

Names and birth dates are sealed, and so is by what those are known who must not play.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, Text, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database.append_only import append_only
from app.core.database.session import Model
from app.core.money import CURRENCIES, MOST_MINOR
from app.core.sealing.columns import Sealed, sealed_bytes, sealed_text, sealed_text_or_none
from app.people.accounts.models import User

from .rules import KINDS, LEAST_MONTHS, MOST_DAYS, MOST_MONTHS, WINDOWS
from .verification.rules import FILE_KINDS, MEDIA_TYPES
from .verification.rules import STATES as VERIFICATION_STATES

MARK: Final = "player"
"""The kind of what people are known by: the same in each table that has it."""
MARKS: Final = ("birth", "email", "phone")

_NOW = func.clock_timestamp()


def _one_of(column: str, words: Iterable[str]) -> str:
    return f"{column} IN ({', '.join(repr(word) for word in sorted(words))})"


class Player(Model):
    """A person who may play: the row that whoever takes their money locks, and whoever changes what they may spend."""

    __tablename__ = "players"

    user_id: Mapped[UUID] = mapped_column(ForeignKey(User.id), primary_key=True)


class PlayerLimit(Model):
    """What a player lets himself spend of one kind in one period, and the raise that waits for its second yes.

    A row is gone when its limit is. `wished_minor` null beside a `wished_at` wishes the limit away.
    """

    __tablename__ = "player_limits"
    __table_args__ = (
        CheckConstraint(_one_of("currency", CURRENCIES), name="currency"),
        CheckConstraint(_one_of("kind", KINDS), name="kind"),
        CheckConstraint(_one_of("period", WINDOWS), name="period"),
        CheckConstraint(f"amount_minor BETWEEN 0 AND {MOST_MINOR}", name="amount"),
        CheckConstraint(f"wished_minor BETWEEN amount_minor + 1 AND {MOST_MINOR}", name="wish"),
        CheckConstraint("wished_minor IS NULL OR wished_at IS NOT NULL", name="wished"),
    )

    user_id: Mapped[UUID] = mapped_column(ForeignKey(Player.user_id), primary_key=True)
    currency: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    period: Mapped[str] = mapped_column(primary_key=True)
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    since: Mapped[datetime]
    wished_minor: Mapped[int | None] = mapped_column(BigInteger)
    wished_at: Mapped[datetime | None]


class PlayerTimeout(Model):
    """Days off. Rows are only ever added, so that none is cut short: the latest end counts."""

    __tablename__ = "player_timeouts"
    __table_args__ = (
        CheckConstraint(f"ends_at > begins_at AND ends_at - begins_at <= interval '{MOST_DAYS} days'", name="length"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey(Player.user_id), index=True)
    begins_at: Mapped[datetime] = mapped_column(server_default=_NOW)
    ends_at: Mapped[datetime]


class PlayerExclusion(Model):
    """Six months off at least. Rows are only ever added: neither we nor the player can lift one."""

    __tablename__ = "player_exclusions"
    __table_args__ = (
        CheckConstraint(f"months BETWEEN {LEAST_MONTHS} AND {MOST_MONTHS}", name="months"),
        # Half a year has 181 days at least, and any further month 30 on average.
        CheckConstraint("ends_at - begins_at >= months * interval '30 days'", name="length"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey(Player.user_id), index=True)
    months: Mapped[int]
    begins_at: Mapped[datetime] = mapped_column(server_default=_NOW)
    ends_at: Mapped[datetime]


class PlayerProfile(Model):
    """Who somebody is, as he says. Its id is the person's.

    `mark_until`: of who was erased, until when what he paid in without papers counts, by whatever account.
    """

    __tablename__ = "player_profiles"
    __table_args__ = (
        CheckConstraint(_one_of("currency", CURRENCIES), name="currency"),
        CheckConstraint("jurisdiction ~ '^[A-Z]{2}$'", name="jurisdiction"),
        CheckConstraint("(mark_sealed IS NULL) = (mark_hash IS NULL)", name="mark_is_found"),
        CheckConstraint(
            "(erased_at IS NULL) = (name_sealed IS NOT NULL AND birth_date_sealed IS NOT NULL"
            " AND mark_sealed IS NOT NULL AND mark_until IS NULL)",
            name="whole",
        ),
        CheckConstraint(
            "erased_at IS NULL OR (name_sealed IS NULL AND birth_date_sealed IS NULL"
            " AND (mark_sealed IS NULL) = (mark_until IS NULL))",
            name="erased",
        ),
    )

    id: Mapped[UUID] = mapped_column(ForeignKey(Player.user_id), primary_key=True)
    name_sealed: Mapped[bytes | None] = mapped_column(Sealed())
    name = sealed_text_or_none("name_sealed")
    birth_date_sealed: Mapped[bytes | None] = mapped_column(Sealed())
    birth_date = sealed_text_or_none("birth_date_sealed")
    mark_sealed: Mapped[bytes | None] = mapped_column(Sealed(MARK))
    mark_hash: Mapped[bytes | None] = mapped_column(LargeBinary, index=True)
    mark = sealed_text_or_none("mark_sealed")
    mark_until: Mapped[datetime | None]
    jurisdiction: Mapped[str]
    currency: Mapped[str]
    registered_at: Mapped[datetime] = mapped_column(server_default=_NOW)
    erased_at: Mapped[datetime | None]


class PlayerMark(Model):
    """By what somebody is known who has excluded himself, or was shut out. It says neither name nor address.

    `is_verified`: papers have shown who that account's person is, so that no other's papers outrank it.
    """

    __tablename__ = "player_marks"
    __table_args__ = (
        CheckConstraint(_one_of("kind", MARKS), name="kind"),
        UniqueConstraint("user_id", "mark_hash"),
        Index("player_marks_mark_hash_idx", "mark_hash"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey(Player.user_id))
    kind: Mapped[str]
    mark_sealed: Mapped[bytes] = mapped_column(Sealed(MARK))
    mark_hash: Mapped[bytes] = mapped_column(LargeBinary)
    mark = sealed_text("mark_sealed")
    is_verified: Mapped[bool] = mapped_column(server_default=text("false"))


class PlayerRuling(Model):
    """What two operators have found out about two accounts that are known by the same: whether the person of one, of
    whom papers were handed in, is that of the other, who is kept out.

    `other_id` is no foreign key: whoever asks what is kept of him is not told what was decided about somebody else.
    """

    __tablename__ = "player_rulings"
    __table_args__ = (
        CheckConstraint("user_id <> other_id", name="two"),
        CheckConstraint(f"kinds <> '{{}}' AND kinds <@ ARRAY[{', '.join(map(repr, MARKS))}]", name="kinds"),
    )

    user_id: Mapped[UUID] = mapped_column(ForeignKey(Player.user_id), primary_key=True)
    other_id: Mapped[UUID] = mapped_column(primary_key=True, index=True)
    is_same: Mapped[bool]
    kinds: Mapped[list[str]] = mapped_column(ARRAY(Text))  # the marks that were shown to match
    decided_by: Mapped[str]
    confirmed_by: Mapped[str]
    decided_at: Mapped[datetime] = mapped_column(server_default=_NOW)


class PlayerVerification(Model):
    """Whether papers have shown who somebody is. Who has no row has not asked. Its id is the person's."""

    __tablename__ = "player_verifications"
    __table_args__ = (
        CheckConstraint(_one_of("state", VERIFICATION_STATES), name="state"),
        CheckConstraint("(state = 'rejected') = (reason <> '')", name="reason"),
        Index("player_verifications_state_idx", "state"),
    )

    id: Mapped[UUID] = mapped_column(ForeignKey(Player.user_id), primary_key=True)
    state: Mapped[str]
    reason: Mapped[str] = mapped_column(server_default="")  # what the person reads
    changed_at: Mapped[datetime] = mapped_column(server_default=_NOW)


class PlayerFile(Model):
    """A document or picture of somebody. The file lies on disk under a key that is sealed here, for this row alone."""

    __tablename__ = "player_files"
    __table_args__ = (
        CheckConstraint(_one_of("kind", FILE_KINDS), name="kind"),
        CheckConstraint(_one_of("media_type", MEDIA_TYPES), name="media_type"),
        CheckConstraint("size > 0", name="size"),
        Index("player_files_picture_key", "user_id", unique=True, postgresql_where=text("kind = 'picture'")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey(Player.user_id), index=True)
    kind: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    key_sealed: Mapped[bytes] = mapped_column(Sealed())
    key = sealed_bytes("key_sealed")


class PlayerBlock(Model):
    """Somebody whom operators have shut out, until they let him in again."""

    __tablename__ = "player_blocks"
    __table_args__ = (
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended"),
        Index("player_blocks_on_key", "user_id", unique=True, postgresql_where=text("ended_at IS NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey(Player.user_id), index=True)
    reason: Mapped[str]
    begun_by: Mapped[str]
    begun_at: Mapped[datetime] = mapped_column(server_default=_NOW)
    ended_by: Mapped[str | None]
    ended_at: Mapped[datetime | None]


append_only(PlayerTimeout.__table__)
append_only(PlayerExclusion.__table__)
