"""A month's draws as a calendar, and what is decided of one of them: that it is not held, or is after all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final
from uuid import UUID

from babel.dates import get_day_names
from flask import Response, flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext, ngettext

from app.core.database.session import transaction
from app.core.errors import DomainError
from app.core.text.amounts import written
from app.core.web.asking import Question, ask
from app.core.wire.error_messages import message_for
from app.faces.admin.approving.proposing import decide
from app.faces.admin.bets.month import month_of
from app.faces.admin.door import operator_name
from app.faces.admin.forms import ReasonForm
from app.selling.bets.calendar import queries, service
from app.selling.bets.games import BetGame, game_named
from app.selling.bets.models import BetDraw
from app.selling.bets.operating import figures

from .place import below_each_game, bp, month_in, page, place_of

_VIEWS: Final = ("schedule", "ask_skip", "skip", "ask_unskip", "unskip")
ENDPOINTS: Final = tuple(f"{bp.name}.{name}" for name in _VIEWS)


@below_each_game("/schedule")
def schedule(game: str) -> Response:
    """A month, this one where none is asked for."""
    one = game_named(game)
    today = figures.day_now(one)
    wanted = request.args.get("month", "")
    return page(
        "schedule",
        one,
        month=month_of(one, month_in(wanted) if wanted else today.replace(day=1), today),
        weekdays=get_day_names("abbreviated", locale=get_locale()),
        zone=one.schedule().zone.key,
    )


@below_each_game("/games/<draw>/skip")
def ask_skip(game: str, draw: str) -> ResponseReturnValue:
    """Before a draw is not held: what goes back, and why."""
    one = game_named(game)
    row = queries.draw_named(one.name, draw)
    return asked(_skipping(one, row), lambda: service.check_skip(row))


@below_each_game("/games/<draw>/skip", method="POST")
def skip(game: str, draw: str) -> ResponseReturnValue:
    """Do not hold it."""
    one = game_named(game)
    row = queries.draw_named(one.name, draw)

    def deed(reason: str) -> None:
        with transaction():
            service.skip(row.id, reason, actor=operator_name())

    done = gettext("The draw is not held. What was staked on it goes back.")
    return decide(_skipping(one, row), ReasonForm(), deed, done, place_of(one, f"/games/{draw}"))


@below_each_game("/games/<draw>/unskip")
def ask_unskip(game: str, draw: str) -> ResponseReturnValue:
    """Before a skipped draw is held after all."""
    one = game_named(game)
    row = queries.draw_named(one.name, draw)
    return asked(_unskipping(one, row), lambda: service.check_unskip(row))


@below_each_game("/games/<draw>/unskip", method="POST")
def unskip(game: str, draw: str) -> ResponseReturnValue:
    """Hold it after all."""
    one = game_named(game)
    row = queries.draw_named(one.name, draw)

    def deed(reason: str) -> None:
        with transaction():
            service.unskip(row.id, reason, actor=operator_name())

    done = gettext("The draw is held after all, and sells again.")
    return decide(_unskipping(one, row), ReasonForm(), deed, done, place_of(one, f"/games/{draw}"))


def asked(question: Question, check: Callable[[], None]) -> ResponseReturnValue:
    """The question, if it can be done at all; else back to where it came from, with why not."""
    try:
        check()
    except DomainError as error:
        flash(message_for(error), "warn")
        return redirect(question.back, 303)
    return ask(question, ReasonForm(formdata=None))


def _skipping(game: BetGame, row: BetDraw) -> Question:
    place = place_of(game, f"/games/{row.name}")
    return Question(
        asks=gettext("Do not hold the draw of %(time)s?", time=_time_of(game, row)),
        then=(
            gettext("Bets on draw %(draw)s end at once.", draw=row.name),
            goes_back(game, [row.id]),
            gettext("Everybody may read the reason that you give."),
            gettext("Before its cut-off, and once everything has gone back, it can be held after all."),
        ),
        yes=gettext("Skip it"),
        no=gettext("Hold it"),
        action=f"{place}/skip",
        back=place,
    )


def _unskipping(game: BetGame, row: BetDraw) -> Question:
    place = place_of(game, f"/games/{row.name}")
    return Question(
        asks=gettext("Hold the draw of %(time)s after all?", time=_time_of(game, row)),
        then=(
            gettext("It sells again until its cut-off, by the promise that it was made with."),
            gettext("What went back stays with the players. Everybody may read the reason that you give."),
        ),
        yes=gettext("Hold it after all"),
        no=gettext("Leave it skipped"),
        action=f"{place}/unskip",
        back=place,
        is_grave=False,
    )


def goes_back(game: BetGame, draw_ids: Sequence[UUID]) -> str:
    """What is staked there now, in a sentence: more may be until the yes."""
    cards, staked = figures.at_stake(draw_ids)
    if not cards:
        return str(gettext("Nothing is staked so far."))
    amount = written(staked, game.currency)
    return str(
        ngettext(
            "%(num)s card has staked %(amount)s so far, which goes back the way it was paid.",
            "%(num)s cards have staked %(amount)s so far, which goes back the way it was paid.",
            cards,
            amount=amount,
        )
    )


def _time_of(game: BetGame, row: BetDraw) -> str:
    """A draw as operators call it: its day and time where it is held."""
    return f"{row.draws_at.astimezone(game.schedule().zone):%Y-%m-%d %H:%M}, {zone_of(game)}"


def zone_of(game: BetGame) -> str:
    return game.schedule().zone.key.rpartition("/")[2].replace("_", " ")
