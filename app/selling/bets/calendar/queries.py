"""Reads of draws: those that are sold, one by its name, and lists."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from sqlalchemy import ColumnElement, func, select

from app.core.database.session import db
from app.core.errors import NotFound

from ..models import BetDraw
from ..states import Told

_NOW: Final = func.clock_timestamp()
_TOLD: Final[dict[Told, tuple[ColumnElement[bool], ...]]] = {
    "scheduled": (BetDraw.state == "selling", BetDraw.opens_at > _NOW),
    "open": (BetDraw.state == "selling", BetDraw.opens_at <= _NOW, BetDraw.closes_at > _NOW),
    "closed": (BetDraw.state == "selling", BetDraw.closes_at <= _NOW),
    "sealed": (BetDraw.state == "sealed",),
    "resulted": (BetDraw.state == "resulted",),
    "cancelled": (BetDraw.state == "cancelled",),
}
"""What `states.told` says, by the database's clock."""


def draw_named(game: str, name: str) -> BetDraw:
    """A draw by its day and slot, `2026-11-30-0`. Raises NotFound `draw_not_found`."""
    found = db.session.scalar(select(BetDraw).where(BetDraw.game == game, BetDraw.name == name))
    if found is None:
        raise NotFound("draw_not_found")
    return found


def open_draws(game: str) -> Sequence[BetDraw]:
    """What can be bet on now, the next one first."""
    return draws(game, "open")


def draws(game: str, told: Told, limit: int = 200) -> Sequence[BetDraw]:
    """The draws that stand so; those to come with the next one first, those that are over with the last one first."""
    order = BetDraw.draws_at.desc() if told in ("resulted", "cancelled") else BetDraw.draws_at
    wanted = select(BetDraw).where(BetDraw.game == game, *_TOLD[told]).order_by(order, BetDraw.slot)
    return db.session.scalars(wanted.limit(limit)).all()


def of_days(game: str, first: date, last: date) -> Sequence[BetDraw]:
    """All draws of these days, in their order."""
    wanted = select(BetDraw).where(BetDraw.game == game, BetDraw.day.between(first, last))
    return db.session.scalars(wanted.order_by(BetDraw.draws_at, BetDraw.slot)).all()


def before(game: str, name: str | None, limit: int = 50) -> Sequence[BetDraw]:
    """One page of all draws, the last one first; `name` is the last one of the page before."""
    wanted = select(BetDraw).where(BetDraw.game == game)
    if name is not None:
        wanted = wanted.where(BetDraw.draws_at < draw_named(game, name).draws_at)
    return db.session.scalars(wanted.order_by(BetDraw.draws_at.desc()).limit(limit)).all()
