"""How lists travel to Postgres: whole columns at once.

A block's rows go to the database as arrays of thousands of values. psycopg writes an array value by value, with two
regular expressions each, which cost more than all that the database did with them. Lists of one plain type are
written here in a few calls instead; everything else is left to psycopg.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.array import ListDumper


class ColumnDumper(ListDumper):
    """psycopg's own dumper of lists, with a quick way for columns of ids, numbers, bytes and texts."""

    def dump(self, obj: list[Any]) -> Any:
        """The array literal of a list."""
        kinds = set(map(type, obj))
        has_nulls = type(None) in kinds
        kinds.discard(type(None))
        write = _WRITERS.get(kinds.pop()) if len(kinds) == 1 else None
        if write is None:
            return super().dump(obj)
        if not has_nulls:
            return b"{%s}" % ",".join(write(obj)).encode()
        written = iter(write([value for value in obj if value is not None]))
        return b"{%s}" % ",".join("NULL" if value is None else next(written) for value in obj).encode()


def _texts(values: Sequence[str]) -> Iterable[str]:
    if any("\0" in value for value in values):
        raise psycopg.DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes")
    return ['"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"' for value in values]


_WRITERS: dict[type, Callable[[Any], Iterable[str]]] = {
    int: lambda values: map(str, values),
    UUID: lambda values: [value.hex for value in values],
    bytes: lambda values: ['"\\\\x' + value.hex() + '"' for value in values],
    str: _texts,
}


def register() -> None:
    """Make it the way in which every connection of this process writes lists."""
    psycopg.adapters.register_dumper(list, ColumnDumper)
