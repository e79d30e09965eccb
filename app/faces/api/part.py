"""What the server API hands over to the product, once it is made of what there is to serve."""

from __future__ import annotations

from app.core.web.surfaces import Surface
from app.record.part import Part

from . import pages
from .api import ServerApi


def part_of(api: ServerApi) -> Part:
    """Its routes, their document, and the page that tells of both."""
    return Part(
        pages=(api.document_route, pages.pages_of(api.document)),
        cookieless=(api.routes,),
        endpoints={Surface.WEBSITE: pages.ENDPOINTS, Surface.API: api.endpoints},
        selling=api.selling,
    )
