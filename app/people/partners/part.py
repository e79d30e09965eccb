"""What partner sites hand over to the product: their dashboard, their keys and teams, their JSON."""

from __future__ import annotations

from typing import Final

from app.core.jobs.queue import PeriodicJob
from app.core.web.surfaces import Surface
from app.record.part import Part

from . import api, pages
from .confirmed import paying, verifying
from .keys import door
from .keys import pages as keys_pages
from .keys import telling as keys_telling
from .site import acts
from .site import pages as site_pages
from .team import jobs, telling
from .team import pages as team_pages
from .witness import pages as witness_pages

_PAGES: Final = ("sites", "new", "create", "price_example", "site", "save", "show_preview")
_KEYS: Final = ("index", "create", "roll", "ask_revocation", "revoke")
_JSON: Final = ("sites", "create", "site", "change", "withdraw_address")

PART: Final = Part(
    pages=(pages.bp, site_pages.bp, keys_pages.bp, team_pages.bp, witness_pages.bp),
    cookieless=(api.bp,),
    endpoints={
        Surface.WEBSITE: (
            *(f"partners.{name}" for name in _PAGES),
            *site_pages.ENDPOINTS,
            *(f"keys.{name}" for name in _KEYS),
            *team_pages.ENDPOINTS,
            *witness_pages.ENDPOINTS,
        ),
        Surface.API: tuple(f"partners_api.{name}" for name in _JSON),
    },
    periodic_jobs=(PeriodicJob("partners.purge", jobs.purge, 3600),),
    acts=acts.ACTS,
    notice_kinds=(*telling.KINDS, *keys_telling.KINDS),
    approval_kinds=(verifying.VERIFICATION, paying.PAYOUT_ADDRESS),
    starting=(door.init_app,),
)
