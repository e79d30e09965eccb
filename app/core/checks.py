"""What a consistency check reports. Every slice has checks over its own tables; `flask audit` runs them all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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
    unlike = [_unlike(query) for query in queries.values()]
    disagree = _true_of([f"EXISTS ({query})" for query in unlike])
    return [
        Breach(f"{owner}.{name}", f"{row.what}: found {row.found}, expected {row.expected}")
        for at, name in enumerate(queries)
        if at in disagree
        for row in db.session.execute(text(f"{unlike[at]} LIMIT 5"))
    ]


def _unlike(query: str) -> str:
    return f"SELECT * FROM ({query}) AS checked WHERE found IS DISTINCT FROM expected"


def _true_of(conditions: Sequence[str]) -> set[int]:
    """Which of these conditions hold, by their places. They are asked at once: most audits find none."""
    each = (f"SELECT {at} AS place WHERE {condition}" for at, condition in enumerate(conditions))
    return set(db.session.scalars(text(" UNION ALL ".join(each))))


def references_lead_somewhere() -> list[Breach]:
    """What a statement's trigger looked up is still there: foreign keys are kept by the database, these by us."""
    found = list(references.all_of(db.metadata))
    broken = _true_of([f"({one.count_lost()}) > 0" for one in found])
    return [
        Breach("references", f"{one.table} ({', '.join(one.columns)}): {lost} in no row of {one.target}")
        for at, one in enumerate(found)
        if at in broken and (lost := db.session.scalar(text(one.count_lost())))
    ]
