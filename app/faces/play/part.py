"""What the face of players hands over to the product: the pages of who is signed in to play."""

from __future__ import annotations

from typing import Final

from app.core.web.surfaces import Surface
from app.record.part import Part

from . import playing_time
from .mail import pages as mail
from .pages import (
    breaks,
    by_password,
    devices,
    leaving,
    limits,
    notices,
    password,
    profile,
    reality,
    signing_in,
    verification,
    ways,
)
from .wallet.pages import draw, exchange, lists, overview, top_up

_ROOMS: Final = (
    signing_in,
    by_password,
    profile,
    overview,
    top_up,
    draw,
    exchange,
    lists,
    ways,
    mail,
    password,
    verification,
    leaving,
    limits,
    breaks,
    notices,
    devices,
    reality,
)
_ENDPOINTS: Final = tuple(endpoint for room in _ROOMS for endpoint in room.ENDPOINTS)

PART: Final = Part(
    pages=tuple(room.bp for room in _ROOMS),
    endpoints={Surface.WEBSITE: _ENDPOINTS},
    translated=_ENDPOINTS,
    drafted=_ENDPOINTS,
    uploads=verification.UPLOADS,
    starting=(playing_time.init_app,),
)
