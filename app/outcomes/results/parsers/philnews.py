"""philnews.ph, the page of one game: its first table has a row for each time of the newest day.
It copies PCSO. Pure."""

from __future__ import annotations

from typing import Final

from selectolax.lexbor import LexborHTMLParser

from .interface import Draw, Nothing, Reading, one_of
from .reading.html import day_named, table_of, text_of, tree_of
from .reading.words import combination, time_of

_CELLS: Final = 2
_GAMES: Final = {"pcso.3d": "swertres"}
_OTHERS: Final = "stl"


def read(page: bytes, draw: Draw) -> Reading:
    """The row of that time, where the page is of that game and day."""
    tree = tree_of(page)
    if isinstance(tree, Nothing):
        return tree
    title, first = tree.css_first("h1"), tree.css_first("table")
    game = _GAMES.get(draw.lottery, "")
    if title is None or first is None or not game or game not in text_of(title).casefold():
        return Nothing("markup_changed")
    table = table_of(first)
    if any(len(row) != _CELLS for row in table.rows) or _is_of_others(tree):
        return Nothing("markup_changed")
    if (wrong := day_named(tree, draw.day, "h1", "h2")) is not None:
        return wrong
    rows = table.rows[1:] if table.rows and not table.head and time_of(table.rows[0][0]) is None else table.rows
    if any(time_of(row[0]) is None for row in rows):
        return Nothing("markup_changed")
    return one_of([combination(row[1], draw.digits) for row in rows if time_of(row[0]) == draw.slot])


def _is_of_others(tree: LexborHTMLParser) -> bool:
    """Whether the first table, or the heading above it, names another company's game."""
    above: list[str] = []
    for node in tree.css("h1, h2, h3, h4, table"):
        words = text_of(node).casefold().split()
        if node.tag == "table":
            return _OTHERS in words or _OTHERS in above
        above = words
    return False
