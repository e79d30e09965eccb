"""Values that older keys sealed are sealed anew with the first one, in batches, beside whoever writes meanwhile."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    Column,
    ColumnElement,
    CompoundSelect,
    LargeBinary,
    Select,
    Table,
    func,
    literal,
    select,
    union_all,
    update,
)

from app.core.database.session import db

from .columns import Sealed, columns_of, hash_column, opened
from .settings import keyring

BATCH: Final = 500
_FIRST: Final = UUID(int=0)

Transaction = Callable[[], AbstractContextManager[Any]]


@dataclass(frozen=True, slots=True)
class Passed:
    """What one walk through all rows did. `left`: rows that somebody held, or wrote with an older key meanwhile."""

    changed: int
    left: int


def sealed_columns() -> list[Column[Any]]:
    """Every sealed column there is, by table."""
    tables = sorted(db.metadata.tables.values(), key=lambda table: table.name)
    return [column for table in tables for column in table.columns if isinstance(column.type, Sealed)]


def counted() -> Mapping[str, Mapping[str, int]]:
    """How many values of each column each key sealed, in one look at all of them."""
    columns = sealed_columns()
    found: dict[str, dict[str, int]] = {_place(column): {} for column in columns}
    for place, key, count in db.session.execute(_by_key(tuple(columns))):
        found[place][str(key)] = count
    return found


def unknown() -> Mapping[str, int]:
    """How many values there are under keys that DATA_KEYS does not have, by the key's name."""
    known, found = keyring().names, Counter[str]()
    for keys in counted().values():
        found.update({name: count for name, count in keys.items() if name not in known})
    return found


def reseal(begin: Transaction) -> Passed:
    """Seal with the first key what another one sealed. Repeats safely; a batch is a transaction.

    A row that somebody holds is left for the next time: nobody waits for this, and this waits for nobody.
    """
    changed = sum(_walk(begin, column, _is_older(column), _resealed) for column in sealed_columns())
    with begin():
        left = [db.session.scalar(select(func.count()).where(_is_older(column))) for column in sealed_columns()]
    return Passed(changed, sum(count or 0 for count in left))


def rehash(begin: Transaction) -> int:
    """Make the hashes anew by which sealed texts are found, wherever they are not LOOKUP_KEY's; how many."""
    return sum(
        _walk(begin, column, column.is_not(None), _rehashed) for column in sealed_columns() if hash_column(column)
    )


def _is_older(column: Column[Any]) -> ColumnElement[bool]:
    mark = keyring().current.mark
    return column.is_not(None) & (func.substr(column, 1, len(mark)) != literal(mark, LargeBinary))


def _place(column: Column[Any]) -> str:
    return f"{column.table.name}.{column.name}"


@lru_cache(maxsize=4)
def _by_key(columns: tuple[Column[Any], ...]) -> CompoundSelect[Any]:
    """A column, the name of a key and how many values; of two dozen columns it is long to write."""
    return union_all(*map(_keys_of, columns)).order_by("place", "sealed_with")


def _keys_of(column: Column[Any]) -> Select[Any]:
    name = func.encode(func.substr(column, 2, func.get_byte(column, 0)), "escape").label("sealed_with")
    place = literal(_place(column), literal_execute=True).label("place")
    # By the label, which no column of a table may be called: `GROUP BY` would take that.
    return select(place, name, func.count()).where(column.is_not(None)).group_by("sealed_with")


Change = Callable[[Column[Any], UUID, Mapping[str, Any]], dict[str, Any]]


def _walk(begin: Transaction, column: Column[Any], which: ColumnElement[bool], change: Change) -> int:
    """All these rows in the order of their ids, a batch at a time; how many were changed."""
    changed = 0
    for rows in _batches(begin, column, which):
        with begin():
            changed += sum(_change(column, row, change) for row in rows)
    return changed


def _batches(begin: Transaction, column: Column[Any], which: ColumnElement[bool]) -> Iterator[list[UUID]]:
    """Ids only: what is in the rows is read when they are held."""
    identifier, after = column.table.c.id, _FIRST
    while True:
        query = select(identifier).where(which, identifier > after).order_by(identifier).limit(BATCH)
        with begin():
            found = list(db.session.scalars(query))
        if not found:
            return
        after = found[-1]
        yield found


def _change(column: Column[Any], row: UUID, change: Change) -> bool:
    """One row, if nobody holds it; it is compared once more with what was read of it."""
    table: Table = column.table
    beside = hash_column(column)
    columns = [column, *([table.c[beside]] if beside else [])]
    held = select(*columns).where(table.c.id == row).with_for_update(skip_locked=True, key_share=True)
    found = db.session.execute(held).mappings().one_or_none()
    if found is None or found[column] is None:
        return False
    written = change(column, row, {one.name: found[one] for one in columns})
    if not written:
        return False
    done = db.session.execute(
        update(table).where(table.c.id == row, column == found[column]).values(written).returning(table.c.id)
    )
    return done.one_or_none() is not None


def _resealed(column: Column[Any], row: UUID, found: Mapping[str, Any]) -> dict[str, Any]:
    value = found[column.name]
    if value.startswith(keyring().current.mark):
        return {}
    anew = columns_of(column, row, opened(column, row.bytes, value))
    return {column.name: anew[column.name]}


def _rehashed(column: Column[Any], row: UUID, found: Mapping[str, Any]) -> dict[str, Any]:
    beside = hash_column(column)
    assert beside is not None
    anew = columns_of(column, row, opened(column, row.bytes, found[column.name]))
    return {} if anew[beside] == found[beside] else {beside: anew[beside]}
