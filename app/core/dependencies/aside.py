"""Work that nobody bounds in time (a name that is looked up, a disk), done aside: the caller waits for so long only.

A thread that is done waits a moment for more, for to begin one costs an order more than to write its line. One that
hangs is in nobody's way: whoever comes next takes another.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from contextvars import Context
from queue import Empty, SimpleQueue
from typing import Any, Final, Generic, TypeVar

T = TypeVar("T")

_IDLE_SECONDS: Final = 2.0


class TookTooLong(TimeoutError):
    """It goes on, in a thread that nobody waits for any more."""

    def __init__(self, work: _Work[Any]) -> None:
        super().__init__("no end within the deadline")
        self.work = work


class _Work(Generic[T]):
    """One piece of work, and what became of it."""

    def __init__(self, do: Callable[[], T]) -> None:
        self._do = do
        self._found: list[T] = []
        self._trouble: list[Exception] = []
        self.goes_on = True
        self._at_work = threading.Lock()
        self._at_work.acquire()

    def begin(self) -> None:
        """Do it; `end` is for whoever did."""
        try:
            self._found.append(self._do())
        except Exception as error:
            self._trouble.append(error)

    def end(self) -> None:
        """Let its caller go on."""
        self.goes_on = False
        self._at_work.release()

    def outcome(self, seconds: float) -> T:
        """What it gives or raises. Raises TookTooLong."""
        self._at_work.acquire(timeout=seconds)
        if self._trouble:
            raise self._trouble[0]
        if not self._found:
            raise TookTooLong(self)
        return self._found[0]


class _Helper:
    """A thread that does one piece of work after the other, each as in a thread of its own."""

    def __init__(self) -> None:
        self._given: SimpleQueue[_Work[Any]] = SimpleQueue()
        threading.Thread(target=self._help, daemon=True).start()

    def give(self, work: _Work[Any]) -> None:
        self._given.put(work)

    def _help(self) -> None:
        while (work := self._next()) is not None:
            Context().run(work.begin)
            _idle.append(self)
            work.end()
            del work  # what came of it is its caller's alone

    def _next(self) -> _Work[Any] | None:
        """The next piece; None when none came, and none can come any more."""
        try:
            return self._given.get(timeout=_IDLE_SECONDS)
        except Empty:
            pass
        try:
            _idle.remove(self)
        except ValueError:  # somebody took this one just now, and gives it work
            return self._given.get()
        return None


_idle: Final[list[_Helper]] = []
"""Those that may be given work. One call to the list is one step, whichever threads make it."""

os.register_at_fork(after_in_child=_idle.clear)  # a fork has none of its parent's threads


def in_time(do: Callable[[], T], seconds: float) -> T:
    """What `do` gives or raises. Raises TookTooLong."""
    work = _Work(do)
    try:
        helper = _idle.pop()
    except IndexError:
        helper = _Helper()
    helper.give(work)
    return work.outcome(seconds)


class Aside:
    """The same for work that is all kept by one thing. While some is overdue no more is begun, or each would cost a
    thread."""

    def __init__(self) -> None:
        self._overdue: _Work[Any] | None = None

    def in_time(self, do: Callable[[], T], seconds: float) -> T:
        """What `do` gives or raises. Raises TookTooLong, at once while earlier work is overdue."""
        if self._overdue is not None and self._overdue.goes_on:
            raise TookTooLong(self._overdue)
        try:
            return in_time(do, seconds)
        except TookTooLong as late:
            self._overdue = late.work
            raise
