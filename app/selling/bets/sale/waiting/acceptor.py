"""The acceptor: takes all tickets that wait, sells them in one transaction, and answers when that is durable.

`python worker.py accept`. One draw's sales follow each other under its lock, and round trips and a commit are what
takes longest there: many in one are that much faster. It may end at any moment. What it had taken and not committed
those who wait for it sell on their own; what was committed and not answered they find sold. Two at once take turns.
"""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Sequence
from typing import Final

import redis
import structlog
from sqlalchemy import text

from app.core.database.session import transaction
from app.core.faults import step
from app.core.jobs.queue import workers_connection
from app.selling.bets.sale import service
from app.selling.bets.sale.ticket import Accepted, RefusedSale

from . import wire
from .wire import Waiting

log = structlog.get_logger()

MOST: Final = 200
"""Tickets in one transaction."""
_ALIVE_SECONDS: Final = 3
_SAID_SECONDS: Final = 0.5
_STEP_SECONDS: Final = 0.002
_GATHERING_SECONDS: Final = 0.008
"""Of those who were answered together the first who asks again would have a transaction for himself, for whose end all
others would wait. As long as one more comes in each step the rest may come with him, and no longer than all this: a
transaction costs as much again before its first ticket."""
_WAIT_SECONDS: Final = 1.0
_KEPT_SECONDS: Final = 30
STOPPED_SECONDS: Final = 4.0
"""One that is stopped in the middle keeps its draws from everybody for no longer: Postgres ends what it was doing,
before those who wait for the rows give up."""


class Acceptor:
    """`left`: tickets that were taken and wait for the next batch, since one of the same player is in this one. `last`:
    how many were in the last one."""

    def __init__(self, client: redis.Redis) -> None:
        self._client = client
        self._left: deque[Waiting] = deque()
        self._alive_at = -math.inf
        self._last = 0

    def run(self) -> None:
        """Until the process is ended."""
        while True:
            try:
                self.turn()
            except redis.RedisError:
                log.warning("bets_acceptor_without_redis", exc_info=True)
                time.sleep(_WAIT_SECONDS)

    def turn(self, seconds: float = _WAIT_SECONDS) -> int:
        """Sell what waits, after waiting at most so long for it; how many tickets were answered.

        Raises redis.RedisError.
        """
        self._say_alive()
        batch = self._batch(seconds)
        self._last = len(batch)
        if not batch:
            return 0
        step("bets.taken")
        answers = _sold(batch)
        step("bets.sold")
        places = [waiting.place for waiting, _ in answers]
        told = [wire.answer_written(answer) for _, answer in answers]
        if answers:
            self._client.eval(wire.ANSWER, len(places), *places, _KEPT_SECONDS, *told)
        return len(answers)

    def _say_alive(self) -> None:
        if time.monotonic() - self._alive_at > _SAID_SECONDS:
            self._client.set(wire.ALIVE, 1, ex=_ALIVE_SECONDS)
            self._alive_at = time.monotonic()

    def _batch(self, seconds: float) -> list[Waiting]:
        """At most one ticket of each player, in the order in which they came."""
        self._take(seconds)
        batch: list[Waiting] = []
        later: deque[Waiting] = deque()
        users = set()
        for one in self._left:
            if one.wanted.user_id in users or len(batch) == MOST:
                later.append(one)
            else:
                users.add(one.wanted.user_id)
                batch.append(one)
        self._left = later
        return batch

    def _take(self, seconds: float) -> None:
        found = self._waiting()
        crowd = self._last + len(found)
        if not found and not self._left:
            first = self._client.blpop([wire.WAITING], timeout=seconds)
            found, crowd = ([] if first is None else [first[1]]), self._last
        if found:
            found += self._gathered(min(crowd, MOST) - len(found))
        for one in found:
            try:
                self._left.append(wire.read(one))
            except (ValueError, TypeError):
                log.warning("bets_waiting_unread")

    def _gathered(self, missing: int) -> list[bytes | str]:
        """Who comes within a moment, of so many who may."""
        found: list[bytes | str] = []
        until = time.monotonic() + _GATHERING_SECONDS
        while len(found) < missing and time.monotonic() < until:
            time.sleep(_STEP_SECONDS)
            more = self._waiting()
            if not more:
                break
            found += more
        return found

    def _waiting(self) -> list[bytes | str]:
        found = self._client.lpop(wire.WAITING, MOST)
        return found if isinstance(found, list) else []


def _sold(batch: Sequence[Waiting]) -> list[tuple[Waiting, Accepted | RefusedSale]]:
    """What came of each; of whom something went wrong nothing, and who waits for it tries on his own."""
    try:
        return _together(batch)
    except Exception:
        log.warning("bets_batch_failed", tickets=len(batch), exc_info=True)
    answers = []
    for one in batch:
        try:
            answers += _together([one])
        except Exception:
            log.exception("bets_ticket_failed", ticket=str(one.wanted.ticket_id))
    return answers


def _together(batch: Sequence[Waiting]) -> list[tuple[Waiting, Accepted | RefusedSale]]:
    with transaction() as session:
        session.execute(text(f"SET LOCAL idle_in_transaction_session_timeout = {int(STOPPED_SECONDS * 1000)}"))
        answers = service.accept([one.wanted for one in batch])
    return list(zip(batch, answers, strict=True))


def run() -> None:
    """Accept until the process is ended."""
    Acceptor(workers_connection()).run()
