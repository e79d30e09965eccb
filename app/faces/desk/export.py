"""A list as CSV (RFC 4180), written while it is read: however long it is, only one batch is in memory.

Between two batches no database connection is held, so that a slow reader keeps nobody waiting.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from uuid import UUID

from flask import Flask

from app.catalogue.records import Listing, Narrowing
from app.core.database.session import db
from app.core.text import sheets
from app.core.text.sheets import Reader
from app.people.partners.models import PartnerSite

BATCH: Final = 500


def stream(app: Flask, listing: Listing, site_id: UUID, wanted: Narrowing, reader: Reader) -> Iterator[str]:
    """The header and then every row of the list, the newest first."""
    yield sheets.begin(reader) + sheets.lines([list(listing.columns)], reader)
    before: UUID | int | None = None
    while True:
        with app.app_context():
            site = db.session.get_one(PartnerSite, site_id)
            rows = listing.page(site, wanted, before, BATCH)
            text = sheets.lines(([value(row) for value in listing.columns.values()] for row in rows), reader)
            before = listing.place_of(rows[-1]) if rows else None
        if text:
            yield text
        if len(rows) < BATCH:
            return
