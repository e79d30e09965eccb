"""Where limits are counted: in Redis, and in each process for itself whenever Redis gives no answer.

The limiter's own fallback is one flag for all threads: of two that wait for a Redis that stands still, the second finds
the flag set and raises (the 500 that a busy machine answered orders with). Here each call falls back by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import redis
from limits.storage import MemoryStorage, RedisStorage

from app.core.dependencies.breaker import Breaker
from app.core.dependencies.redis_client import asking

_OURS: Final = "tiraj-"


def address(redis_url: str) -> str:
    """The address by which the limiter finds this storage."""
    return f"{_OURS}{redis_url}"


class RedisOrHere(RedisStorage):
    """Counts in Redis; refuses nobody, and lets nobody through uncounted, while Redis is away."""

    STORAGE_SCHEME = [f"{_OURS}{scheme}" for scheme in ("redis", "rediss", "unix")]  # noqa: RUF012 (the library's)

    def __init__(self, uri: str, breaker: Breaker, **options: Any) -> None:
        super().__init__(uri.removeprefix(_OURS), **options)
        self._breaker = breaker
        self._here = MemoryStorage()


def _or_here(name: str) -> Callable[..., Any]:
    there = getattr(RedisStorage, name)

    def ask(self: RedisOrHere, *args: Any, **kwargs: Any) -> Any:
        try:
            with asking(self._breaker):
                return there(self, *args, **kwargs)
        except redis.RedisError:
            return getattr(self._here, name)(*args, **kwargs)

    ask.__name__ = name
    ask.__doc__ = there.__doc__
    return ask


for _name in (
    "acquire_entry",
    "acquire_sliding_window_entry",
    "clear",
    "clear_sliding_window",
    "get",
    "get_expiry",
    "get_moving_window",
    "get_sliding_window",
    "incr",
):
    setattr(RedisOrHere, _name, _or_here(_name))
