"""Which rows of which tables are a person's: what is exported, what goes with an erasure, what stands in its way."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, TypeAlias
from uuid import UUID

from sqlalchemy import Column, ColumnElement, LargeBinary, RowMapping, Table, Uuid, or_, select

from app.core.database.session import Base, db
from app.core.ids import created_at
from app.core.ports import Port
from app.core.sealing.columns import Sealed, opened
from app.people.accounts.models import User
from app.people.players.models import Player

_OWN: Final = tuple(f"app.people.{room}" for room in ("accounts", "players", "notices"))
_SECRET: Final = frozenset({"key_sealed", "hash_sealed", "client_secret_sealed"})
_NOT_THEIRS: Final = frozenset({"other_id", "kinds", "decided_by", "confirmed_by"})
"""Whom somebody was found to be or not to be, by what both are known, and which operators said so: others' business."""

Whose: TypeAlias = Callable[[UUID], ColumnElement[bool]]
"""Which rows of a table are a person's."""


@dataclass(frozen=True, slots=True)
class Holdings:
    """What a slice above keeps of people: its tables are those of the models in `folder`. `has` says that something
    of a person's is still here, such as money, which an erasure waits for; `erase` takes away what says who it was.
    `rows` finds what is theirs where no key says so, by the names of tables."""

    folder: str
    has: Callable[[UUID], bool]
    erase: Callable[[UUID], None]
    rows: Mapping[str, Whose] = field(default_factory=dict)


HOLDINGS: Final = Port[tuple[Holdings, ...]]("what is kept of people elsewhere", ())


def tables_of_people() -> Iterator[Table]:
    """Tables of who signs in and plays, by what they are called."""
    own = (*_OWN, *(one.folder for one in HOLDINGS.get()))
    found = {_table(mapper.local_table): mapper.class_.__module__ for mapper in Base.registry.mappers}
    for table in sorted(found, key=lambda one: one.name):
        if found[table].startswith(own) and _whose(table):
            yield table


def kept(user_id: UUID) -> dict[str, list[dict[str, Any]]]:
    """Every row of theirs, opened; hashes, which tell nobody anything, and keys are left out."""
    wanted = {table: of(table, user_id) for table in tables_of_people()}
    for holdings in HOLDINGS.get():
        wanted |= {Base.metadata.tables[name]: whose(user_id) for name, whose in holdings.rows.items()}
    told: dict[str, list[dict[str, Any]]] = {}
    for table, theirs in wanted.items():
        rows = db.session.execute(select(table).where(theirs).order_by(*table.primary_key)).mappings()
        found = [_row(table, row) for row in rows]
        if found:
            told[table.name] = found
    return told


def holders(user_id: UUID) -> list[str]:
    """What of theirs is in others' hands: tables that refer to them, such as a site's, and slices that keep money."""
    own = {one.name for one in tables_of_people()}
    held = [one.folder for one in HOLDINGS.get() if one.has(user_id)]
    return held + [
        table.name
        for table in Base.metadata.sorted_tables
        if table.name not in own and _whose(table) and _is_any(table, user_id)
    ]


def of(table: Table, user_id: UUID) -> ColumnElement[bool]:
    """Which rows."""
    return or_(*(column == user_id for column in _whose(table)))


def _is_any(table: Table, user_id: UUID) -> bool:
    return db.session.execute(select(*table.primary_key).where(of(table, user_id)).limit(1)).first() is not None


def _whose(table: Table) -> list[Column[Any]]:
    """The columns that name a person."""
    people = {User.__table__, Player.__table__}
    named = [key.parent for key in table.foreign_keys if key.column.table in people]
    return [*named, table.c.id] if table is User.__table__ else named


def _table(found: Any) -> Table:
    assert isinstance(found, Table)
    return found


def _row(table: Table, row: RowMapping) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for column in table.columns:
        if column.name in _NOT_THEIRS:
            continue
        value = row[column.name]
        if isinstance(column.type, Sealed):
            if column.name not in _SECRET and value is not None:
                told[column.name.removesuffix("_sealed")] = opened(column, row["id"].bytes, value).decode()
        elif not isinstance(column.type, LargeBinary):
            told[column.name] = _plain(value)
    if _is_timed_by_id(table) and not any(isinstance(value, datetime) for value in row.values()):
        told["at"] = _plain(created_at(row["id"]))
    return told


def _is_timed_by_id(table: Table) -> bool:
    """Whether its id is its rows' own, which says when they were made, and not that of whom they are about."""
    return "id" in table.c and isinstance(table.c.id.type, Uuid) and not table.c.id.foreign_keys


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
