"""Contenders take turns in one run and are compared by their medians, so that a busy machine slows them alike."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

Contender = Callable[[], float | None]
"""Does the work once. It may return the seconds that count, where a part of what it does is only preparation."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: ours and one yardstick, in the same unit."""

    what: str
    unit: str
    ours: float
    yardstick: float
    against: str
    note: str = ""

    @property
    def ratio(self) -> float:
        """Our speed as a multiple of the yardstick's: 1 is equal, 2 is twice as fast."""
        if self.unit.endswith("/s"):
            return self.ours / self.yardstick
        return self.yardstick / self.ours


def alternate(repeats: int, contenders: Mapping[str, Contender], *, warm_up: bool = True) -> dict[str, float]:
    """Median seconds of each contender. Every second round runs in reverse order; the warm-up does not count."""
    if warm_up:
        for contender in contenders.values():
            contender()
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    for turn in range(repeats):
        names = list(contenders) if turn % 2 == 0 else list(contenders)[::-1]
        for name in names:
            seconds[name].append(seconds_of(contenders[name]))
    return {name: statistics.median(values) for name, values in seconds.items()}


def seconds_of(contender: Contender) -> float:
    """How long one call takes, or what the contender says that it took."""
    begin = time.perf_counter()
    own = contender()
    return time.perf_counter() - begin if own is None else own


def rates(count: float, seconds: Mapping[str, float]) -> dict[str, float]:
    """Things a second, from the seconds that `count` of them took."""
    return {name: count / value for name, value in seconds.items()}


def goal(value: float, limit: float, unit: str) -> str:
    """The note of a row that has a goal: a rate is to reach it, a time to stay below."""
    is_rate = unit.endswith("/s")
    met = value >= limit if is_rate else value <= limit
    return f"goal {'≥' if is_rate else '≤'} {limit:,.0f} {unit}: {'met' if met else 'MISSED'}"
