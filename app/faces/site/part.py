"""What the website hands over to the product; the public log, on it, is a part of its own."""

from __future__ import annotations

from typing import Final

from app.core.web.surfaces import Surface
from app.record.part import Part

from . import api, demo, docs_pages, pages, reset
from .anything import pages as anything_pages
from .contact import pages as contact_pages
from .house import pages as house_pages
from .house.settings import HouseSettings
from .reading import pages as reading_pages

PART: Final = Part(
    pages=(api.bp, pages.bp, docs_pages.bp, house_pages.bp, reading_pages.bp, demo.bp),
    cookieless=(
        anything_pages.bp,  # its form changes nothing
        api.development,
    ),
    endpoints={
        Surface.WEBSITE: (
            "site.home",
            *docs_pages.ENDPOINTS,
            *house_pages.ENDPOINTS,
            *contact_pages.ENDPOINTS,
            *reading_pages.ENDPOINTS,
            *anything_pages.ENDPOINTS,
            *demo.ENDPOINTS,
        ),
        Surface.API: tuple(f"site_api.{name}" for name in ("utility", "health", "ready")),
        Surface.DEV: ("site_development.blockscan", "site_development.reset_db"),
    },
    translated=(
        "site.home",
        *docs_pages.FOR_PLAYERS,
        *anything_pages.ENDPOINTS,
        *house_pages.ENDPOINTS,
        *contact_pages.ENDPOINTS,
        *reading_pages.ENDPOINTS,
    ),
    acts=reset.ACTS,
    settings=HouseSettings,
)
