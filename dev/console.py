"""The demo's words to people, and the log of everything its processes say."""

from __future__ import annotations

import sys
import threading
import time
from collections import defaultdict, deque
from pathlib import Path
from typing import IO

KEPT_BYTES = 20_000_000
NOTICE = "notice: "
"""How a process begins a line that people should see, wherever they look."""


class Console:
    """Progress on the terminal; every process's lines, prefixed with its name, in one log file."""

    def __init__(self, log: Path, verbose: bool = False) -> None:
        log.parent.mkdir(parents=True, exist_ok=True)
        if log.exists() and log.stat().st_size > KEPT_BYTES:
            log.replace(log.with_suffix(".log.1"))
        self.path = log
        self._log = log.open("a", buffering=1, encoding="utf-8", errors="replace")
        self._verbose = verbose
        self._lock = threading.Lock()
        self._recent: dict[str, deque[str]] = defaultdict(lambda: deque(maxlen=15))

    def say(self, text: str) -> None:
        """A line for people; it is in the log too."""
        with self._lock:
            self._log.write(f"{_now()} {'demo':<9}| {text}\n")
            self._show(f"demo: {text}")

    def show(self, text: str) -> None:
        """Lines for the terminal alone: what they hold does not belong in a log."""
        with self._lock:
            self._show(text)

    def follow(self, name: str, output: IO[bytes]) -> threading.Thread:
        """Copy a process's lines until it closes its end; runs in a thread of its own."""
        thread = threading.Thread(target=self._copy, args=(name, output), name=f"log-{name}", daemon=True)
        thread.start()
        return thread

    def recent(self, name: str) -> list[str]:
        with self._lock:
            return list(self._recent[name])

    def _copy(self, name: str, output: IO[bytes]) -> None:
        with output:
            for raw in output:
                line = raw.decode(errors="replace").rstrip()
                with self._lock:
                    self._recent[name].append(line)
                    self._log.write(f"{_now()} {name:<9}| {line}\n")
                    if self._verbose:
                        self._show(f"{name:<9}| {line}")
                    elif line.startswith(NOTICE):
                        self._show(f"demo: {line.removeprefix(NOTICE)}")

    @staticmethod
    def _show(text: str) -> None:
        """A terminal that has gone must not take the demo with it."""
        try:
            print(text, flush=True)
        except (OSError, ValueError):
            sys.stdout = sys.__stderr__


def _now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
