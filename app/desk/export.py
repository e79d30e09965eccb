"""A list as CSV (RFC 4180), written while it is read: however long it is, only one batch is in memory.

Between two batches no database connection is held, so that a slow reader keeps nobody waiting.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Final
from uuid import UUID

from flask import Flask

from app.core.db import db
from app.partners.models import PartnerSite
from app.windows.listing import Cell, Listing
from app.windows.reconciling import Narrowing

BATCH: Final = 500
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What makes a spreadsheet compute a text instead of showing it."""


def safe(cell: Cell) -> Cell:
    """A text that a spreadsheet shows as it stands: one that looks like a formula gets an apostrophe in front.

    Numbers are ours and stay numbers, negative ones too.
    """
    if isinstance(cell, str) and cell.lstrip(" ").startswith(_FORMULA):
        return f"'{cell}"
    return cell


def stream(app: Flask, listing: Listing, site_id: UUID, wanted: Narrowing) -> Iterator[str]:
    """The header and then every row of the list, the newest first."""
    yield _written([list(listing.columns)])
    before: UUID | int | None = None
    while True:
        with app.app_context():
            site = db.session.get_one(PartnerSite, site_id)
            rows = listing.page(site, wanted, before, BATCH)
            text = _written([safe(value(row)) for value in listing.columns.values()] for row in rows)
            before = listing.place_of(rows[-1]) if rows else None
        if text:
            yield text
        if len(rows) < BATCH:
            return


def _written(rows: Iterable[Iterable[Cell]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()
