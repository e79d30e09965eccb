"""Luckotto as `wiring` lists it."""

from __future__ import annotations

from typing import Final

from flask_babel import lazy_gettext as _l

from app.catalogue.badges import StateWord
from app.catalogue.parts import GameParts
from app.core.jobs.queue import PeriodicJob
from app.core.web.surfaces import Surface
from app.games.luckotto.partners.listing import LUCKOTTO_RECORDS, LUCKOTTO_TOLD
from app.record.events.types import EventType
from app.selling.windows.games import listed

from . import checks, jobs
from .frame import pages as frame_pages
from .frame import play as frame_play
from .game import LUCKOTTO
from .partners import operations
from .records import api, pages, verifier
from .tickets.sale import LuckottoSettings

PARTS: Final = GameParts(
    name=LUCKOTTO.name,
    title=LUCKOTTO.title,
    windows=listed(LUCKOTTO),
    key_branch=2,
    records=LUCKOTTO_RECORDS,
    rounds_told=LUCKOTTO_TOLD,
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
    event_types=(
        EventType("ticket.allocated", "a paid order was given its numbers", is_suggested=True),
        EventType("payment.unallocated", "a payment came when no set of numbers was free"),
        EventType("payment.underfunded", "an order's total was not reached when sales ended"),
    ),
    states={
        "allocated": StateWord("ok", _l("Confirmed")),
        "unallocated": StateWord("warn", _l("No free set")),
        "underfunded": StateWord("warn", _l("Not fully paid")),
    },
    messages={
        "numbers_count": _l("Choose 6 to 25 numbers."),
        "numbers_not_whole": _l("Numbers are whole numbers."),
        "numbers_repeated": _l("Each number can be chosen once."),
        "numbers_out_of_pool": _l("Choose numbers that are on the grid."),
        "order_below_minimum": _l(
            "These numbers cost %(totalSats)s sats, and no payment may be below %(minimumSats)s sats. Choose at least "
            "%(numbers)s numbers."
        ),
        "partner_id_missing": _l("Say once whose player it is: partnerId."),
        "partner_mismatch": _l("The key belongs to another partner site than partnerId names."),
    },
    settings=LuckottoSettings,
    periodic_jobs=(PeriodicJob("luckotto.forget", jobs.forget_combinations, 3600),),
    audit_checks=(checks.numbers_agree, checks.no_two_can_win),
)
