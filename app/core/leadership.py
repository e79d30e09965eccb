"""One leader at a time, by an advisory lock on a connection of its own. Only an optimisation: correctness rests on
conditional updates, never on this."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg


def _lock_key(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)


def dsn(database_url: str) -> str:
    """libpq's form of an SQLAlchemy URL."""
    return database_url.replace("postgresql+psycopg://", "postgresql://", 1)


@contextmanager
def lead(database_url: str, name: str) -> Iterator[bool]:
    """Whether the caller leads `name` for the length of the block. The lock falls with the connection."""
    with psycopg.connect(dsn(database_url), autocommit=True, connect_timeout=5) as connection:
        row = connection.execute("SELECT pg_try_advisory_lock(%s)", (_lock_key(name),)).fetchone()
        yield bool(row and row[0])
