"""The main game as `wiring` lists it."""

from __future__ import annotations

from typing import Final

from flask_babel import lazy_gettext as _l

from app.catalogue.parts import GameParts
from app.core.web.surfaces import Surface
from app.games.ticket_draw.partners.listing import ROUNDS_RECORDS, ROUNDS_TOLD
from app.record.events.types import EventType
from app.selling.windows.games import listed

from . import checks
from .frame import pages as frame_pages
from .game import ROUNDS
from .partners import operations
from .records import api, pages, verifier

PARTS: Final = GameParts(
    name=ROUNDS.name,
    title=ROUNDS.title,
    leads=True,
    windows=listed(ROUNDS),
    key_branch=1,
    records=ROUNDS_RECORDS,
    rounds_told=ROUNDS_TOLD,
    operations=tuple(operations.OPERATIONS),
    described=api.DESCRIBED,
    in_frame=frame_pages.EMBED_GAME,
    front=pages.FRONT,
    pages=(pages.bp,),
    cookieless=(frame_pages.bp, api.bp),
    endpoints={
        Surface.WEBSITE: verifier.ENDPOINTS,
        Surface.SHARED_WEBSITE: pages.SHARED_ENDPOINTS,
        Surface.EMBED: frame_pages.EMBED_ENDPOINTS,
        Surface.SHARED_EMBED: frame_pages.SHARED_ENDPOINTS,
        Surface.API: api.ENDPOINTS,
    },
    translated=verifier.ENDPOINTS,
    selling=("rounds_api.create_order", "embed_rounds.create_order"),
    event_types=(
        EventType("slip.assigned", "an order was given tickets", is_suggested=True, about="ticket"),
        EventType("payment.sold_out", "a payment found no tickets left"),
    ),
    messages={
        "slip_not_found": _l(
            "There is no such order. It becomes public with its first confirmed payment; before that only its private "
            "link opens it."
        ),
    },
    audit_checks=(checks.numbers_agree,),
)
