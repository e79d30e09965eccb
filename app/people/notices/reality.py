"""After how long somebody who plays wants to be asked whether to go on. Nothing here commits."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from app.core.database.session import db
from app.core.errors import DomainError

from .models import RealityCheck
from .rules import LEAST_MINUTES, MOST_MINUTES


def ask_after(user_id: UUID, minutes: int | None) -> None:
    """Ask him after so many minutes each time; None: never.

    Raises DomainError `minutes_out_of_range` (field `minutes`).
    """
    if minutes is None:
        db.session.execute(delete(RealityCheck).where(RealityCheck.user_id == user_id))
        return
    if not LEAST_MINUTES <= minutes <= MOST_MINUTES:
        raise DomainError("minutes_out_of_range", field="minutes", least=LEAST_MINUTES, most=MOST_MINUTES)
    db.session.execute(
        insert(RealityCheck)
        .values(user_id=user_id, minutes=minutes)
        .on_conflict_do_update(index_elements=["user_id"], set_={"minutes": minutes})
    )
