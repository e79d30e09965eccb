"""What the frame itself hands over to the product; each game brings its own pages of it."""

from __future__ import annotations

from typing import Final

from app.core.web.surfaces import Surface
from app.record.part import Part

from . import pages

PART: Final = Part(
    cookieless=(pages.bp,),
    endpoints={Surface.EMBED: tuple(f"embed.{name}" for name in ("entry", "theme", "house_edge"))},
)
