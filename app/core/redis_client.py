"""A client of Redis that nobody waits for: short deadlines, no second tries after a time-out, a breaker in front."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from .breaker import Breaker


class RedisStandsStill(redis.RedisError):
    """Nobody asked: Redis gave no answer a moment ago."""


def options(seconds: float) -> dict[str, Any]:
    """How long one call may take. The library's own default tries eleven times, each as long as the first."""
    once = Retry(NoBackoff(), 1, supported_errors=(redis.ConnectionError,))  # a kept connection may have been closed
    return {"socket_connect_timeout": seconds, "socket_timeout": seconds, "retry": once}


@contextmanager
def asking(breaker: Breaker) -> Iterator[None]:
    """Around calls to Redis.

    Raises:
        redis.RedisError: Redis is away, or stood still a moment ago.
    """
    with breaker.asked(RedisStandsStill, redis.TimeoutError):
        yield
