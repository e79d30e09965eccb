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

from .records import Cell, Records
from .wanted import Wanted

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


def stream(app: Flask, records: Records, site_id: UUID, wanted: Wanted) -> Iterator[str]:
    """The header and then every row of the list, the newest first."""
    yield _written([list(records.columns)])
    before: str | None = None
    while True:
        with app.app_context():
            site = db.session.get_one(PartnerSite, site_id)
            rows = records.read(site, wanted, before, BATCH)
            text = _written([safe(value(row)) for value in records.columns.values()] for row in rows)
            before = records.cursor(rows[-1]) if rows else None
        if text:
            yield text
        if len(rows) < BATCH:
            return


def _written(rows: Iterable[Iterable[Cell]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()
