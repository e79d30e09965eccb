"""One leader at a time, by an advisory lock on a connection of its own. Only an optimisation: correctness rests on
conditional updates, never on this."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any

import psycopg
from sqlalchemy import text
from sqlalchemy.orm import Session

from .connecting import Connection

# Asked of the server: it is Postgres that has to notice that a leader's machine is gone, within half a minute.
_DEAD_PEERS_ARE_NOTICED = "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3"


def _lock_key(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)


def dsn(database_url: str) -> str:
    """libpq's form of an SQLAlchemy URL."""
    return database_url.replace("postgresql+psycopg://", "postgresql://", 1)


class Leadership:
    """True for who leads."""

    def __init__(self, connection: Connection, leads: bool) -> None:
        self._connection = connection
        self._leads = leads

    def __bool__(self) -> bool:
        return self._leads

    def ask(self) -> None:
        """Whoever leads for long asks now and then, for nothing tells them that their connection has ended.

        Raises psycopg.OperationalError: it has, or does not answer, and another may lead.
        """
        self._connection.execute("SELECT 1")


@contextmanager
def lead(database_url: str, name: str) -> Iterator[Leadership]:
    """Whether the caller leads `name` for the length of the block. The lock falls with it, or with the connection."""
    url = dsn(database_url)
    with Connection.connect(url, autocommit=True, connect_timeout=5, options=_DEAD_PEERS_ARE_NOTICED) as connection:
        row = connection.execute("SELECT pg_try_advisory_lock(%s)", (_lock_key(name),)).fetchone()
        leads = bool(row and row[0])
        yield Leadership(connection, leads)
        if leads:  # a busy server notices late that a connection has ended, and until then nobody could lead
            with suppress(psycopg.OperationalError):
                connection.execute("SELECT pg_advisory_unlock(%s)", (_lock_key(name),))


_LEADER = """
SELECT activity.backend_start FROM pg_locks
JOIN pg_stat_activity AS activity USING (pid)
WHERE locktype = 'advisory' AND granted AND objsubid = 1
  AND pg_locks.database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND ((classid::bigint << 32) | objid::bigint) = :key
"""


def leads_since(session: Session | Any, name: str) -> datetime | None:
    """Since when somebody leads `name`; None while nobody does."""
    since: datetime | None = session.scalar(text(_LEADER), {"key": _lock_key(name)})
    return since
