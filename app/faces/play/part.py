"""What the face of players hands over to the product: the pages of who is signed in to play."""

from __future__ import annotations

from typing import Final

from app.core.web.surfaces import Surface
from app.record.part import Part

from .pages import breaks, limits, profile

_ENDPOINTS: Final = (*profile.ENDPOINTS, *limits.ENDPOINTS, *breaks.ENDPOINTS)

PART: Final = Part(
    pages=(profile.bp, limits.bp, breaks.bp),
    endpoints={Surface.WEBSITE: _ENDPOINTS},
    translated=_ENDPOINTS,
)
