"""Where limits are counted: in Redis, and in each process for itself whenever Redis gives no answer.

The limiter's own fallback is one flag for all threads: of two that wait for a Redis that stands still, the second finds
the flag set and raises (the 500 that a busy machine answered orders with). Here each call falls back by itself.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final

import redis
from flask import g, has_request_context
from limits.storage import MemoryStorage, RedisStorage

from app.core.dependencies.breaker import Breaker
from app.core.dependencies.redis_client import asking

_OURS: Final = "tiraj-"


def address(redis_url: str) -> str:
    """The address by which the limiter finds this storage."""
    return f"{_OURS}{redis_url}"


class RedisOrHere(RedisStorage):
    """Counts in Redis; refuses nobody, and lets nobody through uncounted, while Redis is away.

    What a window is like once a request is counted comes with the answer, and is repeated to whoever asks within the
    same request: its headers say so.
    """

    _clear: Callable[..., None]
    _moving_window: Callable[..., tuple[float, int]]
    STORAGE_SCHEME = [f"{_OURS}{scheme}" for scheme in ("redis", "rediss", "unix")]  # noqa: RUF012 (the library's)

    def __init__(self, uri: str, breaker: Breaker, **options: Any) -> None:
        super().__init__(uri.removeprefix(_OURS), **options)
        self._breaker = breaker
        self._here = MemoryStorage()
        self._count = self.get_connection().register_script(_COUNT)

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """As the library's, in one trip with `get_moving_window`."""
        now = time.time()
        try:
            with asking(self._breaker):
                counted, start, items = self._count(
                    [self.prefixed_key(key)], [now, limit, expiry, amount, now - expiry]
                )
        except redis.RedisError:
            _windows().pop(key, None)
            return self._here.acquire_entry(key, limit, expiry, amount)
        _windows()[key] = (float(start), int(items)) if items else (now, 0)
        return bool(counted)

    def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:
        """As the library's; asked of Redis only where this request has not just counted."""
        known = _windows().get(key)
        found: tuple[float, int] = known if known is not None else self._moving_window(key, limit, expiry)
        return found

    def clear(self, key: str) -> None:
        """As the library's."""
        _windows().pop(key, None)
        self._clear(key)


def _windows() -> dict[str, tuple[float, int]]:
    """What this request knows of the windows in which it was counted."""
    if not has_request_context():
        return {}
    windows: dict[str, tuple[float, int]] = g.setdefault("limits_windows", {})
    return windows


# The library's two scripts as two functions of one: each has its arguments in the place of the script's own.
_COUNT: Final = f"""
local function count(ARGV)
{RedisStorage.SCRIPT_ACQUIRE_MOVING_WINDOW.decode()}
end
local function window(ARGV)
{RedisStorage.SCRIPT_MOVING_WINDOW.decode()}
end
local counted = count({{ARGV[1], ARGV[2], ARGV[3], ARGV[4]}}) and 1 or 0
local found = window({{ARGV[5], ARGV[2]}}) or {{'0', 0}}
return {{counted, found[1], found[2]}}
""".encode()


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
    "acquire_sliding_window_entry",
    "clear_sliding_window",
    "get",
    "get_expiry",
    "get_sliding_window",
    "incr",
):
    setattr(RedisOrHere, _name, _or_here(_name))
RedisOrHere._clear = _or_here("clear")
RedisOrHere._moving_window = _or_here("get_moving_window")
