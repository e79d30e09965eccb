"""How far a long command is: one line on standard error, and only where somebody sits before it."""

from __future__ import annotations

import sys
from types import TracebackType

_WIDTH = 30


class Progress:
    """A line that is written over and over; nothing at all where standard error is no terminal."""

    def __init__(self) -> None:
        self._shown = sys.stderr.isatty()

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

    def __call__(self, done: int, whole: int, what: str) -> None:
        """Tell that `done` of `whole` steps are behind us and `what` is being done."""
        if not self._shown:
            return
        filled = _WIDTH * done // max(whole, 1)
        sys.stderr.write(f"\r\x1b[K[{'#' * filled}{'.' * (_WIDTH - filled)}] {done}/{whole} {what[:60]}")
        sys.stderr.flush()
