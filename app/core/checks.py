"""What a consistency check reports. Every slice has checks over its own tables; `flask audit` runs them all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import text

from app.core.database import references
from app.core.database.session import db


@dataclass(frozen=True)
class Breach:
    """One thing that must never be: the check that found it, and the rows concerned."""

    check: str
    detail: str


Check = Callable[[], list[Breach]]


def disagreements(owner: str, queries: Mapping[str, str]) -> list[Breach]:
    """The rows of these queries in which `found` is not what is `expected`, a few of each; `what` names the row."""
    return [
        Breach(f"{owner}.{name}", f"{row.what}: found {row.found}, expected {row.expected}")
        for name, query in queries.items()
        for row in db.session.execute(
            text(f"SELECT * FROM ({query}) AS checked WHERE found IS DISTINCT FROM expected LIMIT 5")
        )
    ]


def references_lead_somewhere() -> list[Breach]:
    """What a statement's trigger looked up is still there: foreign keys are kept by the database, these by us."""
    return [
        Breach("references", f"{one.table} ({', '.join(one.columns)}): {lost} in no row of {one.target}")
        for one in references.all_of(db.metadata)
        if (lost := db.session.scalar(text(one.count_lost())))
    ]
