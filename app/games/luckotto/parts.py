"""Luckotto as `wiring` lists it."""

from __future__ import annotations

from typing import Final

from app.catalogue.parts import GameParts
from app.core.jobs.queue import PeriodicJob
from app.core.web.surfaces import Surface
from app.games.luckotto.partners.listing import LUCKOTTO_RECORDS

from . import checks, jobs
from .event_types import EVENT_TYPES
from .frame import pages as frame_pages
from .frame import play as frame_play
from .game import LUCKOTTO
from .partners import operations
from .records import api, pages, verifier
from .tickets.settings import LuckottoSettings
from .wording import BADGES

PARTS: Final = GameParts(
    name=LUCKOTTO.name,
    title=LUCKOTTO.title,
    windows=LUCKOTTO,
    key_branch=2,
    records=LUCKOTTO_RECORDS,
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
    selling=("luckotto_api.create_order", "embed_luckotto.create_order"),
    event_types=EVENT_TYPES,
    states=BADGES,
    settings=LuckottoSettings,
    periodic_jobs=(PeriodicJob("luckotto.forget", jobs.forget_combinations, 3600),),
    audit_checks=(checks.numbers_agree, checks.no_two_can_win),
)
