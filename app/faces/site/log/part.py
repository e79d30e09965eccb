"""What the public log's pages and files hand over to the product."""

from __future__ import annotations

from typing import Final

from app.core.web.surfaces import Surface
from app.record.part import Part

from . import api, pages, tiles

PART: Final = Part(
    pages=(pages.bp, tiles.bp),
    cookieless=(api.bp,),  # what is brought to it is signed: whose browser it came from decides nothing
    endpoints={Surface.WEBSITE: pages.ENDPOINTS, Surface.API: (*api.ENDPOINTS, *tiles.ENDPOINTS)},
    described=api.DESCRIBED,
)
