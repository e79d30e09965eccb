"""What was drawn, with a search; and a card for whoever has its code."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, Final

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.core.errors import NotFound
from app.core.limits.limiter import limiter
from app.core.wire.paging import cut
from app.games.swertres.reads import cards, draws

from .showing import show

bp: Final = Blueprint("swertres_results", __name__, url_prefix="/swertres")
ENDPOINTS: Final = tuple(f"{bp.name}.{name}" for name in ("index", "check", "verify"))
_PAGE: Final = 30
_DIGITS: Final = re.compile(r"[0-9]{1,3}", re.ASCII)


@bp.get("/results")
def index() -> Response:
    """The newest first; narrowed to a number or digits of one (`q`), or to a day."""
    text, day_text = request.args.get("q", "").strip()[:10], request.args.get("day", "").strip()[:10]
    error = None if not text or _DIGITS.fullmatch(text) else gettext("Search for one to three digits.")
    day = _day(day_text)
    if day_text and day is None:
        error = gettext("Write the day as 2026-11-30.")
    found = draws.results(text, day, request.args.get("before"), _PAGE + 1) if error is None else []
    shown, more = cut(found, _PAGE, lambda one: one.id)
    wanted: dict[str, Any] = {name: value for name, value in (("q", text), ("day", day_text)) if value}
    older = url_for(".index", before=more, **wanted) if more else None
    status = 200 if error is None else 422
    is_newest = not wanted and not request.args.get("before")
    context = {"games": shown, "q": text, "day": day_text, "error": error, "older": older, "is_newest": is_newest}
    return show("results", "_results", status, **context)


@bp.get("/verify")
@limiter.limit("30 per minute")
def check() -> Response:
    """Ask for a card's code, and go on to the card."""
    code = request.args.get("code", "").strip()[:40]
    return redirect(url_for(".verify", code=code), 303) if code else show("verify", "_verify", card=None, code="")


@bp.get("/verify/<code>")
@limiter.limit("30 per minute")
def verify(code: str) -> Response:
    """An accepted card as everybody may see it who has its code: its bets and how they stand, and nobody's name."""
    try:
        card = cards.by_code(code[:40])
    except NotFound:
        return show("verify", "_verify", 404, card=None, code=code[:40], is_unknown=True)
    return show("verify", "_verify", card=card, code=card.code)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
