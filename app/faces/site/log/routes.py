"""Every route of the public log, as `wiring` lists them."""

from __future__ import annotations

from typing import Final

from flask import Blueprint

from . import api, pages, tiles

BLUEPRINTS: Final[tuple[Blueprint, ...]] = (pages.bp, api.bp, tiles.bp)
WITHOUT_COOKIE: Final = api.bp
"""What is brought to it is signed: whose browser it came from decides nothing."""
PAGES: Final = pages.ENDPOINTS
FILES: Final = (*api.ENDPOINTS, *tiles.ENDPOINTS)
DESCRIBED: Final = api.DESCRIBED
