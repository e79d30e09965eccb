"""The pages that a house must have: who runs it, its terms, privacy, playing responsibly, complaints."""

from __future__ import annotations

import re
from typing import Any, Final

from flask import Blueprint, Response, request

from app.content.texts import queries as texts
from app.core.config import current_settings
from app.core.web.languages import language, readers
from app.core.web.requests import render

from .help_lines import by_country, countries_without
from .settings import house

bp = Blueprint("site_house", __name__, url_prefix="/house")
ENDPOINTS: Final = tuple(f"site_house.{name}" for name in ("who", "terms", "privacy", "playing", "complaints"))
_NUMBER: Final = re.compile(r"[A-Za-z0-9-]{1,64}")
"""A payment's number, or a withdrawal's reference."""


@bp.get("")
def who() -> Response:
    """Who runs this, and how to reach them."""
    return _page("who")


@bp.get("/terms")
def terms() -> Response:
    """What players, partners and the house owe each other."""
    return _page("terms")


@bp.get("/privacy")
def privacy() -> Response:
    """What is known of whom, what is public, and for how long."""
    return _page("privacy")


@bp.get("/playing")
def playing() -> Response:
    """How old one must be, how to keep it a game, and whom to talk to."""
    return _page("playing", lines=by_country(), without=countries_without())


@bp.get("/complaints")
def complaints() -> Response:
    """What to do when something went wrong; of a payment whose number the address bears, with it."""
    return _page("complaints", number=about_in("payment"))


def about_in(name: str) -> str:
    """The number of something that an address bears; "" for none."""
    number = request.args.get(name, "")
    return number if _NUMBER.fullmatch(number) else ""


def _page(name: str, **context: Any) -> Response:
    template = f"faces/site/house/{name}.html"
    added = texts.on_page(name, (readers(), language()))
    return render(template, template, house=house(), settings=current_settings(), added=added, **context)
