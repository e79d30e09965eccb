"""Work that takes much of a process: so much of it at once, and with no connection held meanwhile.

As many more wait for a moment, and whoever finds the waiting taken too is sent away at once: a flood of such work
leaves threads for everybody else.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from threading import BoundedSemaphore
from typing import Final

from app.core.database.session import end_reading, in_transaction
from app.core.errors import Unavailable

_RETRY_AFTER: Final = 2


class InsideTransaction(RuntimeError):
    """Somebody began such work inside a transaction, which would hold rows and a connection for as long."""


class _Room:
    """Places for so many at once, and for as many threads that wait for one."""

    def __init__(self, at_once: int) -> None:
        self.places = BoundedSemaphore(at_once)
        self.inside = BoundedSemaphore(2 * at_once)


@lru_cache(maxsize=16)
def _room(work: str, at_once: int) -> _Room:
    """This process's."""
    return _Room(at_once)


@contextmanager
def place(work: str, at_once: int, *, wait: float) -> Iterator[None]:
    """One of this process's places for a kind of work, such as `pictures`; waited for so many seconds at most.

    Raises Unavailable: `pictures_busy`.
    """
    if in_transaction():
        raise InsideTransaction(work)
    end_reading()
    room = _room(work, at_once)
    if not room.inside.acquire(blocking=False):
        raise Unavailable(f"{work}_busy", retry_after=_RETRY_AFTER)
    try:
        if not room.places.acquire(timeout=wait):
            raise Unavailable(f"{work}_busy", retry_after=_RETRY_AFTER)
        try:
            yield
        finally:
            room.places.release()
    finally:
        room.inside.release()
