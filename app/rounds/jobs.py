"""RQ entry points of the main game: reconcilers that ask what is due."""

from __future__ import annotations

from collections.abc import Callable

import structlog
from flask import current_app
from sqlalchemy.exc import OperationalError

from app.audit import service as audit
from app.chain import node, rpc
from app.core.db import transaction
from app.core.faults import step
from app.core.leadership import lead
from app.core.queue import ring_by_name
from app.draws import service as draws

from . import sealing, settlement

log = structlog.get_logger()


def seal() -> int:
    """Seal, or void by rule, every round that is due; how many were."""
    with transaction():
        waiting = sealing.due()
    done = 0
    for number in waiting:
        try:
            tip, _ = rpc.tip(node.client())  # anew for each: a seal rests on how fresh this is
        except rpc.NodeFailure as error:
            log.warning("node_away", reason=str(error))
            return done
        with transaction():
            done += sealing.seal(number, tip) or sealing.void(number, tip, "not_sealed_before_closing_block")
    return done


def settle(stop: Callable[[], bool] = lambda: False) -> int:
    """Draw and settle every round that is due, if nobody else does; how many were settled."""
    url = current_app.config["SETTINGS"].database_url.get_secret_value()
    with lead(url, "settlement") as leading:
        if not leading:
            return 0
        with transaction():
            numbers = settlement.due()
        return sum(_settle_alone(number, stop) for number in numbers)


def _settle_alone(number: int, stop: Callable[[], bool]) -> bool:
    """Settle one round; what goes wrong with it must not keep the others waiting."""
    try:
        return _settle_round(number, stop)
    except OperationalError:
        raise  # the database is away: for everybody
    except Exception:
        log.exception("settlement_failed", round=number)
        with transaction():
            audit.raise_alarm("settlement_failed", f"round:{number}")
        return False


def _settle_round(number: int, stop: Callable[[], bool]) -> bool:
    with transaction():
        work = settlement.begin_draw(number)
    if work is None:
        return False
    step("settle.drawing")
    try:
        result = draws.run(work, stop)
    except draws.DrawStopped:
        log.warning("draw_stopped", round=number)
        return False
    step("settle.drawn")
    with transaction():
        settled = settlement.settle(number, work, result)
    if settled:
        log.info("round_settled", round=number, ticket=result.winning_ticket)
        ring_by_name("audit.seal")
    return settled
