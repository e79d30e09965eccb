"""RQ entry points of webhooks. Each may run at any time, twice, beside itself, or die half-way."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final
from uuid import UUID

import structlog
from flask import Flask, current_app
from sqlalchemy.exc import SQLAlchemyError

from app.core.config import current_settings
from app.core.database.session import transaction
from app.core.dependencies.destination import Resolver
from app.core.faults import step
from app.core.ports import Port
from app.webhooks.delivery.lanes import Claim, Lane

from . import rules
from .delivery import lanes, sending, signing

log = structlog.get_logger()

THREADS: Final = 24
_FOR_TROUBLED: Final = 12  # at most so many of them wait for endpoints that fail or are slow
_FOLLOW_SECONDS: Final = 8.0
_POLL_SECONDS: Final = 0.25
# At the database at once: fewer than the pool keeps connections, for each one beyond is opened and closed again.
_WRITING: Final = threading.BoundedSemaphore(6)
_TURN_SECONDS: Final = 2.0  # then a lane with more to send queues up behind the others


RESOLVER: Final = Port[Resolver | None]("names as tests resolve them", None)


class Crew:
    """Threads that send. Each serves one lane for a turn; lanes that fail or are slow get only a part of them."""

    def __init__(self, app: Flask, stop: Callable[[], bool]) -> None:
        self._app, self._stop = app, stop
        self._pool = ThreadPoolExecutor(THREADS, "webhooks")
        self._changed = threading.Condition()
        self._busy: Counter[UUID] = Counter()
        self._troubled: set[UUID] = set()
        self.sent = 0

    def serve(self, waiting: list[Lane]) -> None:
        """Give free threads to lanes that have something to send, first one each."""
        for turn in range(rules.BREADTH):
            for lane in waiting:
                if turn == 0 or not lane.is_slow:
                    self._start(lane)

    def wait(self, seconds: float) -> None:
        """Until a thread is free again, but no longer than so."""
        with self._changed:
            self._changed.wait(seconds)

    def close(self) -> None:
        """Wait for what is on its way: a request is bounded in time."""
        self._pool.shutdown(wait=True)

    def _start(self, lane: Lane) -> None:
        with self._changed:
            mine = self._busy[lane.endpoint_id]
            most = (1 if lane.is_slow else rules.BREADTH) + lane.has_test
            if self._busy.total() >= THREADS or mine >= most:
                return
            troubled = sum(self._busy[one] for one in self._troubled)
            if lane.is_slow and troubled >= _FOR_TROUBLED and not lane.has_test:
                return
            (self._troubled.add if lane.is_slow else self._troubled.discard)(lane.endpoint_id)
            self._busy[lane.endpoint_id] += 1
        self._pool.submit(self._turn, lane.endpoint_id)

    def _turn(self, endpoint_id: UUID) -> None:
        try:
            until = time.monotonic() + _TURN_SECONDS
            with self._app.app_context():
                with _WRITING, transaction():
                    claimed = lanes.claim(endpoint_id)
                while claimed is not None:
                    with self._changed:
                        self.sent += 1
                    goes_on = not self._stop() and time.monotonic() < until
                    claimed = _send(claimed, goes_on=goes_on)
        except SQLAlchemyError:
            log.warning("webhook_lane_interrupted", endpoint=str(endpoint_id), exc_info=True)
        except Exception:
            log.exception("webhook_lane_failed", endpoint=str(endpoint_id))
        finally:
            with self._changed:
                self._busy[endpoint_id] -= 1
                if not self._busy[endpoint_id]:
                    del self._busy[endpoint_id]
                    self._troubled.discard(endpoint_id)
                self._changed.notify_all()


def deliver(stop: Callable[[], bool] = lambda: False, seconds: float = _FOLLOW_SECONDS) -> int:
    """Follow the events for a while and send what is due; how many requests went out. 0 seconds: all that is due."""
    deadline = time.monotonic() + seconds
    crew = Crew(current_app._get_current_object(), stop)  # type: ignore[attr-defined]
    try:
        while True:
            with transaction():
                made = lanes.fan_out()
            with transaction():
                waiting = lanes.due()
            crew.serve(waiting)
            is_over = time.monotonic() >= deadline and (seconds > 0 or not (made or waiting))
            if stop() or is_over:
                break
            if not made:
                crew.wait(_POLL_SECONDS)
    finally:
        crew.close()
    return crew.sent


def _send(claimed: Claim, *, goes_on: bool) -> Claim | None:
    """Send and mark what is claimed; the lane's next claim, if it goes on."""
    step("hooks.claimed")
    outcome = sending.post(
        claimed.url,
        claimed.body,
        _headers(claimed),
        allow_private=current_settings().webhook_allow_private,
        resolver=RESOLVER.get(),
    )
    step("hooks.sent")
    with _WRITING, transaction():
        marked, following = lanes.mark_and_claim(claimed, outcome, goes_on=goes_on)
    log.info(
        "webhook_sent" if outcome.succeeded else "webhook_not_sent",
        endpoint=str(claimed.endpoint_id),
        delivery=str(claimed.delivery_id),
        attempt=claimed.attempt,
        status=outcome.status,
        error=outcome.error,
        ms=round(outcome.seconds * 1000),
        marked=marked,
    )
    return following


def _headers(claimed: Claim) -> dict[str, str]:
    return signing.headers(claimed.secrets, str(claimed.event_id), int(claimed.at.timestamp()), claimed.body)


def purge() -> int:
    """Shorten the logs; how many deliveries went."""
    gone = 0
    while True:
        with transaction():
            some = lanes.forget_old()
        gone += some
        if not some:
            return gone
