"""Draws of a game that sells bets as lines of lists: how each stands, and what it could cost."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, cast

from sqlalchemy import Select, select

from app.core.database.session import db
from app.people.players.queries import read_now
from app.selling.bets import states
from app.selling.bets.calendar.service import SKIPPED
from app.selling.bets.games import BetGame
from app.selling.bets.models import BetDraw
from app.selling.bets.operating import figures

_DATED: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_AHEAD: Final = timedelta(days=2)
_BACK: Final = timedelta(days=1)
_DEAREST: Final = 5
_BEFORE: Final = 6
_NEXT: Final = 12


@dataclass(frozen=True, slots=True)
class Line:
    """A draw and how it stands; `at` is its time where it is held, `dearest` its dearest marks as people read them,
    each with what it would cost (minor units)."""

    draw: BetDraw
    told: states.Told
    at: datetime
    result: str | None
    dearest: Sequence[tuple[str, int]] = ()

    @property
    def is_undrawn(self) -> bool:
        """Whether it still holds a part of the bankroll for what may be drawn."""
        return self.draw.state in ("selling", "sealed")

    @property
    def can_skip(self) -> bool:
        """Whether a person may still decide that it is not held."""
        return self.draw.state == "selling"

    @property
    def is_skipped(self) -> bool:
        """Whether a person has decided so."""
        return self.draw.state == "cancelled" and self.draw.cancelled_because.startswith(SKIPPED)


def lines_of(game: BetGame, draws: Iterable[BetDraw]) -> list[Line]:
    """These, in their order."""
    now, zone = read_now(), game.schedule().zone
    return [
        Line(
            draw,
            states.told(cast(states.State, draw.state), draw.opens_at, draw.closes_at, now),
            draw.draws_at.astimezone(zone),
            game.told(draw.outcome) if draw.outcome is not None else None,
        )
        for draw in draws
    ]


def near(game: BetGame) -> list[Line]:
    """The last few draws from yesterday on and the next few until the day after tomorrow, in their order, with their
    dearest marks."""
    now, of_game = read_now(), select(BetDraw).where(BetDraw.game == game.name)
    last = of_game.where(BetDraw.draws_at.between(now - _BACK, now)).order_by(BetDraw.draws_at.desc()).limit(_BEFORE)
    coming = of_game.where(BetDraw.draws_at > now, BetDraw.draws_at <= now + _AHEAD).order_by(BetDraw.draws_at)
    found = lines_of(game, [*reversed(_read(last)), *_read(coming.limit(_NEXT))])
    dearest = figures.dearest([line.draw.id for line in found if line.is_undrawn], _DEAREST)
    return [
        Line(
            line.draw,
            line.told,
            line.at,
            line.result,
            [(game.mark_told(mark), cost) for mark, cost in dearest.get(line.draw.id, ())],
        )
        for line in found
    ]


def called(game: BetGame, words: str) -> list[Line]:
    """Draws that these words name: one by its name, or those of a day, or of a day and time where they are held, as
    lists show them (2026-12-01 21:00)."""
    if not _DATED.match(words):
        return []
    of_game, parts = select(BetDraw).where(BetDraw.game == game.name), words.split()
    day = _day(parts[0])
    if day is None or len(parts) > 2:
        return lines_of(game, _read(of_game.where(BetDraw.name == words)))
    found = lines_of(game, _read(of_game.where(BetDraw.day == day).order_by(BetDraw.draws_at)))
    return [line for line in found if len(parts) == 1 or f"{line.at:%H:%M}" == parts[1]]


def undrawn(game: BetGame, after: datetime | None, limit: int) -> list[Line]:
    """What is still to be drawn, the next first; after that moment."""
    wanted = select(BetDraw).where(BetDraw.game == game.name, BetDraw.state.in_(("selling", "sealed")))
    if after is not None:
        wanted = wanted.where(BetDraw.draws_at > after)
    return lines_of(game, _read(wanted.order_by(BetDraw.draws_at).limit(limit)))


def _day(words: str) -> date | None:
    try:
        return date.fromisoformat(words) if len(words) == 10 else None
    except ValueError:
        return None


def _read(wanted: Select[BetDraw]) -> Sequence[BetDraw]:
    return db.session.scalars(wanted.execution_options(populate_existing=True)).all()
