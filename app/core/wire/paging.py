"""Pages of lists: how many are asked for, where one begins, and what the next one is asked for with."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final, TypeVar
from uuid import UUID

from flask import request

from app.core.errors import DomainError
from app.core.ids import parse_id

Row = TypeVar("Row")
Place = TypeVar("Place")

LARGEST_PAGE: Final = 100
_NUMBER: Final = re.compile(r"[1-9][0-9]{0,8}")
_LONG_NUMBER: Final = re.compile(r"[1-9][0-9]{0,17}")


def page_limit(usual: int) -> int:
    """How many records are asked for, at most the largest page. Raises as `query_number`."""
    limit = query_number("limit")
    return usual if limit is None else min(limit, LARGEST_PAGE)


def query_number(name: str) -> int | None:
    """A positive number of the query, in plain digits.

    Raises:
        DomainError: 422, anything else, or given twice.
    """
    given = request.args.getlist(name)
    if not given:
        return None
    if len(given) > 1 or not _NUMBER.fullmatch(given[0]):
        raise DomainError("number_invalid", field=name)
    return int(given[0])


def query_cursor(name: str) -> UUID | None:
    """The record after or before which a page begins.

    Raises:
        DomainError: 422, no record's id, or given twice.
    """
    given = request.args.getlist(name)
    if not given:
        return None
    found = parse_id(given[0]) if len(given) == 1 else None
    if found is None:
        raise DomainError("cursor_invalid", field=name)
    return found


def number_of(text: str | None) -> int | None:
    """A round's number as a person gives it, in an address or a field; None for anything else."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= 9 else None


def number_place(text: str, most: int = 2**31 - 1) -> int | None:
    """The place in a list that a number stands for; None for what is no place."""
    return int(text) if _LONG_NUMBER.fullmatch(text) and int(text) <= most else None


def place_of(text: str | None, read: Callable[[str], Place | None], field: str = "cursor") -> Place | None:
    """Where a page begins; None is the beginning of the list.

    Raises:
        DomainError: 422 `cursor_unknown`.
    """
    found = read(text) if text is not None else None
    if text is not None and found is None:
        raise DomainError("cursor_unknown", field=field)
    return found


def cut(rows: Sequence[Row], limit: int, key: Callable[[Row], object]) -> tuple[Sequence[Row], str | None]:
    """At most `limit` of the rows, and the cursor of the next page; one row more must have been asked for."""
    shown = rows[:limit]
    return shown, str(key(shown[-1])) if len(rows) > limit else None
