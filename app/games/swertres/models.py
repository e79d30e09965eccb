"""Every configuration that the game has had, by the defaults of its rules until the first; and who is about to join."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, LargeBinary, SmallInteger, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database.append_only import append_only
from app.core.database.session import Model
from app.core.sealing.columns import Sealed, sealed_json, sealed_text
from app.record.notifications.models import kind_of


class SwertresConfiguration(Model):
    """What holds from its moment on until the next; amounts in centavos. Who said so, and why, the audit log keeps."""

    __tablename__ = "swertres_configurations"
    __table_args__ = (
        CheckConstraint("version > 0", name="version"),
        CheckConstraint("multiple BETWEEN 1 AND 999", name="multiple"),
        CheckConstraint("least_stake > 0 AND most_stake >= least_stake", name="stakes"),
        CheckConstraint("most_total >= least_stake", name="most_total"),
        CheckConstraint("most_lines > 0 AND cutoff_minutes > 0 AND days_ahead > 0", name="positive"),
    )

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    slots: Mapped[str]
    multiple: Mapped[int]
    least_stake: Mapped[int] = mapped_column(BigInteger)
    most_stake: Mapped[int] = mapped_column(BigInteger)
    most_lines: Mapped[int] = mapped_column(SmallInteger)
    most_total: Mapped[int | None] = mapped_column(BigInteger)
    cutoff_minutes: Mapped[int] = mapped_column(SmallInteger)
    days_ahead: Mapped[int] = mapped_column(SmallInteger)
    said_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())


append_only(SwertresConfiguration.__table__)


class SwertresRegistration(Model):
    """Who somebody says to be who has not shown yet that the phone or mailbox is his; kept until its code is used."""

    __tablename__ = "swertres_registrations"
    __table_args__ = (UniqueConstraint("contact_hash"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    contact_sealed: Mapped[bytes] = mapped_column(Sealed(kind_of))
    contact_hash: Mapped[bytes] = mapped_column(LargeBinary)
    contact = sealed_text("contact_sealed")
    said_sealed: Mapped[bytes] = mapped_column(Sealed())
    said = sealed_json("said_sealed")
    asked_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
