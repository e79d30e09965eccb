"""An answer that costs time, asked for by one caller at a time and repeated to the others for a moment."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")

_AT_FIRST_SECONDS = 0.5  # how long others wait for the very first answer
_TOLD_AT_MOST_SECONDS = 5.0  # how old an answer may be that is repeated while the next one is on its way


class SharedAnswer(Generic[T]):
    """One a process; never more than one of its threads waits for what is asked."""

    def __init__(self, seconds: float) -> None:
        """`seconds` is how long an answer is as good as new."""
        self._seconds = seconds
        self._asking = threading.Lock()
        self._last: tuple[float, T] | None = None

    def get(self, ask: Callable[[], T]) -> T | None:
        """What `ask` says, or said a moment ago; None if somebody waits for it and nothing recent is known."""
        known = self._known(self._seconds)
        if known is not None:
            return known[1]
        if not self._asking.acquire(timeout=0 if self._known(_TOLD_AT_MOST_SECONDS) else _AT_FIRST_SECONDS):
            known = self._known(self._seconds + _TOLD_AT_MOST_SECONDS)
            return known[1] if known else None
        try:
            known = self._known(self._seconds)  # whoever asked before may just have been answered
            if known is None:
                answer = ask()
                self._last = known = time.monotonic(), answer
            return known[1]
        finally:
            self._asking.release()

    def _known(self, seconds: float) -> tuple[float, T] | None:
        last = self._last
        return last if last is not None and time.monotonic() - last[0] < seconds else None
