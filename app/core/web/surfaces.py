"""Where a route belongs. Chrome, frame headers, cookies and the access tests all follow from this one property."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from flask import has_request_context, request

from app.core.ports import Port


class Surface(StrEnum):
    """Document 001, "Page route surfaces" and "API route surfaces"."""

    WEBSITE = "website"  # our own pages: framing denied
    SHARED_WEBSITE = "shared website"  # public records in our own chrome: framing denied
    SHARED_EMBED = "shared embed"  # the same records inside a partner's frame
    EMBED = "embed"  # the player's flow: a partner's frame only
    API = "api"  # JSON and files
    ADMIN = "admin"  # operators
    DEV = "dev"  # local operation: 404 in production

    @property
    def is_framed(self) -> bool:
        return self in (Surface.EMBED, Surface.SHARED_EMBED)


SURFACES: Final = Port[Mapping[str, Surface]]("surfaces of routes", {})
LAYOUTS: Final = Port[Mapping[Surface, str]]("templates that surfaces have instead of the usual page", {})


def current_surface() -> Surface:
    """The surface of the request at hand; an unknown path counts by its first segment."""
    if not has_request_context():
        return Surface.WEBSITE
    surfaces = SURFACES.get()
    if request.endpoint is not None and request.endpoint in surfaces:
        return surfaces[request.endpoint]
    first = request.path.split("/")[1]
    return {"embed": Surface.EMBED, "api": Surface.API, "admin": Surface.ADMIN}.get(first, Surface.WEBSITE)


def current_layout() -> str:
    """The template whose chrome a page of no room wears, such as an error, on the surface of the request at hand."""
    return LAYOUTS.get().get(current_surface(), "base.html")
