"""What every request must know of something outside, fetched aside and remembered for a moment: nobody waits for it.

Where somebody asked within the last half minute, the next answer is on its way before the last one is too old. Where
nobody did, whoever comes first asks, under the deadlines of what is asked; so does everybody while it gives no answer.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Final, Generic, TypeVar

import structlog
from flask import Flask, current_app

log = structlog.get_logger()

T = TypeVar("T")

_WANTED_FOR_SECONDS: Final = 30.0


class Recent(Generic[T]):
    """One answer of one process, never repeated when it is older than `seconds`; 0 repeats none."""

    def __init__(self, ask: Callable[[], T], seconds: float) -> None:
        self._ask, self._seconds = ask, seconds
        self._last: tuple[float, T] | None = None
        self._wanted = 0.0
        self._following = threading.Lock()  # held by the one thread that fetches answers aside

    def get(self) -> T:
        """The answer. Raises what asking raises, where nothing recent is known."""
        if not self._seconds:
            return self._ask()
        self._wanted = time.monotonic()
        known = self._last
        found = known[1] if known is not None and self._wanted - known[0] < self._seconds else self._renewed()
        self._follow()
        return found

    def forget(self) -> None:
        """Have the next caller ask: what is remembered was just changed."""
        self._last = None

    def _renewed(self) -> T:
        begun = time.monotonic()  # an answer is as old as its question
        answer = self._ask()
        self._last = begun, answer
        return answer

    def _follow(self) -> None:
        """Fetch the answers to come, unless somebody does."""
        if not self._following.acquire(blocking=False):
            return
        app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
        try:
            threading.Thread(target=self._fetch, args=(app,), daemon=True).start()
        except RuntimeError:  # no thread can be had, or the process is ending: callers ask
            self._following.release()

    def _fetch(self, app: Flask) -> None:
        try:
            while time.monotonic() - self._wanted < _WANTED_FOR_SECONDS:
                time.sleep(self._seconds / 2)
                try:
                    with app.app_context():
                        self._renewed()
                except Exception as error:
                    log.info("not_renewed_aside", error=type(error).__name__)
        finally:
            self._following.release()
