"""lottopcso.com, the page of one day: a table for some games each, a column a game, a row a time.
It copies PCSO. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from .interface import Draw, Nothing, Reading, one_of
from .reading.html import Table, day_named, table_of, tree_of
from .reading.words import combination, time_of

_TABLES: Final = ".post_content figure table"
_GAMES: Final[Mapping[str, tuple[str, ...]]] = {"pcso.3d": ("3d lotto", "swertres", "3d lotto (swertres)")}
_OTHERS: Final = "stl"
"""Small-town lotteries: games of other companies under names that look alike."""


def read(page: bytes, draw: Draw) -> Reading:
    """The cell of that game and time, where the page is of that day."""
    tree = tree_of(page)
    if isinstance(tree, Nothing):
        return tree
    tables = [table_of(node) for node in tree.css(_TABLES)]
    ours = [(table, at) for table in tables if (at := _column(table, draw.lottery)) is not None]
    if not ours:
        return Nothing("markup_changed")
    if (wrong := day_named(tree, draw.day, "h1")) is not None:
        return wrong
    if any(len(row) != len(table.head) for table, _ in ours for row in table.rows):
        return Nothing("markup_changed")
    rows = [(row, at) for table, at in ours for row in table.rows]
    return one_of([combination(row[at], draw.digits) for row, at in rows if time_of(row[0]) == draw.slot])


def _column(table: Table, lottery: str) -> int | None:
    """Where our game stands; None in a table without it, or of other companies."""
    head = [name.casefold() for name in table.head]
    if any(_OTHERS in name.split() for name in head):
        return None
    found = [at for at, name in enumerate(head) if at and name in _GAMES.get(lottery, ())]
    return found[0] if len(found) == 1 else None
