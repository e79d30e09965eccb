"""What may go wrong at a provider: asked for by a person or a test, once or so many times."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

WIRES: Final = ("semaphore", "semaphore-list", "twilio", "twilio-list", "fcm", "fcm-token")
KINDS: Final = {
    "delay": "takes it, and answers late",
    "hang": "says nothing, and never takes it",
    "status": "refuses it with a status",
    "drop": "takes it, and hangs up without an answer",
    "lose": "hangs up without taking it",
    "duplicate": "takes it, and it arrives twice",
}
_LONGEST: Final = 120.0


class FaultRefused(ValueError):
    """What was asked for is no fault."""


@dataclass(frozen=True, slots=True)
class Fault:
    """`seconds` of a delay or a hang, `status` of a refusal."""

    wire: str
    kind: str
    seconds: float = 0.0
    status: int = 500
    times: int = 1

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> Fault:
        """Raises FaultRefused."""
        wire, kind = str(given.get("wire", "")), str(given.get("kind", ""))
        try:
            seconds, status = float(given.get("seconds") or 0), int(given.get("status") or 500)
            times = int(given.get("times") or 1)
        except (TypeError, ValueError):
            raise FaultRefused("seconds, status and times are numbers") from None
        if wire not in WIRES or kind not in KINDS:
            raise FaultRefused(f"wire is one of {', '.join(WIRES)}; kind one of {', '.join(KINDS)}")
        if not (0 <= seconds <= _LONGEST and 400 <= status <= 599 and 1 <= times <= 1_000):
            raise FaultRefused("seconds are 0 to 120, status 400 to 599, times 1 to 1000")
        return cls(wire, kind, seconds, status, times)


class Faults:
    """Those still to come, in turn."""

    def __init__(self) -> None:
        self._coming: list[Fault] = []
        self._lock = threading.Lock()

    def add(self, fault: Fault) -> None:
        with self._lock:
            self._coming += [fault] * fault.times

    def clear(self) -> None:
        with self._lock:
            self._coming.clear()

    def take(self, wire: str) -> Fault | None:
        """The next one of this wire, which is then over."""
        with self._lock:
            found = next((fault for fault in self._coming if fault.wire == wire), None)
            if found is not None:
                self._coming.remove(found)
            return found

    def coming(self) -> list[Fault]:
        with self._lock:
            return list(self._coming)
