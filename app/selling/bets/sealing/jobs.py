"""What seals, and voids by rule, in the background; at any time, any number of times. A transaction for each draw."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

import structlog
from sqlalchemy.exc import OperationalError

from app.core.database.session import is_held, transaction

from . import service, witnessing

log = structlog.get_logger()


def seal() -> int:
    """Seal, or void, every draw that is due; how many were."""
    return _each(service.due, service.seal)


def witness() -> int:
    """Say of every sealed draw whose quorum is there that it is, and void those whose time is over; how many."""
    return _each(witnessing.due, witnessing.fix)


def void() -> int:
    """Void every sealed draw that was waited for long enough; how many."""
    return _each(service.overdue, service.void_without_result)


def _each(due: Callable[[], Sequence[UUID]], do: Callable[[UUID], bool]) -> int:
    with transaction():
        waiting = due()
    return sum(_alone(draw_id, do) for draw_id in waiting)


def _alone(draw_id: UUID, do: Callable[[UUID], bool]) -> bool:
    """A draw whose row somebody keeps must not keep the others waiting, nor one with which something is wrong."""
    try:
        with transaction():
            return do(draw_id)
    except OperationalError as error:
        if not is_held(error):
            raise
        log.warning("draw_is_held", draw=str(draw_id))
    except ValueError:
        log.exception("draw_promise_unread", draw=str(draw_id))
    return False
