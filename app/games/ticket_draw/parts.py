"""The main game as `wiring` lists it."""

from __future__ import annotations

from typing import Final

from app.catalogue.parts import GameParts
from app.core.web.surfaces import Surface
from app.games.ticket_draw.partners.listing import ROUNDS_RECORDS

from . import checks
from .event_types import EVENT_TYPES
from .frame import pages as frame_pages
from .frame import play as frame_play
from .game import ROUNDS
from .partners import operations
from .records import api, pages, verifier
from .wording import BADGES

PARTS: Final = GameParts(
    name=ROUNDS.name,
    title=ROUNDS.title,
    leads=True,
    windows=ROUNDS,
    key_branch=1,
    records=ROUNDS_RECORDS,
    operations=tuple(operations.OPERATIONS),
    described=api.DESCRIBED,
    in_frame=frame_play.EMBED_GAME,
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
    event_types=EVENT_TYPES,
    states=BADGES,
    audit_checks=(checks.numbers_agree,),
)
