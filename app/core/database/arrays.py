"""How lists travel to Postgres: whole columns at once.

A block's rows go to the database as arrays of thousands of values. psycopg writes an array value by value, which costs
more than all that the database does with them. Lists of one plain type are written here in a few calls instead: ids,
numbers and bytes as Postgres itself stores them, which spares it the reading, texts as one text. Everything else is
left to psycopg.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any, ClassVar, Final
from uuid import UUID

import numpy as np
import psycopg
import uuid_utils
from psycopg.abc import DumperKey
from psycopg.adapt import PyFormat
from psycopg.pq import Format
from psycopg.types.array import BaseListDumper, ListDumper

_BYTEA, _INT8, _UUID = (psycopg.adapters.types[name] for name in ("bytea", "int8", "uuid"))
_HEAD: Final = struct.Struct("!iiIii")  # dimensions, whether there are nulls, type, length, lower bound
_LENGTH: Final = struct.Struct("!i")
_NULL: Final = _LENGTH.pack(-1)
_NUMBER: Final = np.dtype([("length", ">i4"), ("value", ">i8")])


class ColumnDumper(ListDumper):
    """psycopg's own dumper of lists, with a quick way for columns of ids, numbers, bytes and texts."""

    def get_key(self, obj: list[Any], format: PyFormat) -> DumperKey:
        """Which dumper takes this list."""
        kind = None if self.oid else _kind_of(obj)
        return super().get_key(obj, format) if kind is None else (self.cls, kind)

    def upgrade(self, obj: list[Any], format: PyFormat) -> BaseListDumper:
        """The dumper for lists like this one."""
        kind = None if self.oid else _kind_of(obj)
        return super().upgrade(obj, format) if kind is None else kind(self.cls, self._tx)


class _Column(ListDumper):
    """A list of one plain type, and perhaps nulls."""

    def get_key(self, obj: list[Any], format: PyFormat) -> DumperKey:
        return self.cls

    def upgrade(self, obj: list[Any], format: PyFormat) -> BaseListDumper:
        return self


class _BinaryColumn(_Column):
    """A head, and then each value after its length."""

    format = Format.BINARY
    element: ClassVar[int]

    def dump(self, obj: list[Any]) -> bytes:
        has_nulls = type(None) in set(map(type, obj))  # `None in obj` would compare it with every value
        head = _HEAD.pack(1, has_nulls, self.element, len(obj), 1)
        if not has_nulls:
            return head + self.written(obj)
        return head + b"".join([_NULL if value is None else self.written([value]) for value in obj])

    def written(self, values: Sequence[Any]) -> bytes:
        """The values one after the other, none of them null."""
        raise NotImplementedError


class _Numbers(_BinaryColumn):
    oid, element = _INT8.array_oid, _INT8.oid

    def written(self, values: Sequence[int]) -> bytes:
        cells = np.empty(len(values), dtype=_NUMBER)
        cells["length"] = 8
        try:
            cells["value"] = values
        except OverflowError:
            raise psycopg.DataError("a number of a column has more than 64 bits") from None
        return cells.tobytes()


class _Ids(_BinaryColumn):
    oid, element = _UUID.array_oid, _UUID.oid
    _length = _LENGTH.pack(16)

    def written(self, values: Sequence[UUID]) -> bytes:
        return self._length + self._length.join([value.int.to_bytes(16, "big") for value in values])


class _NewIds(_Ids):
    def written(self, values: Sequence[uuid_utils.UUID]) -> bytes:  # type: ignore[override]
        return self._length + self._length.join([value.bytes for value in values])


class _Bytes(_BinaryColumn):
    oid, element = _BYTEA.array_oid, _BYTEA.oid

    def written(self, values: Sequence[bytes]) -> bytes:
        lengths = set(map(len, values))
        if len(lengths) == 1:
            length = _LENGTH.pack(lengths.pop())
            return length + length.join(values)
        return b"".join([_LENGTH.pack(len(value)) + value for value in values])


class _Texts(_Column):
    """Quoted and escaped in three passes over the whole column; no text may hold the character that parts them."""

    def dump(self, obj: list[Any]) -> bytes:
        if type(None) in set(map(type, obj)):
            written = ",".join(["NULL" if value is None else self._written([value]) for value in obj])
        else:
            written = self._written(obj)
        return b"{%s}" % written.encode()

    @staticmethod
    def _written(values: Sequence[str]) -> str:
        joined = "\0".join(values)
        if joined.count("\0") != len(values) - 1:
            raise psycopg.DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes")
        return '"' + joined.replace("\\", "\\\\").replace('"', '\\"').replace("\0", '","') + '"'


_COLUMNS: Final[dict[type, type[_Column]]] = {
    int: _Numbers,
    UUID: _Ids,
    uuid_utils.UUID: _NewIds,
    bytes: _Bytes,
    str: _Texts,
}


def _kind_of(values: list[Any]) -> type[_Column] | None:
    """The dumper of lists like this one; None where they are psycopg's: empty, mixed, nested, or of other types."""
    types = set(map(type, values))
    types.discard(type(None))
    return _COLUMNS.get(types.pop()) if len(types) == 1 else None


def register() -> None:
    """Make it the way in which every connection of this process writes lists."""
    psycopg.adapters.register_dumper(list, ColumnDumper)
