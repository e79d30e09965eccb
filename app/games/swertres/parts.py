"""Swertres as `wiring` lists it."""

from __future__ import annotations

from typing import Final

from flask_babel import lazy_gettext as _l

from app.catalogue.parts import GameParts
from app.core.web.surfaces import Surface

from . import wording
from .game import SWERTRES
from .models import SwertresConfiguration, SwertresRegistration
from .operating import configuring
from .operating import draws as operators_draws
from .operating import people as operators_people
from .operating import results as operators_results
from .pages import builder, home, mine, paying, receipts, results
from .wire import auth, bets, games, money, own

_PAGES: Final = (home, builder, paying, mine, receipts, results)
_JSON: Final = (auth, games, bets, own, money, operators_draws, operators_people, operators_results)
_ENDPOINTS: Final = tuple(endpoint for room in _PAGES for endpoint in room.ENDPOINTS)

PARTS: Final = GameParts(
    name=SWERTRES.name,
    title=SWERTRES.title,
    bets=SWERTRES,
    front=home.FRONT,
    configuring=configuring.CONFIGURED,
    approval_kinds=(configuring.KIND,),
    pages=tuple(room.bp for room in _PAGES),
    cookieless=tuple(room.bp for room in _JSON),
    endpoints={
        Surface.WEBSITE: _ENDPOINTS,
        Surface.API: tuple(endpoint for room in _JSON for endpoint in room.ENDPOINTS),
    },
    translated=_ENDPOINTS,
    drafted=_ENDPOINTS,
    selling=(paying.SELLING, bets.SELLING),
    described=tuple(route for room in _JSON for route in room.DESCRIBED),
    acts=(configuring.CONFIGURED.act(),),
    states=wording.STATES,
    messages={
        "card_refused": _l("This card is not sold as it is."),
        "card_not_found": _l("There is no such card."),
        "receipt_not_yet": _l("A card has its receipt once it is paid."),
        "bettor_not_found": _l("Nobody of that id has bet."),
        "clock_decides": _l("A draw opens and closes by the clock, as it promised. Skip it to stop it."),
        "bet_not_found": _l("There is no such bet."),
        "idempotency_key_needed": _l("Send an Idempotency-Key, so that a card is bought once."),
    },
    tables=(SwertresConfiguration.__tablename__, SwertresRegistration.__tablename__),
)
