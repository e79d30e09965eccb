"""The website's own first page; what is on it is said by the games."""

from __future__ import annotations

from flask import Blueprint, Response
from flask.blueprints import BlueprintSetupState

from app.catalogue.games import catalogue
from app.catalogue.windows.links import tweak_url
from app.content.texts import queries as texts
from app.core.config import current_settings
from app.core.web.languages import language, readers
from app.core.web.requests import render

bp = Blueprint("site", __name__)


@bp.record_once
def _assemble(state: BlueprintSetupState) -> None:
    # The way from any order to the page that recomputes its address.
    state.app.jinja_env.globals["tweak_url"] = tweak_url


@bp.get("/")
def home() -> Response:
    """What this is, the rounds of all games that sell now, and how to check the last ones."""
    has_demo = current_settings().demo_partner_name is not None
    leading = catalogue().leading_front
    lives = {front.path: front.live() for front in catalogue().fronts}
    return render(
        "faces/site/home.html",
        "faces/site/_live.html",
        lives=lives.values(),
        lobby=[(one.front, lives[one.front.path], one) for one in catalogue().games if one.front],
        leading=leading,
        leading_live=lives[leading.path] if leading else None,
        has_demo=has_demo,
        banners=texts.banners((readers(), language())),
    )
