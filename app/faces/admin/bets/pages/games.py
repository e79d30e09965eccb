"""Draws of a game that sells bets: all of them, and each with its bets, what each outcome would cost, and what a person
may still decide."""

from __future__ import annotations

from datetime import date
from typing import Final
from uuid import UUID

from flask import Response, flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from app.core.database.session import transaction
from app.core.errors import DomainError
from app.core.ids import parse_id
from app.core.text.amounts import written
from app.core.web import charts
from app.core.wire.paging import place_of as place_in
from app.faces.admin.bets.standing import called, lines_of
from app.faces.admin.door import operator_name
from app.faces.admin.forms import choice
from app.faces.admin.watch import history
from app.outcomes.results import queries as results
from app.record.audit import queries as audit
from app.selling.bets.bankroll import capacity
from app.selling.bets.calendar import queries, service
from app.selling.bets.calendar.making import subject_of
from app.selling.bets.games import BetGame, game_named
from app.selling.bets.operating import figures, recounting, tickets
from app.selling.bets.sealing import wording

from .place import below_each_game, bp, day_in, day_of, page, place_of

ENDPOINTS: Final = tuple(f"{bp.name}.{name}" for name in ("games", "make", "one_game", "recount"))
_PAGE: Final = 50
_CHARTED: Final = 10
_SHOWN: Final = 20
_ALL: Final = 1000


@below_each_game("/games")
def games(game: str) -> Response:
    """All draws, the last one first; or those of one day, in their order."""
    return _listed(game_named(game))


@below_each_game("/games", method="POST")
def make(game: str) -> ResponseReturnValue:
    """Make what is missing of some days; they sell once they are near."""
    one = game_named(game)
    try:
        first, last = (_day(name) for name in ("first", "last"))
        with transaction():
            made = service.make(one, first, last, actor=operator_name())
    except DomainError as error:
        return _listed(one, 422, error)
    flash(ngettext("%(num)s draw is made.", "%(num)s draws are made.", made), "ok")
    return redirect(place_of(one, "/games"), 303)


@below_each_game("/games/<draw>")
def one_game(game: str, draw: str) -> Response:
    """One draw."""
    one = game_named(game)
    row = queries.draw_named(one.name, draw)
    line = lines_of(one, [row])[0]
    shows_all = choice("show", "dearest", "all") == "all"
    exposed = figures.exposure(row.id, _ALL if shows_all else _SHOWN) if line.is_undrawn else []
    subject = subject_of(one.name, row.name)
    bets = tickets.on_draw(row.id, _after(), _PAGE + 1)
    awaited = results.of(one.name, row.name)
    return page(
        "game",
        one,
        line=line,
        draw=row,
        capacity=capacity.left(row),
        exposed=exposed,
        shows_all=shows_all,
        shown=_SHOWN,
        chart=_chart(one, exposed),
        bets=bets[:_PAGE],
        following=f"{bets[_PAGE - 1].ticket_id}.{bets[_PAGE - 1].place}" if len(bets) > _PAGE else None,
        awaited=awaited.id if awaited is not None else None,
        why_back=wording.why,
        entries=history.told(audit.entries(subject), subject),
    )


@below_each_game("/games/<draw>/recount", method="POST")
def recount(game: str, draw: str) -> ResponseReturnValue:
    """Count anew what it could cost at worst, from what its outcomes weigh."""
    one = game_named(game)
    with transaction():
        worst = recounting.recount(queries.draw_named(one.name, draw).id, actor=operator_name())
    flash(gettext("Counted anew: at worst it costs %(amount)s.", amount=written(worst, one.currency)), "ok")
    return redirect(place_of(one, f"/games/{draw}"), 303)


def _listed(game: BetGame, status: int = 200, error: DomainError | None = None) -> Response:
    before = place_in(request.args.get("before"), lambda text: text if "\0" not in text else None, "before")
    on = day_in(request.args["day"]) if request.args.get("day") else None
    found = called(game, on.isoformat()) if on else lines_of(game, queries.before(game.name, before, _PAGE + 1))
    shown = found if on else found[:_PAGE]
    return page(
        "games",
        game,
        status=status,
        lines=shown,
        on=on,
        following=found[_PAGE - 1].draw.name if len(found) > len(shown) else None,
        error=error,
        typed={name: request.form.get(name, "") for name in ("first", "last")},
    )


def _chart(game: BetGame, exposed: list[figures.Exposed]) -> charts.Bars | None:
    """What the dearest would cost, and what of that was staked on them."""
    most = exposed[:_CHARTED]
    return charts.bars([one.cost for one in most], [one.staked for one in most]) if most else None


def _after() -> tuple[UUID, int] | None:
    """The bet after which a page of them begins. Raises DomainError 422 `cursor_unknown`."""

    def read(text: str) -> tuple[UUID, int] | None:
        ticket, _, place = text.partition(".")
        found = parse_id(ticket)
        return (found, int(place)) if found and place.isascii() and place.isdigit() and len(place) < 4 else None

    return place_in(request.args.get("after"), read, "after")


def _day(name: str) -> date:
    found = day_of(request.form.get(name, ""))
    if found is None:
        raise DomainError("days_invalid", field=name, most=service.MOST_DAYS)
    return found
