"""Pure: days of earnings and balances as shapes of a picture, in a box that the page stretches to its width."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.core.web import charts
from app.core.web.charts import Bar


@dataclass(frozen=True, slots=True)
class Day:
    """What one day brought, and the balance at its end, in sats."""

    day: date
    earned: int
    change: int
    balance: int


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
    earned = [day.earned for day in days]
    line = charts.stairs([day.balance for day in days])
    return Picture(days, line.width, charts.bars_of(earned, max(earned)), line.outline, line.area)
