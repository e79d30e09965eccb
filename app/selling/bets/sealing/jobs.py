"""What seals, voids by rule and draws in the background; at any time, any number of times. Each draw is alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

import structlog
from sqlalchemy.exc import OperationalError

from app.chain.node import client as node
from app.chain.node import rpc
from app.core.config import current_settings
from app.core.database.leadership import lead
from app.core.database.session import is_held, transaction
from app.outcomes.draws import service as draws
from app.record.audit import switches

from . import drawing, service, witnessing

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


def draw(stop: Callable[[], bool] = lambda: False) -> int:
    """Draw every sealed draw that no official lottery decides and whose block is buried, if nobody else does; how many
    were. None are while operators have stopped settlement."""
    url = current_settings().database_url.get_secret_value()
    with lead(url, "bets.draws") as leading:
        if not leading:
            return 0
        with transaction():
            waiting = [] if switches.is_stopped("settlement") else drawing.due()
        return sum(_draw(draw_id, stop) for draw_id in waiting)


def _draw(draw_id: UUID, stop: Callable[[], bool]) -> bool:
    try:
        with transaction():
            height = drawing.buried_height(draw_id)
        if height is None:
            return False
        told = node.client().call("getblockhash", height)
        with transaction():
            work = drawing.begin(draw_id, height, told)
        if work is None:
            return False
        drawn = draws.run(work, stop)
        with transaction():  # a draw takes its time, in which operators may have stopped it
            return not switches.is_stopped("settlement") and drawing.finish(draw_id, work, drawn)
    except rpc.NodeFailure as error:
        log.warning("node_away", reason=str(error))
    except draws.DrawStopped:
        log.warning("draw_stopped", draw=str(draw_id))
    except (OperationalError, ValueError):
        log.exception("draw_failed", draw=str(draw_id))
    return False
