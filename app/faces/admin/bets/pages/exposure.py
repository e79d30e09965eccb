"""What every mark would cost in every draw that is still to come: a picture, the dearest, and any one of them."""

from __future__ import annotations

from datetime import datetime
from typing import Final, NamedTuple

from flask import Response, request

from app.core.errors import DomainError
from app.core.text.amounts import written
from app.core.wire.paging import place_of as place_in
from app.faces.admin.bets import heat, standing
from app.faces.admin.bets.standing import Line
from app.selling.bets.games import BetGame, game_named
from app.selling.bets.operating import figures

from .place import below_each_game, bp, page

ENDPOINTS: Final = (f"{bp.name}.exposure",)
_DRAWS: Final = 30
_ACROSS: Final = 20
_LONGEST: Final = 20


class Row(NamedTuple):
    """A draw's row of the picture, which there is of marks that are outcomes; so many marks weigh, with the dearest as
    people read it and what that would cost."""

    line: Line
    band: heat.Band | None
    marks: int
    dearest: str
    most: int


class Sought(NamedTuple):
    """One mark in all these draws: what it would cost in each where it weighs, and together."""

    mark: str
    costs: dict[str, int]
    total: int


@below_each_game("/exposure")
def exposure(game: str) -> Response:
    """The next draws, so many at a time."""
    one = game_named(game)
    lines = standing.undrawn(one, _after(), _DRAWS + 1)
    shown = lines[:_DRAWS]
    ids = [line.draw.id for line in shown]
    sought, refused = _sought(one, shown)
    rows = _rows(one, shown)
    return page(
        "exposure",
        one,
        status=422 if refused else 200,
        rows=rows,
        most=max((row.most for row in rows), default=0),
        across=[(one.mark_told(mark), amount, draws) for mark, amount, draws in figures.across(ids, _ACROSS)],
        sought=sought,
        refused=refused,
        words=request.args.get("q", "")[:_LONGEST].replace("\0", ""),
        steps=range(1, heat.STEPS + 1),
        following=shown[-1].draw.draws_at.isoformat() if len(lines) > _DRAWS else None,
        amount=lambda minor: written(minor, one.currency),
    )


def _rows(game: BetGame, lines: list[Line]) -> list[Row]:
    ids = [line.draw.id for line in lines]
    weights, dearest = figures.heat(ids, heat.STEPS), figures.dearest(ids, 1)
    rows = []
    for line in lines:
        steps = weights[line.draw.id]
        mark, most = next(iter(dearest[line.draw.id]), (None, 0))
        number = "" if mark is None else game.mark_told(mark)
        band = heat.band(steps, game.classes) if game.shows_one else None
        rows.append(Row(line, band, sum(map(len, steps.values())), number, most))
    return rows


def _sought(game: BetGame, lines: list[Line]) -> tuple[Sought | None, DomainError | None]:
    """The mark that is asked for, or why it is none."""
    words = request.args.get("q", "").strip()
    if not words:
        return None, None
    try:
        mark = game.mark_of(words) if len(words) <= _LONGEST else None
    except ValueError:
        mark = None
    if mark is None:
        return None, DomainError("number_invalid", field="q")
    costs = figures.at([line.draw.id for line in lines], mark)
    by_name = {line.draw.name: costs.get(line.draw.id, 0) for line in lines}
    return Sought(game.mark_told(mark), by_name, sum(by_name.values())), None


def _after() -> datetime | None:
    """The moment of the last draw of the page before. Raises DomainError 422 `cursor_unknown`."""

    def read(text: str) -> datetime | None:
        try:
            found = datetime.fromisoformat(text)
        except ValueError:
            return None
        return found if found.tzinfo is not None else None

    return place_in(request.args.get("after"), read, "after")
