"""What the frame has whatever is played in it: its first page, the partner's colour, and what prices are made of.

Each address names its partner; every answer may be framed by that partner's origins alone.
"""

from __future__ import annotations

import re

from flask import Blueprint, Response, g, make_response, request

from app.catalogue.frame.current import current_frame, known_frame
from app.catalogue.frame.frame import Frame
from app.catalogue.frame.games import asked_for, menu, show, switch
from app.catalogue.frame.place import EmbedGame
from app.content.texts import queries as texts
from app.core.errors import NotFound
from app.core.web.headers import no_store
from app.core.web.languages import language
from app.core.web.templating import accent_ink

bp = Blueprint("embed", __name__, url_prefix="/embed")

_ACCENT = re.compile(r"[0-9a-f]{6}")


@bp.app_context_processor
def _embed_context() -> dict[str, object]:
    """Error pages have the partner's title, colour and menu too."""
    frame = known_frame()
    if frame is None:
        return {}
    banners = g.get("embed_banners", ())
    return {"embed": frame, "embed_menu": menu(frame), "embed_switch": switch(frame), "embed_banners": banners}


@bp.get("")
def entry() -> Response:
    """The game a player sees first."""
    no_store()  # it carries a form token
    frame, game = _asked()
    # Read before anything can go wrong: what says so asks the database for nothing.
    g.embed_banners = texts.banners((language(),), opens_windows=True)
    return game.entry(frame)


@bp.get("/theme/<accent>.css")
def theme(accent: str) -> Response:
    """A partner's colour, and what is legible on it; the same for whoever asks."""
    if not _ACCENT.fullmatch(accent):
        raise NotFound
    response = make_response(f":root{{--accent:#{accent};--accent-ink:{accent_ink(accent)}}}\n")
    response.mimetype = "text/css"
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


@bp.get("/house-edge")
def house_edge() -> Response:
    """What the price is made of."""
    frame, game = _asked()
    return game.price(frame)


def _asked() -> tuple[Frame, EmbedGame]:
    """The frame of the request, and the game that its address asks for; it is the one shown from here on."""
    frame = current_frame()
    game = asked_for(request.args.get("game"), frame)
    show(game.name)
    return frame, game
