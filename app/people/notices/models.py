"""What people were told of, where they want to be told, and the devices that push reaches."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, func, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database.session import Model
from app.core.sealing.columns import DEVICE, Sealed, sealed_json, sealed_text
from app.people.accounts.models import User

_NOW = func.clock_timestamp()


class Notice(Model):
    """One notice to one person. `params` and the kind's words make it, in the language of whoever reads it.

    `once` names what it tells of, where that may come by twice. Not `in_app`: it was only sent.
    """

    __tablename__ = "notices"
    __table_args__ = (
        Index("notices_once_key", "user_id", "kind", "once", unique=True, postgresql_where=text("once IS NOT NULL")),
        Index("notices_user_id_id_idx", "user_id", "id", postgresql_where=text("in_app")),
        Index("notices_unread_idx", "user_id", postgresql_where=text("in_app AND read_at IS NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"))
    kind: Mapped[str]
    once: Mapped[str | None]
    params_sealed: Mapped[bytes] = mapped_column(Sealed())
    params = sealed_json("params_sealed")
    in_app: Mapped[bool] = mapped_column(server_default=text("true"))
    at: Mapped[datetime] = mapped_column(server_default=_NOW)
    read_at: Mapped[datetime | None]


class NoticeChoice(Model):
    """Where somebody wants a kind otherwise than it is by itself."""

    __tablename__ = "notice_choices"
    __table_args__ = (CheckConstraint("place IN ('app', 'mail', 'sms', 'push')", name="place"),)

    user_id: Mapped[UUID] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    place: Mapped[str] = mapped_column(primary_key=True)
    is_on: Mapped[bool]


class Device(Model):
    """A phone or browser that push reaches, by the token it got. It is whose account registered it last."""

    __tablename__ = "devices"
    __table_args__ = (CheckConstraint("platform IN ('android', 'ios', 'web')", name="platform"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"), index=True)
    token_sealed: Mapped[bytes] = mapped_column(Sealed(DEVICE))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    token = sealed_text("token_sealed")
    platform: Mapped[str]
    registered_at: Mapped[datetime] = mapped_column(server_default=_NOW)
    last_ok_at: Mapped[datetime | None]


class RealityCheck(Model):
    """After how many minutes of playing somebody wants to be asked whether to go on."""

    __tablename__ = "reality_checks"
    __table_args__ = (CheckConstraint("minutes BETWEEN 5 AND 240", name="minutes"),)

    user_id: Mapped[UUID] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"), primary_key=True)
    minutes: Mapped[int]
