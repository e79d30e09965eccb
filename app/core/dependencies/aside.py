"""Work that nobody bounds in time (a name that is looked up, a disk), done aside: the caller waits for so long only."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class TookTooLong(TimeoutError):
    """It goes on, in a thread that nobody waits for any more."""

    def __init__(self, thread: threading.Thread) -> None:
        super().__init__("no end within the deadline")
        self.thread = thread


def in_time(work: Callable[[], T], seconds: float) -> T:
    """What `work` gives or raises. Raises TookTooLong."""
    found: list[T] = []
    trouble: list[Exception] = []

    def run() -> None:
        try:
            found.append(work())
        except Exception as error:
            trouble.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if trouble:
        raise trouble[0]
    if not found:
        raise TookTooLong(thread)
    return found[0]


class Aside:
    """The same for work that is all kept by one thing. While some is overdue no more is begun, or each would cost a
    thread."""

    def __init__(self) -> None:
        self._overdue: threading.Thread | None = None

    def in_time(self, work: Callable[[], T], seconds: float) -> T:
        """What `work` gives or raises. Raises TookTooLong, at once while earlier work is overdue."""
        if self._overdue is not None and self._overdue.is_alive():
            raise TookTooLong(self._overdue)
        try:
            return in_time(work, seconds)
        except TookTooLong as late:
            self._overdue = late.thread
            raise
