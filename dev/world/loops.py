"""Loops that outlive whatever they talk to: the node, the web server and the database come and go."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from dev.bitcoind import UnusableNode
from dev.console import NOTICE

_MAX_REASON = 160
TOLD_SECONDS = 20.0
"""Trouble of any kind that has lasted so long is told on the terminal."""


class NotNow(RuntimeError):
    """What was asked for is refused for the moment. That is part of the game, and no trouble."""


def say(who: str, text: str) -> None:
    """One line for the demo's log."""
    print(f"{who}: {text}", flush=True)


def tell(who: str, text: str) -> None:
    """One line for the terminal, and for the log."""
    print(f"{NOTICE}{who}: {text}", flush=True)


def reason(error: Exception) -> str:
    """An error in one line: the node's in full, for it says what to do; others shortened."""
    if isinstance(error, UnusableNode):
        return str(error)
    text = str(error).strip().splitlines()
    return f"{type(error).__name__}: {text[0][:_MAX_REASON] if text else ''}"


class Loop:
    """Does one thing again and again. A failure is said once, not at every try; so is its end.

    What stops it is told on the terminal: at once what the node itself refuses, for that does not pass by waiting; all
    else when it has lasted a while.
    """

    def __init__(
        self,
        name: str,
        action: Callable[[], float | None],
        seconds: float,
        stop: threading.Event,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name, self.action, self.seconds, self.stop = name, action, seconds, stop
        self._monotonic = monotonic
        self._since: float | None = None
        self._told: str | None = None

    def turn(self) -> float:
        """Once; the seconds until the next time. The action may say how many it wants."""
        try:
            pause = self.action()
        except Exception as error:
            self._in_trouble(error)
            return self.seconds
        if self._since is not None:
            (say if self._told is None else tell)(self.name, "goes on")
            self._since = self._told = None
        return self.seconds if pause is None else pause

    def _in_trouble(self, error: Exception) -> None:
        why = reason(error)
        if self._since is None:
            self._since = self._monotonic()
            say(self.name, f"has to wait ({why})")
        if isinstance(error, NotNow) or why == self._told:
            return
        is_final = isinstance(error, UnusableNode) and error.is_final
        if is_final or self._monotonic() - self._since >= TOLD_SECONDS:
            tell(self.name, f"cannot go on: {why}")
            self._told = why

    def run(self) -> None:
        while not self.stop.is_set():
            self.stop.wait(self.turn())

    def start(self) -> threading.Thread:
        thread = threading.Thread(target=self.run, name=self.name, daemon=True)
        thread.start()
        return thread
