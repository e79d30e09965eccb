"""What was done a short while ago, told between processes: marks that fade by themselves, lost with Redis."""

from __future__ import annotations

from contextlib import suppress
from typing import Final

import redis

from . import queue

_PREFIX: Final = "lately:"


def mark(name: str, seconds: int) -> None:
    """That it was done, for so long. Silent when Redis is away."""
    with suppress(redis.RedisError), queue.bell() as client:
        client.set(_PREFIX + name, 1, ex=seconds)


def is_marked(name: str) -> bool:
    """Whether it was done lately. Raises redis.RedisError."""
    with queue.bell() as client:
        return bool(client.exists(_PREFIX + name))
