"""Reads of the dictionary: what a word or a number stands for, forgiving how it is spelled."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import Select, Text, any_, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY

from app.core.database.session import db
from app.core.errors import NotFound

from .models import Dream
from .rules import Entry, fold, nearness, trigrams

LONGEST_ASKED: Final = 80
PAGE: Final = 50
_LOOKED_AT: Final = 200
"""Dreams that share most with what was asked for; of these the nearest are told."""
_NUMBER: Final = re.compile(r"[0-9]{1,2}")


@dataclass(frozen=True, slots=True)
class Taken:
    """What a list makes of the dictionary, or would make: how many dreams of each kind."""

    made: int
    changed: int
    same: int


def find(asked: str, limit: int = PAGE) -> list[Dream]:
    """Dreams that a number stands for, or whose words are near a text, the nearest first."""
    if _NUMBER.fullmatch(asked.strip()):
        number = asked.strip().zfill(2)
        query = select(Dream).where(Dream.numbers.contains([number])).order_by(Dream.folded).limit(limit)
        return _of(query)
    folded = fold(asked)
    sought = sorted(trigrams(folded))
    if not sought:
        return []
    one = func.unnest(Dream.trigrams).table_valued("value").render_derived()
    shared = (
        select(func.count()).select_from(one).where(one.c.value == any_(literal(sought, ARRAY(Text)))).scalar_subquery()
    )
    query = select(Dream).where(Dream.trigrams.overlap(sought)).order_by(shared.desc(), Dream.folded)
    found = [(nearness(folded, (dream.ht, dream.fr, dream.en)), dream) for dream in _of(query.limit(_LOOKED_AT))]
    near = sorted((pair for pair in found if pair[0]), key=lambda pair: (-pair[0], pair[1].folded))
    return [dream for _, dream in near[:limit]]


def listed(after: str = "", limit: int = PAGE) -> list[Dream]:
    """All of them by their Creole word, those behind one of them."""
    return _of(select(Dream).where(Dream.folded > after).order_by(Dream.folded).limit(limit))


def whole() -> list[Dream]:
    """The whole dictionary, for a file."""
    return _of(select(Dream).order_by(Dream.folded))


def one(dream_id: UUID) -> Dream:
    """One dream. Raises NotFound `dream_not_found`."""
    found = db.session.get(Dream, dream_id)
    if found is None:
        raise NotFound("dream_not_found")
    return found


def count() -> int:
    """How many there are."""
    return db.session.scalars(select(func.count()).select_from(Dream)).one()


def would_take(entries: Sequence[Entry]) -> Taken:
    """What taking a list would do, as the dictionary stands now."""
    words = [entry.folded for entry in entries]
    rows = db.session.execute(
        select(Dream.folded, Dream.ht, Dream.fr, Dream.en, Dream.numbers).where(Dream.folded.in_(words))
    )
    there = {row.folded: (row.ht, row.fr, row.en, tuple(row.numbers)) for row in rows}
    made = sum(entry.folded not in there for entry in entries)
    same = sum(there.get(entry.folded) == (entry.ht, entry.fr, entry.en, entry.numbers) for entry in entries)
    return Taken(made, len(entries) - made - same, same)


def _of(query: Select[Dream]) -> list[Dream]:
    return list(db.session.scalars(query))
