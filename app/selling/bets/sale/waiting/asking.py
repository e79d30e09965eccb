"""How an edge sells a ticket: by the acceptor, which takes all that waits in one commit; without it, on its own.

Redis only carries tickets and answers. Whatever is lost, late or said twice there, Postgres decides: a ticket's id is
one sale, and each has a moment after which the acceptor sells it no more. Both look at that under the player's lock, so
that whoever was told that it is not sold is sold nothing by a message that still waits somewhere.
"""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import redis
import structlog

from app.core.config import current_settings
from app.core.database.session import end_reading, transaction
from app.core.ids import new_secret
from app.core.jobs.queue import bell
from app.people.players.queries import read_now
from app.people.players.unhindered import hold_all
from app.selling.bets.sale import service
from app.selling.bets.sale.ticket import Accepted, Refusal, RefusedSale, Wanted

from . import wire
from .moment import database_moment

log = structlog.get_logger()

PATIENCE: Final = 3.0
"""Seconds: a batch takes a fraction of one."""
_FORGOTTEN: Final = 5
"""Seconds after the last ticket that came: by then nobody waits for any of them."""


def sell(wanted: Wanted) -> Accepted | RefusedSale:
    """Sell a ticket, and answer once that is durable. Outside any transaction.

    Raises NotFound `game_not_found`.
    """
    end_reading()
    waits = replace(wanted, until=database_moment() + timedelta(seconds=PATIENCE))
    place = wire.ANSWERS + new_secret()
    has_asked = False
    try:
        with bell() as client:
            _reach(client)
            has_asked = True  # unless we hear that nobody is there
            has_asked = _ask(client, wire.Waiting(waits, place))
            answer = _answer(client, place) if has_asked else None
            if answer is not None and not _is_given_up(answer):
                return answer
    except redis.RedisError:
        log.warning("bets_not_by_acceptor", exc_info=True)
    return _alone(wanted, waits.until if has_asked else None)


def _is_given_up(answer: Accepted | RefusedSale) -> bool:
    """Whether the acceptor came to it too late, or sells it to nobody else at once."""
    return isinstance(answer, RefusedSale) and answer.refusals == (Refusal("given_up"),)


def _reach(client: redis.Redis) -> None:
    """Raises redis.ConnectionError: Redis is not there, and has heard nothing."""
    pool = client.connection_pool
    pool.release(pool.get_connection())


def _ask(client: redis.Redis, waiting: wire.Waiting) -> bool:
    """Let a ticket wait, if there is somebody who takes it."""
    return bool(client.eval(wire.ASK, 2, wire.ALIVE, wire.WAITING, wire.written(waiting), _FORGOTTEN))


def _answer(client: redis.Redis, place: str) -> Accepted | RefusedSale | None:
    """What the acceptor says, for as long as somebody waits; no call is as long as a client waits for Redis."""
    until, once = time.monotonic() + PATIENCE, current_settings().redis_seconds / 2
    while (left := until - time.monotonic()) > 0:
        found = client.blpop([place], timeout=max(0.05, min(once, left)))
        if found is not None:
            return wire.answer_read(found[1])
    log.warning("bets_acceptor_silent")
    return None


def _alone(wanted: Wanted, until: datetime | None) -> Accepted | RefusedSale:
    """Without the acceptor. As long as that may still come to the ticket, a refusal is not the last word: whoever is
    told so is charged for nothing afterwards."""
    while True:
        with transaction():
            now = _held(wanted.user_id) if until is not None else None
            (answer,) = service.accept([wanted])
        if isinstance(answer, Accepted) or until is None or now is None or now >= until:
            return answer
        time.sleep(min(PATIENCE, (until - now).total_seconds()))


def _held(user_id: UUID) -> datetime:
    """The moment once the player's row is locked."""
    hold_all([user_id])
    return read_now()
