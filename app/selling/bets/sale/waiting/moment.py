"""The database's clock, as a process knows it without asking each time.

Who waits for the acceptor says until when, and both judge that by the database's clock. By a machine's own, which may
be hours away, a buyer would wait for hours to be told no, or never be sold anything together with others.
"""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import Final

from app.core.database.session import end_reading
from app.core.ports import Once
from app.people.players.queries import read_now

_KNOWN_SECONDS: Final = 60.0


class _Clock:
    """What the database said last, and how long ago that is by a clock that nobody sets."""

    def __init__(self) -> None:
        self._ask()

    def moment(self) -> datetime:
        if time.monotonic() - self._read[1] > _KNOWN_SECONDS:
            self._ask()
        moment, at = self._read
        return moment + timedelta(seconds=time.monotonic() - at)

    def _ask(self) -> None:
        self._read = read_now(), time.monotonic()
        end_reading()


_CLOCK: Final = Once(_Clock)


def database_moment() -> datetime:
    """The moment by the database's clock; outside any transaction."""
    return _CLOCK.get().moment()
