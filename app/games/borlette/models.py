"""Every configuration that the game has had, by the defaults of its rules until the first."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, SmallInteger, func
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database.append_only import append_only
from app.core.database.session import Model


class BorletteConfiguration(Model):
    """What holds from its moment on until the next; amounts in centimes, multiples of a stake. Who said so, and why,
    the audit log keeps."""

    __tablename__ = "borlette_configurations"
    __table_args__ = (
        CheckConstraint("version > 0", name="version"),
        CheckConstraint("greatest_return BETWEEN 1 AND 100", name="greatest_return"),
        CheckConstraint("pair_1 >= pair_2 AND pair_2 >= pair_3 AND pair_3 > 0", name="pairs"),
        CheckConstraint("least(marriage, loto3, loto4, loto5) > 0", name="multiples"),
        CheckConstraint("num_nulls(grap_1, grap_2, grap_3) IN (0, 3)", name="grap"),
        CheckConstraint("least_stake > 0 AND most_stake >= least_stake", name="stakes"),
        CheckConstraint("most_total >= least_stake", name="most_total"),
        CheckConstraint("most_on_number >= least_stake", name="most_on_number"),
        CheckConstraint("most_lines > 0 AND cutoff_minutes > 0 AND days_ahead > 0", name="positive"),
    )

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sessions: Mapped[str]
    profile: Mapped[str]
    greatest_return: Mapped[int] = mapped_column(SmallInteger)
    pair_1: Mapped[int]
    pair_2: Mapped[int]
    pair_3: Mapped[int]
    marriage: Mapped[int]
    loto3: Mapped[int]
    loto4: Mapped[int]
    loto5: Mapped[int]
    grap_1: Mapped[int | None]
    grap_2: Mapped[int | None]
    grap_3: Mapped[int | None]
    grap_pe_l3: Mapped[int | None]
    least_stake: Mapped[int] = mapped_column(BigInteger)
    most_stake: Mapped[int] = mapped_column(BigInteger)
    most_lines: Mapped[int] = mapped_column(SmallInteger)
    most_total: Mapped[int | None] = mapped_column(BigInteger)
    most_on_number: Mapped[int | None] = mapped_column(BigInteger)
    cutoff_minutes: Mapped[int] = mapped_column(SmallInteger)
    days_ahead: Mapped[int] = mapped_column(SmallInteger)
    said_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())


append_only(BorletteConfiguration.__table__)
