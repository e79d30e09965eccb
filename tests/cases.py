"""Cases that a test takes one after the other: what is refused changes nothing, what is done is undone, and the next
finds the same world."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from app.core.database.session import db

Value = TypeVar("Value")


def by_field(cases: Iterable[tuple[str, Value]]) -> list[tuple[str, list[Value]]]:
    """Each field with all its values, for a test of a field: a world of its own for each value would cost more than
    the question. What is asserted of a value names it."""
    found: dict[str, list[Value]] = {}
    for field, value in cases:
        found.setdefault(field, []).append(value)
    return list(found.items())


@contextmanager
def undone() -> Iterator[None]:
    """What is written within is not there afterwards, as at the end of a test; for those that ask for `session`."""
    db.session.remove()
    point = db.engine.begin_nested()  # type: ignore[attr-defined]
    try:
        yield
    finally:
        db.session.remove()
        point.rollback()
