"""Luckotto's public records on the website, and the page that checks a round in the reader's browser."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request
from flask.blueprints import BlueprintSetupState
from flask_babel import gettext

from app.catalogue.frame.records import number_of
from app.core.config import current_settings
from app.core.errors import NotFound
from app.core.limits.limiter import limiter
from app.core.web.requests import render
from app.core.wire.error_messages import add_messages
from app.games.luckotto import queries
from app.games.luckotto.draw import known
from app.games.luckotto.draw.recompute import DrawForm
from app.games.luckotto.draw.words import draw_words
from app.games.luckotto.messages import MESSAGES
from app.games.luckotto.models import LuckottoRound
from app.games.luckotto.rules import numbers_of
from app.games.luckotto.wording import listed
from app.selling.windows.words.claims import claim_words
from app.selling.windows.words.verifier import by_script

from . import queries as records
from .links import luckotto_url

bp = Blueprint("luckotto", __name__)

SHARED_ENDPOINTS = ("luckotto.rounds", "luckotto.round_page", "luckotto.order")
VERIFIER_ENDPOINTS = ("luckotto.verify",)


@bp.record_once
def _assemble(state: BlueprintSetupState) -> None:
    add_messages(MESSAGES)
    state.app.jinja_env.globals.update(luckotto_url=luckotto_url)
    state.app.jinja_env.filters.update(listed=listed, numbers_of=numbers_of)


@bp.get("/luckotto")
def rounds() -> Response:
    """All rounds."""
    return records.answer_rounds()


@bp.get("/luckotto/rounds/<round_number:number>")
def round_page(number: int) -> Response:
    """One round's record."""
    return records.answer_round(number)


@bp.get("/luckotto/orders/<identifier>")
def order(identifier: str) -> Response:
    """An order: public from its making."""
    return records.answer_order(identifier)


@bp.get("/luckotto/verify")
@limiter.limit("60 per minute")
def verify() -> Response:
    """A round checked in the reader's browser (`?round=` its number), or any draw from a block's hash."""
    wanted = request.args.get("round", "").strip()
    context: dict[str, Any] = {"wanted": wanted, "round": None, "error": None, "last": queries.last_settled()}
    status = 200
    if wanted:
        try:
            context["round"] = _round(wanted)
        except NotFound:
            context["error"], status = gettext("There is no round with this number."), 404
    round_ = context["round"]
    form = DrawForm.read(request.args) if round_ is None else DrawForm.of_round(round_)
    if form.errors:
        status = 422
    context |= {"runs_on_pages": True, "draw_script": None}
    if round_ is not None:
        algorithm, draw = known.of_round(round_), queries.draw_of(round_) if round_.status == "settled" else None
        context |= {"runs_on_pages": algorithm.runs_on_pages, "draw_script": by_script(algorithm, draw)}
    base_url = current_settings().base_url
    context |= {"form": form, "result": form.result(), "words": draw_words() | claim_words(), "base_url": base_url}
    return render("games/luckotto/verify.html", "games/luckotto/verify.html", status, **context)


def _round(text: str) -> LuckottoRound:
    number = number_of(text)
    if not number:
        raise NotFound("round_not_found")
    return queries.round_of(number)
