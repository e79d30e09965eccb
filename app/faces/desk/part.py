"""What partners' dashboards hand over to the product beside the pages of people, keys and webhooks."""

from __future__ import annotations

from typing import Final

from app.core.web.surfaces import Surface
from app.record.part import Part

from .records import pages

_PAGES: Final = ("orders", "order", "payments", "wins", "note", "balance", "export", "figures", "figures_csv")

PART: Final = Part(pages=(pages.bp,), endpoints={Surface.WEBSITE: tuple(f"desk.{name}" for name in _PAGES)})
