"""What two people have said of who confirms a lottery's results: its sources by themselves, or again two people.

A draw keeps what it was promised: what is said later holds for draws that are waited for later.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from sqlalchemy import ColumnElement, func, select

from app.core.database.session import db
from app.core.marks import is_ours
from app.outcomes.results.models import ResultConfirming

from .lotteries import Lottery

log = structlog.get_logger()

MARK: Final = "tiraj/result confirming/1"
_BEGINS: Final = timedelta(minutes=1)
"""Longer than a transaction: one that promises a draw sees all that will hold for it."""


def held(of: Lottery, since: datetime | None) -> bool:
    """Whether it was said, for what is waited for since that moment, that sources confirm; None: from this transaction
    on. What no process of ours wrote is not said."""
    return _said(of, ResultConfirming.said_at <= (func.now() if since is None else since) - _BEGINS)


def said_last(of: Lottery) -> bool:
    """The same of what holds from in a minute on."""
    return _said(of)


def told(row: ResultConfirming) -> list[Any]:
    """What the mark is of."""
    return [str(row.id), row.lottery, row.by_sources, str(row.approval_id)]


def is_whole(row: ResultConfirming) -> bool:
    """Whether two people have said it, through us."""
    return is_ours(row.mark, MARK, told(row))


def _said(of: Lottery, *when: ColumnElement[bool]) -> bool:
    query = select(ResultConfirming).where(ResultConfirming.lottery == of.id, *when)
    row = db.session.scalars(query.order_by(ResultConfirming.id.desc()).limit(1)).first()
    if row is not None and not is_whole(row):
        log.error("result_confirming_not_ours", lottery=of.id)
        return False
    return row is not None and row.by_sources
