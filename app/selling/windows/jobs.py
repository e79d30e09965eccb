"""RQ entry points of the games of windows: reconcilers that ask what is due, of every game."""

from __future__ import annotations

from collections.abc import Callable

import structlog
from sqlalchemy.exc import OperationalError

from app.chain.node import client as node
from app.chain.node import rpc
from app.core.config import current_settings
from app.core.database.leadership import lead
from app.core.database.session import is_held, transaction
from app.core.faults import step
from app.core.jobs.queue import ring_by_name
from app.outcomes.draws import service as draws
from app.record.audit import service as audit
from app.record.audit import switches

from .games import AnyGame, WindowGame, window_games
from .orders import limits as open_orders
from .questions.draw import ResultT
from .rounds import sealing, settlement, witnessing
from .tables import OrderT, PaymentT, RoundT

log = structlog.get_logger()


def purge() -> int:
    """Forget who asked for orders that no longer count; of how many. Runs at any time, any number of times."""
    with transaction():
        return open_orders.forget_requesters()


def seal() -> int:
    """Seal, or void by rule, every round that is due; how many were."""
    with transaction():
        waiting = [(game, number) for game in window_games() for number in sealing.due(game)]
    done = 0
    for game, number in waiting:
        try:
            tip, _ = rpc.tip(node.client())  # anew for each: a seal rests on how fresh this is
        except rpc.NodeFailure as error:
            log.warning("node_away", reason=str(error))
            return done
        try:
            with transaction():
                done += sealing.seal(game, number, tip) or sealing.void(game, number, tip)
        except OperationalError as error:
            _leave_for_now(error, game, number)
    return done


def witnessed() -> int:
    """Say in the public log of every sealed round whose quorum of witnesses is there that it is; of how many."""
    with transaction():
        waiting = [(game, number) for game in window_games() for number in witnessing.due(game)]
    done = 0
    for game, number in waiting:
        try:
            with transaction():
                done += witnessing.fix_early(game, number)
        except OperationalError as error:
            _leave_for_now(error, game, number)
    return done


def _leave_for_now(error: OperationalError, game: AnyGame, number: int) -> None:
    """A round whose row somebody keeps must not keep the others waiting. Raises what is everybody's trouble."""
    if not is_held(error):
        raise error
    log.warning("round_is_held", game=game.name, round=number)


def settle(stop: Callable[[], bool] = lambda: False) -> int:
    """Draw and settle every round that is due, if nobody else does; how many were settled.

    None are while operators have stopped settlement; seals are made all the same, for they cannot be made later.
    """
    url = current_settings().database_url.get_secret_value()
    with lead(url, "settlement") as leading:
        if not leading:
            return 0
        with transaction():
            if switches.is_stopped("settlement"):
                return 0
            waiting = [(game, number) for game in window_games() for number in settlement.due(game)]
        return sum(_settle_alone(game, number, stop) for game, number in waiting)


def _settle_alone(game: AnyGame, number: int, stop: Callable[[], bool]) -> bool:
    """Settle one round; what goes wrong with it must not keep the others waiting."""
    try:
        return _settle_round(game, number, stop)
    except OperationalError as error:
        _leave_for_now(error, game, number)
        return False
    except Exception:
        log.exception("settlement_failed", game=game.name, round=number)
        with transaction():
            audit.raise_alarm("settlement_failed", game.subject(number))
        return False


def _settle_round(game: WindowGame[RoundT, OrderT, PaymentT, ResultT], number: int, stop: Callable[[], bool]) -> bool:
    with transaction():
        height = settlement.closing_height(game, number)
    try:
        told = node.client().call("getblockhash", height)
    except rpc.NodeFailure as error:
        log.warning("node_away", reason=str(error))
        return False
    with transaction():
        work = None if switches.is_stopped("settlement") else settlement.begin_draw(game, number, told)
    if work is None:
        return False
    step("settle.drawing")
    try:
        result = draws.run(work, stop)
    except draws.DrawStopped:
        log.warning("draw_stopped", game=game.name, round=number)
        return False
    step("settle.drawn")
    with transaction():  # a draw takes its time, in which operators may have stopped it
        settled = not switches.is_stopped("settlement") and settlement.settle(game, number, work, result)
    if settled:
        log.info("round_settled", game=game.name, round=number)
        ring_by_name("audit.seal")
    return settled
