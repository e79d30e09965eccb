"""Pure: days of earnings and balances as shapes of a picture, in a box that the page stretches to its width."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

HEIGHT: Final = 100
DAY: Final = 10
"""Units of the box: how high it is, and how wide a day."""


@dataclass(frozen=True, slots=True)
class Day:
    """What one day brought, and the balance at its end, in sats."""

    day: date
    earned: int
    change: int
    balance: int


@dataclass(frozen=True, slots=True)
class Bar:
    """A day's earnings: left edge, top and height."""

    x: int
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Picture:
    """`outline` and `area` are SVG paths of the balance; bars are only where something was earned."""

    days: Sequence[Day]
    width: int
    bars: Sequence[Bar]
    outline: str
    area: str

    @property
    def most_earned(self) -> int:
        return max(day.earned for day in self.days)

    @property
    def most_balance(self) -> int:
        return max(day.balance for day in self.days)

    @property
    def earned(self) -> int:
        return sum(day.earned for day in self.days)

    @property
    def moved(self) -> list[Day]:
        """The days on which something happened, the newest first."""
        return [day for day in reversed(self.days) if day.earned or day.change]


def days_until(
    last: date, count: int, earned: Mapping[date, int], change: Mapping[date, int], balance: int
) -> list[Day]:
    """`count` days that end with `last`, when the balance was `balance`."""
    rows: list[Day] = []
    for back in range(count):
        day = last - timedelta(days=back)
        moved = change.get(day, 0)
        rows.append(Day(day, earned.get(day, 0), moved, balance))
        balance -= moved
    return rows[::-1]


def draw(days: Sequence[Day]) -> Picture:
    """The shapes of these days; nothing is drawn of what is zero or below."""
    earned, most = max(day.earned for day in days), max(day.balance for day in days)
    bars = _bars([day.earned for day in days], earned)
    steps = " ".join(
        f"V{_round(HEIGHT - _high(day.balance, most)):g} H{(index + 1) * DAY}" for index, day in enumerate(days)
    )
    first = f"{_round(HEIGHT - _high(days[0].balance, most)):g}"
    width = len(days) * DAY
    return Picture(days, width, bars, f"M0 {first} {steps}", f"M0 {HEIGHT} {steps} V{HEIGHT} Z")


@dataclass(frozen=True, slots=True)
class Bars:
    """Two bars a step, the smaller part before the whole it is of; only where there is something."""

    width: int
    whole: Sequence[Bar]
    part: Sequence[Bar]
    most: int


def bars(whole: Sequence[int], part: Sequence[int]) -> Bars:
    """The bars of these steps, in one measure."""
    most = max((*whole, *part, 0))
    return Bars(len(whole) * DAY, _bars(whole, most), _bars(part, most), most)


def _bars(values: Sequence[int], most: int) -> list[Bar]:
    return [
        Bar(index * DAY + 1, _round(HEIGHT - _high(value, most)), _round(_high(value, most)))
        for index, value in enumerate(values)
        if value > 0
    ]


def _high(part: int, whole: int) -> float:
    return HEIGHT * max(part, 0) / whole if whole > 0 else 0.0


def _round(value: float) -> float:
    return round(value, 2)
