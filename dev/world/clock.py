"""Time as the demo counts it: in blocks. It stands still while the next block waits for the platform."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from types import TracebackType

LAST_MOMENT = 0.99
"""The clock gets no further than this into a block that is due and not found."""


class BlockClock:
    """How many blocks were found, and how much of the next one's time has passed. The first is due at once."""

    def __init__(self, seconds: float, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.seconds, self._monotonic = seconds, monotonic
        self._lock = threading.Lock()
        self._found, self._since = 0, monotonic() - seconds

    def now(self) -> float:
        """Blocks until now, with a fraction."""
        with self._lock:
            return self._found + min((self._monotonic() - self._since) / self.seconds, LAST_MOMENT)

    def seconds_left(self) -> float:
        """Until the next block is due; nothing where it is."""
        with self._lock:
            return max(self._since + self.seconds - self._monotonic(), 0.0)

    def block_found(self) -> None:
        with self._lock:
            self._found, self._since = self._found + 1, self._monotonic()


class Errands:
    """What somebody is in the middle of, by when it was begun: `with errands:` around each, in any thread."""

    def __init__(self, clock: BlockClock) -> None:
        self._clock = clock
        self._begun: dict[int, float] = {}

    def __enter__(self) -> None:
        self._begun[threading.get_ident()] = self._clock.now()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._begun.pop(threading.get_ident(), None)

    def oldest(self) -> float:
        """When the oldest one was begun; in the infinite future where there is none."""
        return min(list(self._begun.values()), default=float("inf"))
