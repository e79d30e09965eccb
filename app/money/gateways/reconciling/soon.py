"""Having one gateway's list compared before it is night."""

from __future__ import annotations

from typing import Final

import redis
import structlog

from app.core.jobs import queue
from app.core.jobs.queue import MESSAGES_QUEUE

log = structlog.get_logger()

COMPARE: Final = "gateways.compare"
"""Asked for by its name, with a gateway's."""


def compare_soon(provider: str) -> None:
    """Somebody has asked for it. Raises redis.RedisError: nobody was told."""
    queue.ask(COMPARE, MESSAGES_QUEUE, provider)


def try_comparing(provider: str) -> None:
    """The same where it is compared at night in any case."""
    try:
        compare_soon(provider)
    except redis.RedisError:
        log.warning("bell_away", job=COMPARE)
