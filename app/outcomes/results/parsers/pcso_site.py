"""PCSO's own site: one table of all its games, the draw's time in the game's name (`3D Lotto 2PM`). Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Final

from .interface import Draw, Nothing, Reading, one_of
from .reading.html import table_of, tree_of
from .reading.words import combination, plain, time_of

_TABLE: Final = "table#cphContainer_cpContent_GridView1"
_FORM: Final = "form#mainform"
_CELLS: Final = 5
_GAMES: Final[Mapping[str, str]] = {"pcso.3d": "3d lotto"}
_DAY: Final = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")


def read(page: bytes, draw: Draw) -> Reading:
    """The row of that game, time and day."""
    tree = tree_of(page)
    if isinstance(tree, Nothing):
        return tree
    tables = tree.css(_TABLE)
    if len(tables) != 1:  # without any row the site draws no table
        is_empty = not tables and tree.css_first(_FORM) is not None and tree.css_first(f"{_FORM} table") is None
        return Nothing("not_listed" if is_empty else "markup_changed")
    table = table_of(tables[0])
    if not table.head or any(len(row) != _CELLS for row in (table.head, *table.rows)):
        return Nothing("markup_changed")
    days = [_day_of(row[2]) for row in table.rows]
    if None in days:
        return Nothing("markup_changed")
    rows = [row for row in table.rows if _is_of(row[0], draw)]
    of_day = [row for row in rows if _day_of(row[2]) == draw.day]
    if rows and not of_day:
        return Nothing("other_day")
    return one_of([combination(row[1], draw.digits) for row in of_day])


def _is_of(name: str, draw: Draw) -> bool:
    """Whether that is our game, whole: "STL 3D Lotto 2PM" is another one."""
    game = _GAMES.get(draw.lottery, "")
    told = plain(name).casefold()
    return bool(game) and told.startswith(f"{game} ") and time_of(told.removeprefix(f"{game} ")) == draw.slot


def _day_of(text: str) -> date | None:
    """As `M/D/YYYY`."""
    found = _DAY.fullmatch(plain(text))
    try:
        return date(int(found[3]), int(found[1]), int(found[2])) if found is not None else None
    except ValueError:
        return None
