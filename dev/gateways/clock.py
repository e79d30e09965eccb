"""What happens later: refunds that fail a day afterwards, notices that are minutes late.

Moments that are told are always the real ones, or else signatures would be too old and sessions end too soon. What can
be compressed is the waiting: by a speed, or by letting all that is due within some time happen now.
"""

from __future__ import annotations

import heapq
import itertools
import threading
import time
import traceback
from collections.abc import Callable
from typing import Final

_MOST: Final = 20_000
"""So many things may wait; of more the earliest happens at once."""

Act = Callable[[], object]


class Clock:
    """A queue of what is to happen, and a thread that lets it happen. `speed`: seconds of waiting in a real second."""

    def __init__(self, speed: float = 1.0) -> None:
        self._speed, self._skipped = speed, 0.0
        self._waiting: list[tuple[float, int, Act]] = []
        self._numbers = itertools.count()
        self._changed = threading.Condition()
        self._running = threading.RLock()
        threading.Thread(target=self._run, daemon=True).start()

    @property
    def speed(self) -> float:
        return self._speed

    @speed.setter
    def speed(self, value: float) -> None:
        """For what is asked for from now on."""
        with self._changed:
            self._speed = value

    @property
    def waiting(self) -> int:
        with self._changed:
            return len(self._waiting)

    def later(self, seconds: float, act: Act, *, compressed: bool = True) -> None:
        """`compressed`: the speed shortens it. What others count by their own clock (a token's life) is not."""
        with self._changed:
            wait = seconds / self._speed if compressed else seconds
            heapq.heappush(self._waiting, (self._now() + wait, next(self._numbers), act))
            if len(self._waiting) > _MOST:
                due, number, first = heapq.heappop(self._waiting)
                heapq.heappush(self._waiting, (min(due, self._now()), number, first))
            self._changed.notify()

    def advance(self, seconds: float) -> None:
        """Let all that is due within these seconds, at speed 1, happen before this returns; in its order."""
        with self._running:
            with self._changed:
                end = self._now() + seconds / self._speed
            while (act := self._take(end)) is not None:
                act()
            with self._changed:
                self._skipped += max(0.0, end - self._now())
                self._changed.notify()

    def _now(self) -> float:
        return time.monotonic() + self._skipped

    def _take(self, until: float) -> Act | None:
        with self._changed:
            if not self._waiting or self._waiting[0][0] > until:
                return None
            due, _, act = heapq.heappop(self._waiting)
            self._skipped += max(0.0, due - self._now())
            return act

    def _run(self) -> None:
        while True:
            with self._changed:
                wait = self._waiting[0][0] - self._now() if self._waiting else None
                if wait is None or wait > 0:
                    self._changed.wait(wait)
                    continue
            with self._running:
                act = self._take(self._now())
                try:
                    if act is not None:
                        act()
                except Exception:  # what else waits still has to happen
                    traceback.print_exc()
