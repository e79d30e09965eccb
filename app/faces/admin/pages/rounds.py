"""Rounds in the console: every round with its terms and history, its draw run again, and what a person decides."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any, Final

import redis
from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select

from app.catalogue.games import catalogue
from app.core.database.session import db, transaction
from app.core.errors import DomainError, Unavailable
from app.core.jobs import queue
from app.core.jobs.queue import DRAWS_QUEUE
from app.core.text.isolation import isolated
from app.core.web.asking import ask
from app.core.web.requests import render
from app.core.web.templating import sats
from app.faces.admin import questions
from app.faces.admin.approving.proposing import by_two, id_of, waits
from app.faces.admin.commands import rerun
from app.faces.admin.door import operator_name, page_blueprint
from app.faces.admin.forms import ReasonForm, choice, reason_of, refuse, whole_number
from app.faces.admin.pages import game_records
from app.faces.admin.watch import history
from app.faces.admin.watch.money import takings
from app.outcomes.draws import service as draws
from app.record.audit import queries as audit
from app.selling.windows import queries
from app.selling.windows.confirmed import resolving
from app.selling.windows.games import AnyGame, game_called
from app.selling.windows.models import ROUND_STATUSES, WindowRound
from app.selling.windows.proof import kept
from app.selling.windows.rounds import acts

bp = page_blueprint("rounds")

_PAGE: Final = 50


@bp.get("/rounds")
def rounds() -> Response:
    """Rounds of one game, the newest first; `state` narrows them."""
    parts = catalogue().called(choice("game", *(one.name for one in game_records.games_with_rounds())))
    if parts.windows is None:
        return game_records.rounds_page(parts)
    game = parts.windows
    state = choice("state", "", *ROUND_STATUSES)
    before = whole_number("before")
    query = select(game.round).order_by(game.round.round_number.desc()).limit(_PAGE + 1)
    if state:
        query = query.where(game.round.status == state)
    if before is not None:
        query = query.where(game.round.round_number < before)
    found = db.session.scalars(query).all()
    following = found[_PAGE - 1].round_number if len(found) > _PAGE else None
    return render(
        "faces/admin/rounds.html",
        "faces/admin/_rounds.html",
        rounds=found[:_PAGE],
        told=parts.rounds_told(found[:_PAGE]) if parts.rounds_told is not None else {},
        debts=queries.debts_of(game, found[:_PAGE]),
        following=following,
        game=game,
        games=game_records.games_with_rounds(),
        state=state,
        states=ROUND_STATUSES,
        before=before,
    )


@bp.get("/rounds/<game_name>/<round_number:number>/rerun")
@bp.get("/rounds/<game_name>/<round_number:number>")
def round_(game_name: str, number: int) -> Response:
    """One round: its terms, its draw, what happened to it, and what may be decided."""
    parts = catalogue().called(game_name)
    if parts.windows is None:
        return game_records.round_page(parts, number)
    return _page(parts.windows, number)


@bp.post("/rounds/<game_name>/<round_number:number>/rerun")
def run_again(game_name: str, number: int) -> ResponseReturnValue:
    """Hash the draw once more, by the worker for draws, and compare."""
    game = game_called(game_name)
    with transaction():
        rerun.begin(game, queries.round_of(game, number), operator_name())
    try:
        queue.ask("draws.rerun", DRAWS_QUEUE, game.name, number, operator_name())
    except redis.RedisError:
        raise Unavailable("queue_away") from None
    flash(gettext("The draw is being hashed again. The result appears in the round's history."), "info")
    return redirect(_address(game, number), 303)


@bp.get("/rounds/<game_name>/<round_number:number>/resolve")
def ask_outcome(game_name: str, number: int) -> ResponseReturnValue:
    """Before a halted round is drawn after all, or made void: what will happen, and why it is done."""
    game, outcome = game_called(game_name), request.args.get("outcome", "")
    if queries.round_of(game, number).status != "halted" or not outcome:
        return _page(game, number)
    return ask(by_two(questions.of_round(choice("outcome", "resume", "void"), game, number)), ReasonForm())


@bp.post("/rounds/<game_name>/<round_number:number>/resolve")
def resolve(game_name: str, number: int) -> ResponseReturnValue:
    """Decide what becomes of a halted round."""
    game = game_called(game_name)
    form = ReasonForm()
    outcome = choice("outcome", "resume", "void")
    try:
        reason = reason_of(form)
        with transaction():
            queries.round_of(game, number)
            made = id_of(resolving.resolve(game, number, outcome, actor=operator_name(), reason=reason))
    except DomainError as error:
        if error.field is None:
            raise
        refuse(form, error)
        return ask(by_two(questions.of_round(outcome, game, number)), form, 422)
    if made is not None:
        return waits(made)
    flash(gettext("Round %(number)s: decided.", number=number), "ok")
    return redirect(_address(game, number), 303)


def _address(game: AnyGame, number: int) -> str:
    return url_for("admin_rounds.round_", game_name=game.name, number=number)


def _page(game: AnyGame, number: int) -> Response:
    round_, parts = queries.round_of(game, number), catalogue().called(game.name)
    subject, draw = game.subject(number), draws.of(game.name, str(number))
    algorithm = game.draw.algorithms.get(draw.algorithm) if draw is not None else None
    debt = queries.debt_of(game, round_)
    context: dict[str, Any] = {
        "game": game,
        "round": round_,
        "takings": takings.of_round(game, number, debt),
        "terms": _terms(round_),
        "draw": draw,
        "debt": debt,
        "for_the_audit": algorithm.for_the_audit if algorithm is not None else (),
        "entries": history.told(audit.entries(subject, limit=50), subject),
        "reruns": rerun.results(game, number),
        "told": parts.rounds_told([round_])[number] if parts.rounds_told is not None else None,
        "voided_for": _voided_for(game, round_),
        "public_address": _public_address(game, number),
        "named": _named,
        "readable": _readable,
    }
    return render("faces/admin/round.html", "faces/admin/_round.html", **context)


def _voided_for(game: AnyGame, round_: WindowRound) -> str | None:
    """Why it is void: a rule's code in words, or a person's own; None while it is not."""
    reason = kept.voided_for(game, round_) if round_.status == "void" else None
    return acts.WHY.get(reason, isolated(reason.rstrip("."))) if reason is not None else None


def _public_address(game: AnyGame, number: int) -> str | None:
    records = catalogue().called(game.name).records
    return records.round_url(number) if records is not None and records.round_url is not None else None


_SHOWN_APART: Final = {
    "round_number",
    "status",
    "seal_root",
    "sealed_at",
    "sealed_at_height",
    "closing_block_hash",
    "settled_at",
}


_IS_A_PLACE: Final = re.compile("(?i)number|index|version|^winning")
_NEXT_WORD: Final = re.compile(r"_|(?<=[a-z0-9])(?=[A-Z])")


def _named(field: str) -> str:
    """A field of any game as words: `hashWork` and `hash_work` are "Hash work", `jackpot_sats` is "Jackpot, sats"."""
    return re.sub(" sats$", ", sats", _NEXT_WORD.sub(" ", field).lower().capitalize())


def _readable(field: str, value: Any) -> str:
    """A field's value for people: numbers with thousands where they are not a name, moments in UTC, lists without
    brackets."""
    if value is None:
        return "–"
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
    if isinstance(value, list | tuple):
        return ", ".join(str(one) for one in value)
    return sats(value) if type(value) is int and not _IS_A_PLACE.search(field) else str(value)


def _terms(round_: Any) -> dict[str, Any]:
    """The round's frozen columns by name."""
    values = {column.name: getattr(round_, column.name) for column in round_.__table__.columns}
    return {
        name: value.hex() if isinstance(value, bytes) else value
        for name, value in values.items()
        if name not in _SHOWN_APART and not name.startswith("winning_")  # what won stands with the draw
    }
