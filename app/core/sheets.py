"""Tables as CSV, the one writer of it: for people, who open the file in a spreadsheet, and for machines.

For people: a byte order mark, without which Excel takes UTF-8 for something else, and an apostrophe in front of every
text that a spreadsheet would compute or change: formulas, and what looks like a number or a date (`00042`, `1-2`, an id
of twenty digits, `1e5`). Numbers are ours and stay numbers. For machines: RFC 4180 and nothing else, every value as it
is; a program that shows such a file to people has to know that.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from typing import Final, Literal, TypeAlias

Cell: TypeAlias = str | int | None
Reader: TypeAlias = Literal["people", "machine"]

READERS: Final[tuple[Reader, ...]] = ("people", "machine")
BYTE_ORDER_MARK: Final = "\ufeff"
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "−", "＠", "|", "%", "'")
"""What makes a spreadsheet compute a text, or swallow its first sign, instead of showing it."""
_LIKE_A_NUMBER: Final = re.compile(r"[\d.,:/-]*\d[\d.,:/-]*(?:[eE][+-]?\d+)?%?|\d{1,3}(?:[ \u00a0\u202f]\d{3})+")


def begin(reader: Reader) -> str:
    """What a file begins with."""
    return BYTE_ORDER_MARK if reader == "people" else ""


def lines(rows: Iterable[Iterable[Cell]], reader: Reader) -> str:
    """Rows of the file."""
    out = io.StringIO()
    csv.writer(out).writerows(rows if reader == "machine" else ([for_people(cell) for cell in row] for row in rows))
    return out.getvalue()


def for_people(cell: Cell) -> Cell:
    """A text that a spreadsheet shows as it stands."""
    if not isinstance(cell, str):
        return cell
    is_computed = cell.lstrip().startswith(_FORMULA) or cell.startswith(_FORMULA)
    return f"'{cell}" if is_computed or _LIKE_A_NUMBER.fullmatch(cell) else cell
