"""Money that bought nothing: a list of rounds with ticks, and one decision with one reason for all that are ticked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

import structlog
from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from sqlalchemy.exc import SQLAlchemyError

from app.core.database.session import db, transaction
from app.core.errors import DomainError
from app.core.web.asking import Question, ask
from app.core.web.requests import render
from app.core.web.templating import sats
from app.core.wire.error_messages import message_for
from app.faces.admin.approving.proposing import by_two, waits
from app.faces.admin.door import operator_name
from app.faces.admin.forms import ReasonForm, choice, chosen_rounds, reason_of, refuse
from app.faces.admin.watch.money import suspense
from app.faces.admin.watch.money.suspense import Wanted
from app.people.approvals.settings import two_people
from app.selling.windows import queries
from app.selling.windows.confirmed import refunding
from app.selling.windows.games import AnyGame, game_called, window_games
from app.selling.windows.orders import refunds

from .money import bp as bp  # one blueprint, whole with the routes of this module

log = structlog.get_logger()

_PAGE: Final = 50
_NAMED: Final = 10  # what a browser keeps until the next page is short, and drops whole if it is longer
_PLACE: Final = re.compile(r"([0-9]{1,9})-([a-z0-9_]{1,40})")
_FATE: Final = re.compile(r"[a-z_]{1,40}")

Chosen = tuple[AnyGame, int]


@bp.get("/suspended")
def suspended() -> Response:
    """Late, too small, sold out, void: what waits for a decision, and what waits until one may be made. `round` ticks
    some, as the way back from the question does."""
    return _list(chosen=chosen_rounds() if request.args.getlist("round") else ())


@bp.post("/suspended")
def decide_many() -> ResponseReturnValue:
    """What a page sends that was opened before there was a question: it is asked too."""
    return redirect(_asking(chosen_rounds(), _wanted()), 303)


@bp.get("/suspended/decide")
def ask_many() -> ResponseReturnValue:
    """Before it is given away: how much it is, of how many payments, and to how many partners."""
    try:
        chosen = chosen_rounds()
    except DomainError as error:
        return _list(422, error=error)
    return ask(_question(chosen, _wanted()), ReasonForm())


@bp.post("/suspended/decide")
def give_many() -> ResponseReturnValue:
    """Give what bought nothing in the chosen rounds to the partners' balances; a round that fails keeps none of the
    others waiting."""
    wanted = _wanted()
    return _decided(chosen_rounds(), wanted.fate, _address(wanted))


def _decided(chosen: Sequence[Chosen], fate: str | None, back: str) -> ResponseReturnValue:
    form = ReasonForm()
    try:
        reason = reason_of(form)
    except DomainError as error:
        refuse(form, error)
        return ask(_question(chosen, _wanted()), form, 422)
    try:
        return _given(chosen, reason, fate, back)
    except DomainError as error:
        return _refused(_question(chosen, _wanted()), form, error)


def _refused(question: Question, form: ReasonForm, error: DomainError) -> Response:
    """The question again with why not, and the reason as it was given; the safe answer leads to what waits already."""
    if error.status == 404:
        raise error
    if (approval := error.params.get("approval")) is not None:
        question = replace(question, back=f"/admin/approvals/{approval}", no=gettext("To the proposal that waits"))
    return ask(question, form, error.status, error)


def _given(chosen: Sequence[Chosen], reason: str, fate: str | None, back: str) -> ResponseReturnValue:
    """Give it, round by round; or ask another operator for all of it at once."""
    if two_people():
        with transaction():
            made = str(refunding.propose(chosen, fate, actor=operator_name(), reason=reason).id)
        return waits(made)
    _say([(game, number, _give(game, number, reason, fate)) for game, number in chosen])
    return redirect(back, 303)


@bp.post("/suspended/<game_name>/<round_number:number>")
def decide(game_name: str, number: int) -> ResponseReturnValue:
    """The same for one round."""
    return _decided(((game_called(game_name), number),), None, "/admin/suspended")


@bp.get("/suspended/<game_name>/<round_number:number>")
def one_round(game_name: str, number: int) -> Response:
    """The list, with this round ticked."""
    return _list(chosen=((game_called(game_name), number),))


def _give(game: AnyGame, number: int, reason: str, fate: str | None) -> int | str:
    """How many payments went to balances, each once and each batch in its own transaction; or why it failed."""
    refunded = 0
    try:
        while True:
            with transaction():
                queries.round_of(game, number)
                batch = refunds.decide(game, operator_name(), reason, number, fate=fate)
            refunded += batch
            if batch < refunds.BATCH:
                return refunded
    except DomainError as error:
        return str(message_for(error))
    except SQLAlchemyError:
        db.session.rollback()
        log.exception("refunds_failed", round=game.subject(number))
        return str(gettext("the database refused it; the log says more"))


def _say(done: Sequence[tuple[AnyGame, int, int | str]]) -> None:
    refunded = sum(count for _, _, count in done if isinstance(count, int))
    failed = [(game, number, why) for game, number, why in done if isinstance(why, str)]
    for game, number, why in failed[:_NAMED]:
        flash(gettext("%(game)s, round %(n)s was not decided: %(why)s", game=game.title, n=number, why=why), "bad")
    if len(failed) > _NAMED:
        more = len(failed) - _NAMED
        flash(ngettext("%(num)s more was not decided.", "%(num)s more were not decided.", more), "bad")
    if refunded:
        words = ngettext("%(num)s payment went to a balance.", "%(num)s payments went to balances.", refunded)
        flash(words, "ok")
    elif all(isinstance(count, int) for _, _, count in done):
        flash(gettext("Nothing was due any more."), "info")


def _wanted() -> Wanted:
    """What the address asks for; a form sends it along."""
    name, fate, place = (request.values.get(key, "") for key in ("game", "fate", "before"))
    match = _PLACE.fullmatch(place)
    if (place and match is None) or (fate and not _FATE.fullmatch(fate)):
        raise DomainError("choice_unknown", field="before" if place and match is None else "fate")
    return Wanted(
        game=game_called(name) if name else None,
        fate=fate or None,
        only_due=choice("show", "all", "due") == "due",
        below=(int(match[1]), match[2]) if match is not None else None,
    )


def _address(wanted: Wanted, below: tuple[int, str] | None = None, chosen: Sequence[Chosen] = ()) -> str:
    values: dict[str, Any] = {**_query(wanted, below), "round": _ticks(chosen)}
    return url_for("admin_money.suspended", **values)


def _asking(chosen: Sequence[Chosen], wanted: Wanted) -> str:
    values: dict[str, Any] = {**_query(wanted, wanted.below), "round": _ticks(chosen)}
    return url_for("admin_money.ask_many", **values)


def _query(wanted: Wanted, below: tuple[int, str] | None) -> dict[str, str]:
    """What the address says of it; nothing of what is not narrowed."""
    said = {
        "game": wanted.game.name if wanted.game is not None else "",
        "fate": wanted.fate or "",
        "show": "due" if wanted.only_due else "",
        "before": f"{below[0]}-{below[1]}" if below is not None else "",
    }
    return {name: value for name, value in said.items() if value}


def _ticks(chosen: Sequence[Chosen]) -> list[str]:
    return [f"{game.name}:{number}" for game, number in chosen]


def _balances(due: suspense.Chosen) -> str:
    """Whose: by name where they are few."""
    if due.names:
        names = ", ".join(due.names)
        return str(ngettext("the balance of %(names)s", "the balances of %(names)s", due.partners, names=names))
    return str(ngettext("the balance of %(num)s partner", "the balances of %(num)s partners", due.partners))


def _question(chosen: Sequence[Chosen], wanted: Wanted) -> Question:
    """Giving what bought nothing to the partners, of as many rounds as were ticked."""
    due = suspense.chosen(chosen, wanted.fate)
    question = Question(
        asks=gettext("Give %(sats)s sats to partners?", sats=sats(due.sats)),
        then=(
            gettext(
                "%(sats)s sats of %(payments)s in %(rounds)s go to %(partners)s.",
                sats=sats(due.sats),
                payments=ngettext("%(num)s payment", "%(num)s payments", due.payments),
                rounds=ngettext("%(num)s round", "%(num)s rounds", due.rounds),
                partners=_balances(due),
            ),
            gettext("It is theirs at once, and paid with what they earn; they make their players whole."),
            gettext("It cannot be taken back."),
        ),
        yes=gettext("Give it to the partners"),
        no=gettext("Leave it suspended"),
        action=_asking(chosen, wanted),
        back=_address(wanted, wanted.below, chosen),
    )
    return by_two(question)


def _list(status: int = 200, chosen: Sequence[Chosen] = (), error: DomainError | None = None) -> Response:
    wanted, waiting = _wanted(), refunding.asked()
    found = suspense.rounds(wanted, _PAGE + 1)
    proposed = suspense.proposed(waiting, wanted)
    return render(
        "faces/admin/suspended.html",
        "faces/admin/_suspended.html",
        status,
        rows=found[:_PAGE],
        totals=suspense.totals(wanted).without(proposed),
        proposed=proposed,
        asked={row.place: one for row in found for one in waiting if one.covers(*row.key, wanted.fate)},
        fates=suspense.fates(),
        games=window_games(),
        wanted=wanted,
        is_narrowed=wanted != Wanted(),
        kept=_query(wanted, wanted.below),
        following=_address(wanted, found[_PAGE - 1].place) if len(found) > _PAGE else None,
        error=error,
        chosen=set(_ticks(chosen)),
    )
