"""A dependency that stands still is waited for once; whoever comes next passes at once, until one may try again.

A time-out opens a breaker for some seconds. While it is open everybody is refused without waiting; then one caller is
let through, and its answer closes the breaker or opens it anew. A dependency that refuses quickly opens nothing: that
costs nobody time.
"""

from __future__ import annotations

import mmap
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import structlog
from flask import Flask

from app.core.config import current_settings
from app.core.ports import Port

log = structlog.get_logger()

NAMES: Final = (
    *("database", "journal", "mail", "node", "push", "redis", "sms"),
    *("moncash", "paymongo", "paypal", "stripe"),
    *("florida", "georgia", "lottomatik", "lottopcso", "ny_open_data", "ny_site", "pcso_site", "philnews"),
)
"""One for each dependency. All are made at start, so that a worker's forks share them."""

_LONGER: Final = {"mail": 12, "push": 6, "sms": 6}
"""Mail's time-outs are long, its worker seals rounds, and a letter may wait a minute; so may what is sent by others."""
_DOUBLE: Final = struct.Struct("d")


class Breaker:
    """Open until a moment, which forks of this process share: a job's time-out is known to the job after it."""

    def __init__(self, name: str, seconds: float) -> None:
        self.name, self.seconds = name, seconds
        self._until = mmap.mmap(-1, _DOUBLE.size)  # anonymous and shared with children; 0 means closed
        self._lock = threading.Lock()

    @contextmanager
    def asked(self, refusal: Callable[[str], Exception], *stood_still: type[BaseException]) -> Iterator[None]:
        """Around one question. `stood_still` are the errors that mean that no answer came in time.

        Raises what `refusal` makes of a reason, at once, while the breaker is open.
        """
        if not self.lets_through():
            raise refusal(f"{self.name} stood still a moment ago")
        try:
            yield
        except stood_still:
            self.trip()
            raise
        except BaseException:
            self.close()  # an error is an answer too
            raise
        self.close()

    @property
    def is_open(self) -> bool:
        """Whether nobody may ask now. Asking this claims nothing."""
        return self._read() > time.monotonic()

    def lets_through(self) -> bool:
        """Whether the caller may ask. After a time-out's seconds that is true for one, who has to tell how it went."""
        if not self._read():
            return True
        with self._lock:
            until, moment = self._read(), time.monotonic()
            if until > moment:
                return False
            if until:
                self._write(moment + self.seconds)  # the others wait for what this one finds
            return True

    def trip(self) -> None:
        """No answer came in time: nobody waits for one for some seconds."""
        log.warning("dependency_stands_still", dependency=self.name, seconds=self.seconds)
        self._write(time.monotonic() + self.seconds)

    def close(self) -> None:
        """An answer came."""
        if self._read():
            log.info("dependency_answers_again", dependency=self.name)
            self._write(0.0)

    def _read(self) -> float:
        return float(_DOUBLE.unpack_from(self._until)[0])

    def _write(self, until: float) -> None:
        _DOUBLE.pack_into(self._until, 0, until)


_BREAKERS: Final = Port[dict[str, Breaker]]("breakers")


def init_app(app: Flask) -> None:
    """Every dependency's breaker, closed."""
    seconds = current_settings(app).breaker_seconds
    _BREAKERS.fill(app, {name: Breaker(name, seconds * _LONGER.get(name, 1)) for name in NAMES})


def breaker(name: str, app: Flask | None = None) -> Breaker:
    """The breaker of a dependency in this process."""
    return _BREAKERS.get(app)[name]
