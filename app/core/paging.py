"""What a public list is asked for in its address: how many, and from where. The same for every game."""

from __future__ import annotations

import re
from typing import Final
from uuid import UUID

from flask import request

from .errors import DomainError
from .ids import parse_id

LARGEST_PAGE: Final = 100
_NUMBER: Final = re.compile(r"[1-9][0-9]{0,8}")


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
