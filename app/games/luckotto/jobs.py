"""RQ entry points of Luckotto."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CursorResult, text

from app.core.database.session import transaction

from .tickets import statements

_AT_ONCE = 200_000  # rows; no statement may outlast its timeout


def forget_combinations() -> int:
    """Remove what the tickets of drawn and void rounds cover; how many rows. It follows from the tickets."""
    gone = 0
    while True:
        with transaction() as session:
            removed: CursorResult[Any] = session.execute(  # type: ignore[assignment]
                text(statements.FORGET_COMBINATIONS), {"limit": _AT_ONCE}
            )
        gone += removed.rowcount
        if removed.rowcount < _AT_ONCE:
            return gone
