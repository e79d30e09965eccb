"""Pages of HTML as trees, and their tables as rows of text. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from app.outcomes.results.parsers.interface import Nothing

from .words import days_in, plain

_ENDS: Final = b"</html>"
_LAST: Final = 512


@dataclass(frozen=True, slots=True)
class Table:
    """Its cells as text, row by row; `head` is the first row, if its cells are headings."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def tree_of(page: bytes) -> LexborHTMLParser | Nothing:
    """The page, unless it was cut off before its end: what is missing might contradict what is there."""
    if _ENDS not in page[-_LAST:].lower():
        return Nothing("cut_off")
    return LexborHTMLParser(page)


def text_of(node: LexborNode) -> str:
    return plain(node.text(deep=True, separator=" "))


def table_of(node: LexborNode) -> Table:
    """A table without those that lie in it."""
    rows = [row for row in node.css("tr") if _table_above(row) == node]
    cells = [tuple(text_of(cell) for cell in row.iter() if cell.tag in ("td", "th")) for row in rows]
    has_head = bool(rows) and all(cell.tag == "th" or _in_head(rows[0]) for cell in rows[0].iter())
    return Table(cells[0], tuple(cells[1:])) if has_head else Table((), tuple(cells))


def day_named(tree: LexborHTMLParser, day: date, *selectors: str) -> Nothing | None:
    """Why the headings do not say that the page is of this day and of no other; None where they do. The first kind of
    headings that names any day decides."""
    for selector in selectors:
        named = {found for node in tree.css(selector) for found in days_in(text_of(node))}
        if named:
            return None if named == {day} else Nothing("other_day")
    return Nothing("markup_changed")


def _table_above(node: LexborNode) -> LexborNode | None:
    above = node.parent
    while above is not None and above.tag != "table":
        above = above.parent
    return above


def _in_head(row: LexborNode) -> bool:
    return row.parent is not None and row.parent.tag == "thead"
