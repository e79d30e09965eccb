"""The pages that check public records in the reader's browser."""

from __future__ import annotations

from typing import Any, Final

from flask import Response, redirect, request
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from app.core.config import current_settings
from app.core.errors import NotFound
from app.core.limits.limiter import limiter
from app.core.web.headers import no_store
from app.core.web.requests import render
from app.games.ticket_draw import queries
from app.games.ticket_draw.draw import recompute
from app.games.ticket_draw.draw.drawing import ALGORITHMS
from app.games.ticket_draw.draw.words import check_words, draw_words, tweak_words
from app.games.ticket_draw.game import ROUNDS
from app.games.ticket_draw.models import Round
from app.selling.windows import queries as windows
from app.selling.windows.words.claims import claim_words
from app.selling.windows.words.verifier import by_script

from .pages import bp

ENDPOINTS: Final = tuple(f"{bp.name}.{name}" for name in ("verify", "hash_draw", "hash_tweak"))


@bp.get("/verify")
def verify() -> AnyResponse:
    """A round, or a slip and its round, checked in the reader's browser: `?q=` a number, a slip or a link to either."""
    asked = recompute.Asked.read(request.args)
    context: dict[str, Any] = {"wanted": asked.text, "round": None, "error": None, "slip": None}
    status = 200
    try:
        if asked.secret:
            no_store()
            queries.receipt_of(asked.secret)
            return redirect(f"/slips/{asked.secret}", 303)
        if asked.text:
            slip = queries.order_of(asked.slip) if asked.slip else None
            round_ = slip.round if slip else _round(asked.round_number)
            context |= {"round": round_, "slip": slip, **_draw_context(round_)}
    except NotFound:
        context["error"] = gettext("There is no round or slip with this number or link.")
        status = 404
    words = draw_words() | check_words() | claim_words()
    last = windows.last_settled(ROUNDS)
    context |= {"words": words, "base_url": _base_url(), "last": last, "game_name": ROUNDS.name}
    return _shown("verify", status, context)


@bp.get("/hash-draw")
@limiter.limit("60 per minute")
def hash_draw() -> Response:
    """Any draw, from a block's hash: in the browser, or here if it is a small one."""
    form = recompute.DrawForm.read(request.args)
    last = windows.last_settled(ROUNDS, *ALGORITHMS.run_on_pages())
    if not request.args and last and last.closing_block_hash:
        form = recompute.DrawForm.of(last)
    result = form.result() if request.args else None
    context = {"form": form, "last": last, "result": result, "words": draw_words(), "base_url": _base_url()}
    return render(
        "games/ticket_draw/hash_draw.html", "games/ticket_draw/hash_draw.html", 422 if form.errors else 200, **context
    )


@bp.get("/hash-tweak")
@limiter.limit("60 per minute")
def hash_tweak() -> Response:
    """A deposit address, from its terms: in the browser, or here."""
    network, last = current_settings().bitcoin_network, windows.last_settled(ROUNDS)
    form = recompute.TweakForm.read(request.args, network)
    example = queries.slips_page(last.round_number, limit=1) if last and not request.args else []
    if example:
        form = recompute.TweakForm.of(example[0].address, network)
    context = {
        "form": form,
        "example": example[0] if example else None,
        "result": form.result(),
        "words": tweak_words(),
        "base_url": _base_url(),
    }
    return render(
        "games/ticket_draw/hash_tweak.html", "games/ticket_draw/hash_tweak.html", 422 if form.errors else 200, **context
    )


def _shown(page: str, status: int, context: dict[str, Any]) -> Response:
    """A page of these, which has no fragment of its own."""
    template = f"games/ticket_draw/{page}.html"
    return render(template, template, status, **context)


def _round(number: int | None) -> Round:
    if number is None:
        raise NotFound("round_not_found")
    return windows.round_of(ROUNDS, number)


def _draw_context(round_: Round) -> dict[str, Any]:
    """The recorded draw, and whether its record is consistent in itself (the hashing is not repeated here)."""
    draw = windows.draw_of(ROUNDS, round_)
    if draw is None or draw.outcome is None or round_.status != "settled":
        return {"outcome": None, "draw_script": None}
    algorithm = ALGORITHMS.of_round(round_)
    return {
        "outcome": algorithm.read(draw.outcome),
        "is_consistent": algorithm.agrees(draw.outcome, draw.parameters),
        "runs_on_pages": algorithm.runs_on_pages,
        "draw_script": by_script(algorithm, draw),
    }


def _base_url() -> str:
    return str(current_settings().base_url)
