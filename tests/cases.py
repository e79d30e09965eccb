"""Cases that a test takes one after the other: what is refused changes nothing, and the next finds the same world."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

Value = TypeVar("Value")


def by_field(cases: Iterable[tuple[str, Value]]) -> list[tuple[str, list[Value]]]:
    """Each field with all its values, for a test of a field: a world of its own for each value would cost more than
    the question. What is asserted of a value names it."""
    found: dict[str, list[Value]] = {}
    for field, value in cases:
        found.setdefault(field, []).append(value)
    return list(found.items())
