"""Tables as CSV, the one writer of it: for people, who open the file in a spreadsheet, and for machines.

For people: a byte order mark, without which Excel takes UTF-8 for something else, and an apostrophe in front of every
text that a spreadsheet would compute or change: formulas, and what looks like a number, a date or a truth (`00042`,
`1-2`, an id of twenty digits, `1e5`, `mar1`, `true`). Numbers and days (ISO 8601) are ours and stay what they are. For
machines: RFC 4180 and nothing else, every value as it is; a program that shows such a file to people has to know that.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Final, Literal, TypeAlias

Cell: TypeAlias = str | int | float | Decimal | date | None
Reader: TypeAlias = Literal["people", "machine"]

READERS: Final[tuple[Reader, ...]] = ("people", "machine")
BYTE_ORDER_MARK: Final = "\ufeff"
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "−", "＠", "|", "%", "'")
"""What makes a spreadsheet compute a text, or swallow its first sign, instead of showing it."""
_MONTH: Final = (
    "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    "|nov(?:ember)?|dec(?:ember)?|janv(?:ier)?|f[ée]vr(?:ier)?|mars|avr(?:il)?|mai|juin|juil(?:let)?|ao[uû]t|septembre"
    "|octobre|novembre|d[ée]c(?:embre)?|ene(?:ro)?|febrero|marzo|abr(?:il)?|mayo|junio|julio|ago(?:sto)?"
    "|septiembre|octubre|noviembre|dic(?:iembre)?)"
)
"""Where our partners are; a spreadsheet knows those of its own language, and English ones."""
_GAP: Final = "[ \u00a0\u202f]"
_FIGURES: Final = r"[\d.,:/'’-]*\d[\d.,:/'’-]*"
_MONEY: Final = "[$€£¥]"
_LIKE_A_NUMBER: Final = re.compile(
    rf"\(?{_MONEY}?{_GAP}?-?{_FIGURES}(?:e[+-]?\d+)?(?:{_GAP}?(?:%|{_MONEY}|[ap]\.?(?:m\.?)?))?\)?"
    rf"|\d{{1,3}}(?:{_GAP}\d{{3}})+"
    rf"|(?=.*[/:-]){_FIGURES} {_FIGURES}(?: ?[ap]m)?"
    rf"|(?=.*\d)(?:\d{{1,4}}[ ./-]*)?{_MONTH}\.?(?:[ ./-]*\d{{1,4}})?(?:[, ./-]+\d{{1,4}})?"
    r"|true|false|vrai|faux|verdadero|falso",
    re.IGNORECASE,
)


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
