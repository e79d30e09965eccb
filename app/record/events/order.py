"""The order in which events may be read, so that a reader who remembers the last `seq` never misses one.

A row's `seq` is taken when it is written, and a slower transaction may commit a lower one later. So a writer first
takes a shared advisory lock that carries the last `seq` then given: its own will be higher. Whoever reads stays below
the lowest lock that another holds. Writers never wait for each other, and nothing of this is stored, so a restored copy
reads on.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import ColumnElement, Integer, literal_column, text

from app.core.database.session import db

_SPACE: Final = 0x7E7E  # the highest 16 bits of the locks' keys; the other 48 are the bound
_BOUND: Final = (1 << 48) - 1

ANNOUNCING: Final = (
    f"SELECT pg_advisory_xact_lock_shared(CAST({_SPACE << 48} AS bigint) + last_value) FROM events_seq_seq"
)
"""Announces, as a part of the statement that writes."""
_LAST_GIVEN: Final = "SELECT last_value FROM events_seq_seq"
_LOWEST_BEING_WRITTEN: Final = """
    SELECT min(((classid::bigint << 32) + objid::bigint) & :bound) FROM pg_locks
    WHERE locktype = 'advisory' AND objsubid = 1 AND classid::bigint >> 16 = :space
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND pid <> pg_backend_pid()
"""


def announce_writing() -> None:
    """Say, until this transaction ends, that it writes rows above the last `seq` given so far."""
    db.session.execute(text(ANNOUNCING))


def last_given() -> ColumnElement[int]:
    """The last `seq` given so far, in whatever transaction, as a column of another question."""
    return literal_column(f"({_LAST_GIVEN})", Integer).label("last_given")


def readable_until() -> int:
    """The highest `seq` up to which nothing can be added any more.

    The order of the questions matters: a row that was given its `seq` before the first, and whose writer holds no
    lock at the second, is seen by the next statement (at the isolation level READ COMMITTED).
    """
    last: int = db.session.execute(text(_LAST_GIVEN)).scalar_one()
    values = {"space": _SPACE, "bound": _BOUND}
    lowest: int | None = db.session.execute(text(_LOWEST_BEING_WRITTEN), values).scalar_one()
    return last if lowest is None else min(last, lowest - 1)
