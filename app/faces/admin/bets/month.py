"""A month of draws as a calendar: each day with what is drawn on it, made already or not."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from app.core.database.session import db
from app.people.players.queries import read_now
from app.selling.bets.games import BetGame
from app.selling.bets.models import BetDraw
from app.selling.bets.operating import figures

from .standing import Line, lines_of

_A_DAY: Final = 4


@dataclass(frozen=True, slots=True)
class Day:
    """One day with its first slots, and how many `more` it has; `is_past` before today, where draws are held."""

    day: date
    lines: Sequence[Line]
    more: int
    is_today: bool
    is_past: bool

    @property
    def can_skip(self) -> bool:
        """Whether there is anything left of it that could be held."""
        if self.is_past:
            return False
        return not self.lines or bool(self.more) or any(line.can_skip for line in self.lines)

    @property
    def can_unskip(self) -> bool:
        """Whether several of its draws are skipped, and could be held after all by one act."""
        skipped = sum(1 for line in self.lines if line.is_skipped)
        return not self.is_past and (skipped > 1 or bool(skipped and self.more))


@dataclass(frozen=True, slots=True)
class Month:
    """All its days, from `blank` days after a Monday on, and the months beside it."""

    first: date
    blank: int
    days: Sequence[Day]
    before: date
    after: date


def month_of(game: BetGame, first: date, today: date) -> Month:
    """The month that begins with this day."""
    last = first.replace(day=monthrange(first.year, first.month)[1])
    found: dict[date, list[Line]] = {}
    counts = _counts(game, first, last)
    for line in lines_of(game, _first_of_days(game, first, last)):
        found.setdefault(line.draw.day, []).append(line)
    days = [first + timedelta(days=n) for n in range(last.day)]
    return Month(
        first,
        first.weekday(),
        [
            Day(day, lines := found.get(day, []), counts.get(day, 0) - len(lines), day == today, day < today)
            for day in days
        ],
        (first - timedelta(days=1)).replace(day=1),
        last + timedelta(days=1),
    )


def _first_of_days(game: BetGame, first: date, last: date) -> Sequence[BetDraw]:
    """The first slots of each of these days, by their time; of today the next ones, before those that are over."""
    is_over = (BetDraw.day == figures.day_now(game)) & (BetDraw.draws_at < read_now())
    order = (is_over, BetDraw.draws_at)
    place = func.row_number().over(partition_by=BetDraw.day, order_by=order).label("place")
    ranked = select(BetDraw, place).where(BetDraw.game == game.name, BetDraw.day.between(first, last)).subquery()
    shown = aliased(BetDraw, ranked)
    wanted = select(shown).where(ranked.c.place <= _A_DAY).order_by(shown.draws_at)
    return db.session.scalars(wanted.execution_options(populate_existing=True)).all()


def _counts(game: BetGame, first: date, last: date) -> dict[date, int]:
    asked = select(BetDraw.day, func.count()).where(BetDraw.game == game.name, BetDraw.day.between(first, last))
    return {row.day: row[1] for row in db.session.execute(asked.group_by(BetDraw.day))}
