"""A client of Redis that nobody waits for: short deadlines, no second tries after a time-out, a breaker in front."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import redis
import structlog
from redis.backoff import NoBackoff
from redis.retry import Retry

from .breaker import Breaker

log = structlog.get_logger()


class RedisStandsStill(redis.RedisError):
    """Nobody asked: Redis gave no answer a moment ago."""


class RedisAnswersNonsense(redis.RedisError):
    """What is met at its address speaks otherwise."""


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
        try:
            yield
        except (ValueError, TypeError) as error:  # of the library, which takes every answer for one of Redis
            log.warning("redis_answers_nonsense", exc_info=True)
            raise RedisAnswersNonsense(str(error)) from error
