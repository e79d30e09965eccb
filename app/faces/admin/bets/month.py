"""A month of draws as a calendar: each day with what is drawn on it, made already or not."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.selling.bets.calendar import queries
from app.selling.bets.games import BetGame

from .standing import Line, lines_of


@dataclass(frozen=True, slots=True)
class Day:
    """One day. `can_skip`: something of it is sold, or would be; `is_past` before today, where draws are held."""

    day: date
    lines: Sequence[Line]
    is_today: bool
    is_past: bool

    @property
    def can_skip(self) -> bool:
        """Whether there is anything left of it that could be held."""
        if not self.lines:
            return not self.is_past
        return any(line.can_skip for line in self.lines)


@dataclass(frozen=True, slots=True)
class Month:
    """All its days, from `blank` days after a Monday on, and the months beside it."""

    first: date
    blank: int
    days: Sequence[Day]
    before: date
    after: date


def month_of(game: BetGame, first: date, today: date) -> Month:
    """The month that begins with this day. Two statements."""
    last = first.replace(day=monthrange(first.year, first.month)[1])
    found: dict[date, list[Line]] = {}
    for line in lines_of(game, queries.of_days(game.name, first, last)):
        found.setdefault(line.draw.day, []).append(line)
    days = [first + timedelta(days=n) for n in range(last.day)]
    return Month(
        first,
        first.weekday(),
        [Day(day, found.get(day, ()), day == today, day < today) for day in days],
        (first - timedelta(days=1)).replace(day=1),
        last + timedelta(days=1),
    )
