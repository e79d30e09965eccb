"""How lists travel to Postgres: whole columns at once.

A block's rows go to the database as arrays of thousands of values. psycopg writes an array value by value, with two
regular expressions each, which cost more than all that the database did with them. Lists of one plain type are
written here in a few calls instead; everything else is left to psycopg.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
        join = _JOINERS.get(kinds.pop()) if len(kinds) == 1 else None
        if join is None:
            return super().dump(obj)
        written = ",".join("NULL" if value is None else join([value]) for value in obj) if has_nulls else join(obj)
        return b"{%s}" % written.encode()


def _texts(values: Sequence[str]) -> str:
    """Quoted and escaped in three passes over the whole column; no text may hold the character that parts them."""
    joined = "\0".join(values)
    if joined.count("\0") != len(values) - 1:
        raise psycopg.DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes")
    return '"' + joined.replace("\\", "\\\\").replace('"', '\\"').replace("\0", '","') + '"'


def _bytes(values: Sequence[bytes]) -> str:
    return '"\\\\x' + '","\\\\x'.join(map(bytes.hex, values)) + '"'


_JOINERS: dict[type, Callable[[Any], str]] = {
    int: lambda values: ",".join(map(str, values)),
    UUID: lambda values: ",".join([f"{value.int:032x}" for value in values]),
    bytes: _bytes,
    str: _texts,
}


def register() -> None:
    """Make it the way in which every connection of this process writes lists."""
    psycopg.adapters.register_dumper(list, ColumnDumper)
