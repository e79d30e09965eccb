"""The demo: a live frame of one configured site, beside the code that puts it there."""

from __future__ import annotations

import secrets
from typing import Final
from urllib.parse import urlsplit

from flask import Blueprint, redirect, request
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from app.catalogue.games import catalogue
from app.core.config import current_settings
from app.core.errors import NotFound
from app.core.text.names import public_name
from app.core.web import languages
from app.core.web.headers import content_security
from app.core.web.requests import render
from app.people.partners import queries
from app.people.partners.models import PartnerSite

from .snippets import base_url, example

bp = Blueprint("site_demo", __name__)
ENDPOINTS: Final = ("site_demo.demo",)
_LOOPBACK: Final = {"localhost", "127.0.0.1", "::1"}


@bp.get("/demo")
def demo() -> AnyResponse:
    """The frame as a partner's page would have it, for a visitor with a name of theirs or one made up; it begins with
    the `game` that is asked for."""
    if _is_called_otherwise():
        return redirect(base_url() + request.full_path.removesuffix("?"))
    site, game = _site(), _game()
    asked = request.args.get("player", "").strip()
    player = public_name(asked) if asked else f"guest-{secrets.randbelow(9000) + 1000}"
    response = render(
        "faces/site/demo.html",
        "faces/site/demo.html",
        422 if player is None else 200,
        site=site,
        asked=asked or player,
        player=player,
        game=game,
        language=languages.asked(),
        code=example("embed.html"),
        words=_words(),
        is_real_money=current_settings().bitcoin_network == "main",
    )
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Content-Security-Policy"] = content_security({"frame-src": "'self'"})
    return response


def _is_called_otherwise() -> bool:
    """Whether a developer has come by another name of his own machine, at which no browser would show the frame: its
    site allows the base address alone. The same port is the same server, so nobody is sent round and round."""
    own, asked = urlsplit(base_url()), urlsplit(request.host_url)
    both = {own.hostname, asked.hostname}
    return current_settings().is_development and len(both) == 2 and both <= _LOOPBACK and own.port == asked.port


def _game() -> str | None:
    """The game of the address, if it names one. Raises NotFound where that has no place in a frame."""
    name = request.args.get("game")
    if name and catalogue().called(name).in_frame is None:
        raise NotFound("game_not_found")
    return name or None


def _site() -> PartnerSite | None:
    """The configured site, if it is live and lets this page frame it."""
    name = current_settings().demo_partner_name
    site = queries.site_by_name(name) if name else None
    if site is None or site.status != "live" or base_url() not in site.embed_allowed_origins:
        return None
    return site


def _words() -> dict[str, str]:
    """What the page's script says of the frame's messages."""
    return {
        "ready": gettext("The frame is there."),
        "order.created": gettext("An order was made: {amountSats} sats to {address}."),
        "order.paid": gettext("The order is paid: {tickets} tickets."),
        "order.drawn": gettext("The round is drawn: ticket {outcome}."),
    }
