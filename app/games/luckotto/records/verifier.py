"""The page that checks a round of Luckotto in the reader's browser."""

from __future__ import annotations

from typing import Any, Final

from flask import Response, request
from flask_babel import gettext

from app.core.config import current_settings
from app.core.errors import NotFound
from app.core.limits.limiter import limiter
from app.core.web.requests import render
from app.core.wire.paging import number_of
from app.games.luckotto.draw.drawing import ALGORITHMS
from app.games.luckotto.draw.recompute import DrawForm
from app.games.luckotto.game import LUCKOTTO
from app.games.luckotto.models import LuckottoRound
from app.selling.windows import queries
from app.selling.windows.words.claims import claim_words
from app.selling.windows.words.verifier import by_script, run_words

from .pages import bp

ENDPOINTS: Final = (f"{bp.name}.verify",)


@bp.get("/luckotto/verify")
@limiter.limit("60 per minute")
def verify() -> Response:
    """A round checked in the reader's browser (`?round=` its number), or any draw from a block's hash."""
    wanted = request.args.get("round", "").strip()
    context: dict[str, Any] = {"wanted": wanted, "round": None, "error": None, "last": queries.last_settled(LUCKOTTO)}
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
        algorithm = ALGORITHMS.of_round(round_)
        draw = queries.draw_of(LUCKOTTO, round_) if round_.status == "settled" else None
        context |= {"runs_on_pages": algorithm.runs_on_pages, "draw_script": by_script(algorithm, draw)}
    base_url = current_settings().base_url
    context |= {"form": form, "result": form.result(), "words": _draw_words() | claim_words(), "base_url": base_url}
    return render("games/luckotto/verify.html", "games/luckotto/verify.html", status, **context)


def _round(text: str) -> LuckottoRound:
    number = number_of(text)
    if not number:
        raise NotFound("round_not_found")
    return queries.round_of(LUCKOTTO, number)


def _draw_words() -> dict[str, str]:
    """For a draw of six numbers that runs in the browser."""
    return {
        **run_words(),
        "matchesText": gettext("Your browser drew {numbers}, as recorded."),
        "differsText": gettext("Your browser drew {numbers}, but {expected} is claimed."),
        "drawnText": gettext("These inputs draw {numbers}. Enter the claimed numbers to compare."),
        "pool": gettext("Enter a whole number from 6 to 256."),
        "work": gettext("Enter a whole number from 1."),
        "numbers": gettext("Enter six different numbers with commas between them, or nothing."),
    }
