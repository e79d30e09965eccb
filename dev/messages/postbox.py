"""What the providers took, kept in a file: whoever asks them after a restart is told the same."""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

_MOST: Final = 5_000


@dataclass(frozen=True, slots=True)
class Taken:
    """A message as its provider has it. `copies`: how often it arrived; `tag`: what a phone shows once."""

    wire: str
    channel: str
    provider_id: str
    to: str
    text: str
    at: str
    sender: str = ""
    copies: int = 1
    tag: str = ""

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.at)


class Postbox:
    """The providers' memory, and the phones'."""

    def __init__(self, file: Path | None = None) -> None:
        self._file, self._lock = file, threading.Lock()
        self._taken: list[Taken] = []
        if file is not None and file.exists():
            self._taken = [Taken(**json.loads(line)) for line in _whole_lines(file.read_text())][-_MOST:]

    def take(self, message: Taken) -> Taken:
        """Kept before anybody is told."""
        with self._lock:
            if self._file is not None:
                with self._file.open("a") as file:
                    file.write(json.dumps(asdict(message)) + "\n")
            self._taken = [*self._taken, message][-_MOST:]
        return message

    def found(self, wire: str, matches: Callable[[Taken], bool]) -> list[Taken]:
        """What a provider has, the newest first."""
        with self._lock:
            return [one for one in reversed(self._taken) if one.wire == wire and matches(one)]

    def arrived(self) -> list[Taken]:
        """What phones show, the newest first: each copy of an SMS, but of pushes with one tag the last alone."""
        shown: list[Taken] = []
        seen: set[tuple[str, str]] = set()
        with self._lock:
            taken = list(reversed(self._taken))
        for one in taken:
            if one.tag:
                if (one.to, one.tag) in seen:
                    continue
                seen.add((one.to, one.tag))
                shown.append(replace(one, copies=1))
            else:
                shown += [one] * one.copies
        return shown


def new_id(digits: int = 32) -> str:
    return secrets.token_hex(digits // 2)


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _whole_lines(text: str) -> list[str]:
    """Whoever was killed while it wrote leaves half a line."""
    return [line for line in text.split("\n")[:-1] if line.startswith("{") and line.endswith("}")]
