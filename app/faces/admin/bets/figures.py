"""How games that sell bets stand: their bankroll, what their draws could cost, and the draws of these days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, cast

from sqlalchemy import func, select

from app.core.database.session import db
from app.people.players.queries import read_now
from app.record.ledger import queries as ledger
from app.selling.bets import postings, states
from app.selling.bets.bankroll import capacity, owner
from app.selling.bets.games import BetGame
from app.selling.bets.models import BetDraw, BetExposure

_AHEAD: Final = timedelta(days=2)
_BACK: Final = timedelta(days=1)
_DEAREST: Final = 10


@dataclass(frozen=True, slots=True)
class Standing:
    """A game's money in minor units: what is in the bankroll, what draws have of it, what they could cost at worst, and
    what its owner could take out."""

    bankroll: int
    held: int
    worst: int
    free_to_leave: int


@dataclass(frozen=True, slots=True)
class Exposed:
    """An outcome as people read it, and what it would cost."""

    outcome: str
    cost: int


@dataclass(frozen=True, slots=True)
class Line:
    """A draw, how it stands, and what it may cost at most with all that is left."""

    draw: BetDraw
    told: states.Told
    most: int
    result: str | None
    dearest: Sequence[Exposed]


def standing(game: BetGame) -> Standing:
    """As it is now."""
    undrawn = BetDraw.game == game.name, BetDraw.state.in_(("selling", "sealed"))
    sums = func.coalesce(func.sum(BetDraw.allotted_minor), 0), func.coalesce(func.sum(BetDraw.worst_minor), 0)
    held, worst = db.session.execute(select(*sums).where(*undrawn)).one()
    in_all = ledger.balance(postings.bankroll(game.name, game.currency))
    return Standing(in_all, int(held), int(worst), owner.free_to_leave(game))


def lines(game: BetGame) -> list[Line]:
    """The draws from yesterday to the day after tomorrow, in their order."""
    now = read_now()
    query = select(BetDraw).where(BetDraw.game == game.name, BetDraw.draws_at.between(now - _BACK, now + _AHEAD))
    rows = db.session.scalars(query.order_by(BetDraw.draws_at).execution_options(populate_existing=True)).all()
    return [_line(game, row, now) for row in rows]


def _line(game: BetGame, row: BetDraw, now: datetime) -> Line:
    state = cast(states.State, row.state)
    told = states.told(state, row.opens_at, row.closes_at, now)
    result = game.told(row.outcome) if row.outcome is not None else None
    is_undrawn = state in ("selling", "sealed")
    return Line(row, told, capacity.left(row), result, _dearest(game, row) if is_undrawn else ())


def _dearest(game: BetGame, row: BetDraw) -> list[Exposed]:
    weighs = BetExposure.draw_id == row.id, BetExposure.amount_minor > 0
    query = select(BetExposure.outcome, BetExposure.amount_minor).where(*weighs)
    order = BetExposure.amount_minor.desc(), BetExposure.outcome
    found = db.session.execute(query.order_by(*order).limit(_DEAREST))
    return [Exposed(game.told(outcome), cost) for outcome, cost in found]
