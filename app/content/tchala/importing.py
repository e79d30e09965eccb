"""Lists of dreams as CSV: read whole, with each line that is wrong named, before anything is changed. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.core.errors import DomainError
from app.core.text import sheets

from . import rules

COLUMNS: Final = ("numbers", "ht", "fr", "en")
MOST_ROWS: Final = 3_000
MOST_BYTES: Final = 400_000
OWN_FILE: Final = Path(__file__).with_name("own.csv")


@dataclass(frozen=True, slots=True)
class BadRow:
    """A line that cannot be taken, and why."""

    line: int
    text: str
    error: DomainError


@dataclass(frozen=True, slots=True)
class Read:
    """What a file says: dreams that can be taken, and lines that cannot."""

    entries: tuple[rules.Entry, ...]
    bad: tuple[BadRow, ...]


def decoded(content: bytes) -> str:
    """The file's text. Raises DomainError `csv_missing`, `csv_not_text`, `csv_too_long` (field `file`)."""
    if len(content) > MOST_BYTES:
        raise DomainError("csv_too_long", field="file", most=MOST_ROWS)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise DomainError("csv_not_text", field="file") from None
    if not text.strip():
        raise DomainError("csv_missing", field="file")
    return text


def read(text: str) -> Read:
    """Lines with the columns that the first line names, in whichever order, between commas or semicolons.

    Raises DomainError `csv_columns`, `csv_empty`, `csv_too_long` (field `file`): of the file as a whole.
    """
    head, _, _ = text.partition("\n")
    delimiter = ";" if head.count(";") > head.count(",") else ","
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    columns = _columns(rows)
    entries, bad, seen = list[rules.Entry](), list[BadRow](), dict[str, int]()
    for line, cells, broken in _numbered(rows):
        if len(entries) + len(bad) >= MOST_ROWS:
            raise DomainError("csv_too_long", field="file", most=MOST_ROWS)
        try:
            if broken:
                raise DomainError("csv_not_read")
            found = _entry(columns, cells)
            if found.folded in seen:
                raise DomainError("dream_twice", line=seen[found.folded])
        except DomainError as error:
            bad.append(BadRow(line, _shown(delimiter.join(cells)), error))
        else:
            seen[found.folded] = line
            entries.append(found)
    if not entries and not bad:
        raise DomainError("csv_empty", field="file")
    return Read(tuple(entries), tuple(bad))


def written(dreams: Iterable[tuple[Sequence[str], str, str, str]]) -> str:
    """Numbers and words as a file that can be read here again."""
    rows = ((" ".join(numbers), *words) for numbers, *words in dreams)
    return sheets.lines((COLUMNS, *rows), "machine")


def own_list() -> str:
    """The list that comes with the product: widely told ones, written down by us and by nobody's authority."""
    return OWN_FILE.read_text(encoding="utf-8")


def _columns(rows: Iterator[list[str]]) -> list[str]:
    try:
        columns = [cell.strip().casefold() for cell in next(rows, [])]
    except csv.Error:
        columns = []
    if sorted(columns) != sorted(COLUMNS):
        raise DomainError("csv_columns", field="file")
    return columns


def _numbered(rows: Iterator[list[str]]) -> Iterator[tuple[int, list[str], bool]]:
    """Rows with the number of the line that each begins in, empty ones left out; and whether one broke the reader,
    which goes on behind it."""
    while True:
        line = rows.line_num + 1  # type: ignore[attr-defined]
        try:
            cells = next(rows)
        except StopIteration:
            return
        except csv.Error:
            yield line, [], True
            continue
        if any(cell.strip() for cell in cells):
            yield line, cells, False


def _shown(text: str) -> str:
    return "".join(letter for letter in text[:200] if letter.isprintable())


def _entry(columns: list[str], cells: list[str]) -> rules.Entry:
    if len(cells) != len(columns):
        raise DomainError("row_columns", found=len(cells), wanted=len(columns))
    return rules.entry(**dict(zip(columns, cells, strict=True)))
