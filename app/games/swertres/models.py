"""Every configuration that the game has had. Until the first row it goes by the defaults of its rules."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, SmallInteger, func
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database.append_only import append_only
from app.core.database.session import Model


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
