"""Rows of several tables written in one statement: what one thing leaves behind reaches the database in one trip.

Each slice says how its own rows are written; whoever makes the thing sends the parts together. Foreign keys among the
parts hold, for Postgres looks at them when the whole statement is done.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import TextClause, inspect, text
from sqlalchemy.orm import make_transient_to_detached

from .session import Base, db


@dataclass(frozen=True, slots=True)
class Part:
    """A statement that changes one table. `{name}` in it stands for a value of `values`."""

    statement: str
    values: Mapping[str, Any]


def row_of(thing: Base) -> Part:
    """The row of a new object, as its attributes are now; what is not set is left to the database."""
    values = ((name, getattr(thing, name)) for name in _columns(type(thing)))
    given = {name: value for name, value in values if value is not None}
    return Part(_insert(thing.__tablename__, tuple(given)), given)


def write(parts: Sequence[Part], written: Sequence[Base] = ()) -> None:
    """Write all parts at once. The objects of `written`, whose rows are among them, belong to the session from now on.

    Raises IntegrityError as each part would by itself.
    """
    values = {f"{name}_{at}": value for at, part in enumerate(parts) for name, value in part.values.items()}
    statement = _together(tuple((part.statement, tuple(part.values)) for part in parts))
    db.session.execute(statement, values)
    for thing in written:
        make_transient_to_detached(thing)
        db.session.add(thing)


@lru_cache(maxsize=64)
def _columns(kind: type[Base]) -> tuple[str, ...]:
    """Columns of a model, which are its attributes' names too."""
    return tuple(attribute.key for attribute in inspect(kind).column_attrs)


@lru_cache(maxsize=64)
def _insert(table: str, columns: tuple[str, ...]) -> str:
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join(f'{{{name}}}' for name in columns)})"


@lru_cache(maxsize=64)
def _together(parts: tuple[tuple[str, tuple[str, ...]], ...]) -> TextClause:
    written = [
        f"part_{at} AS ({statement.format(**{name: f':{name}_{at}' for name in names})})"
        for at, (statement, names) in enumerate(parts)
    ]
    return text(f"WITH {', '.join(written)} SELECT 1")
