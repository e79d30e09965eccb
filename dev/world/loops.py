"""Loops that outlive whatever they talk to: the node, the web server and the database come and go."""

from __future__ import annotations

import threading
from collections.abc import Callable

_MAX_REASON = 160


def say(who: str, text: str) -> None:
    """One line for the demo's log."""
    print(f"{who}: {text}", flush=True)


def reason(error: Exception) -> str:
    """An error in one short line."""
    text = str(error).strip().splitlines()
    return f"{type(error).__name__}: {text[0][:_MAX_REASON] if text else ''}"


class Loop:
    """Does one thing again and again. A failure is said once, not at every try; so is its end."""

    def __init__(self, name: str, action: Callable[[], float | None], seconds: float, stop: threading.Event) -> None:
        self.name, self.action, self.seconds, self.stop = name, action, seconds, stop
        self._trouble: str | None = None

    def turn(self) -> float:
        """Once; the seconds until the next time. The action may say how many it wants."""
        try:
            pause = self.action()
        except Exception as error:
            if self._trouble is None:
                say(self.name, f"has to wait ({reason(error)})")
            self._trouble = reason(error)
            return self.seconds
        if self._trouble is not None:
            say(self.name, "goes on")
            self._trouble = None
        return self.seconds if pause is None else pause

    def run(self) -> None:
        while not self.stop.is_set():
            self.stop.wait(self.turn())

    def start(self) -> threading.Thread:
        thread = threading.Thread(target=self.run, name=self.name, daemon=True)
        thread.start()
        return thread
