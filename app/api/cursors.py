"""Pages of lists: where one begins, and what the next one is asked for with."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final, TypeVar
from uuid import UUID

from app.core.errors import DomainError
from app.core.ids import parse_id

Row = TypeVar("Row")
_NUMBER: Final = re.compile(r"[1-9][0-9]{0,17}")


def id_cursor(text: str | None, field: str = "cursor") -> UUID | None:
    """Raises DomainError `cursor_unknown`."""
    found = parse_id(text) if text is not None else None
    if text is not None and found is None:
        raise DomainError("cursor_unknown", field=field)
    return found


def number_cursor(text: str | None, most: int = 2**31 - 1) -> int | None:
    """Raises DomainError `cursor_unknown`."""
    if text is None:
        return None
    if not _NUMBER.fullmatch(text) or int(text) > most:
        raise DomainError("cursor_unknown", field="cursor")
    return int(text)


def cut(rows: Sequence[Row], limit: int, key: Callable[[Row], object]) -> tuple[Sequence[Row], str | None]:
    """At most `limit` of the rows, and the cursor of the next page; one row more must have been asked for."""
    shown = rows[:limit]
    return shown, str(key(shown[-1])) if len(rows) > limit else None
