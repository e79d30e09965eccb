"""The page that checks a draw of bets in the reader's browser, and a receipt beside it."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, Response, request

from app.core.limits.limiter import limiter
from app.core.web.requests import render
from app.core.web.templating import asset_url

from ..calendar import queries
from ..games import GAMES, game_named
from . import scripts
from .words import draw_words

bp: Final = Blueprint("bets_verifier", __name__, url_prefix="/verify/bets")
ENDPOINTS: Final = tuple(f"{bp.name}.{name}" for name in ("index", "draw"))


@bp.get("")
def index() -> Response:
    """Draws that somebody kept as files, or those of a ticket (`?code=`), whose public receipt the browser fetches. A
    page that was given such files asks for the part alone."""
    return _shown(None, request.args.get("code", "").strip()[:40])


@bp.get("/<game>/<name>")
@limiter.limit("60 per minute")
def draw(game: str, name: str) -> Response:
    """A draw of ours, whose bundle the browser fetches. Raises NotFound `draw_not_found`."""
    of, found = game_named(game), queries.draw_named(game, name)
    return _shown({"game": of, "name": found.name, "page": of.draw_page(name), "line": scripts.of_fetched(of, name)})


def _shown(asked: dict[str, Any] | None, code: str = "") -> Response:
    modules = " ".join(asset_url(one.verifier) for one in GAMES.get().values() if one.verifier)
    context: dict[str, Any] = {"draw": asked, "code": code, "words": draw_words(), "modules": modules}
    return render("selling/bets/verify.html", "selling/bets/_verify.html", **context)
