"""Connections to Postgres on which nobody waits for ever.

The server's own timeouts are of no use when the server stands still, nor are keepalives, which the kernel answers for
it. So the client keeps the time: a statement that is not answered within its deadline costs its connection. Only a
connect or a ping that gets no answer opens the breaker: a slow statement says something of the statement alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, TypeVar

import psycopg
from flask import Flask, has_request_context
from psycopg import Column
from psycopg.abc import PQGen
from psycopg.errors import ConnectionTimeout, _WaitTimeout
from sqlalchemy import Engine, event
from sqlalchemy.exc import InvalidatePoolError

from app.core.config import current_settings
from app.core.dependencies.breaker import breaker

RV = TypeVar("RV")


class DatabaseStandsStill(psycopg.OperationalError):
    """No answer within the deadline; whether a commit was done nobody knows."""


class Columns(Sequence[Column]):
    """A result's columns, described to whoever looks at them. Of a statement that it knows SQLAlchemy asks no more than
    whether there are any."""

    def __init__(self, describe: Callable[[], Sequence[Column]], count: int) -> None:
        self._describe, self._count = describe, count

    @cached_property
    def _all(self) -> Sequence[Column]:
        return self._describe()

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, at: Any) -> Any:
        return self._all[at]


class Cursor(psycopg.Cursor[Any]):
    """One that makes no description which nobody reads."""

    @property
    def description(self) -> Any:
        """As the library's, which makes an object for each column each time."""
        result = self.pgresult
        if result is None or not result.nfields:
            return super().description
        return Columns(lambda: super(Cursor, self).description or [], result.nfields)


class Connection(psycopg.Connection[Any]):
    """One whose every wait ends."""

    patience: Callable[[], float] = staticmethod(lambda: 10.0)
    """Seconds for one statement."""
    _for_now: float | None = None

    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        """As the library's, which lets the caller wait for ever.

        Raises:
            DatabaseStandsStill: no answer in time; the connection is closed, and the server ends what it was doing.
        """
        if timeout is not None:
            return super().wait(gen, interval, timeout)
        try:
            return super().wait(gen, interval, self._for_now or self.patience())
        except _WaitTimeout:
            self.close()
            raise DatabaseStandsStill("no answer within the deadline") from None

    def ping(self, seconds: float) -> None:
        """Begin the transaction that the caller is about to need, which any other question would have to begin first.

        Raises psycopg.OperationalError if there is no answer within so many seconds.
        """
        self._for_now = seconds
        try:
            with self.lock:
                self.wait(self._start_query())
        finally:
            self._for_now = None


def init_app(app: Flask, engine: Engine) -> None:
    """Let the pool's connections be such ones."""
    settings, opening = current_settings(app), breaker("database", app)

    def patience() -> float:
        return float(settings.database_seconds if has_request_context() else settings.database_job_seconds)

    @event.listens_for(engine, "do_connect")
    def connect(dialect: Any, record: Any, arguments: Any, parameters: dict[str, Any]) -> Connection:
        with opening.asked(DatabaseStandsStill, ConnectionTimeout):
            made = Connection.connect(*arguments, **parameters)
        made.patience, made.cursor_factory = patience, Cursor
        return made

    @event.listens_for(engine, "connect")
    def mark(connection: Connection, record: Any) -> None:
        record.info["fresh"] = True

    @event.listens_for(engine, "checkout")
    def ping(connection: Connection, record: Any, proxy: Any) -> None:
        """As the pool's own pre-ping, with a deadline."""
        if record.info.pop("fresh", False):
            return
        try:
            with opening.asked(DatabaseStandsStill, DatabaseStandsStill):
                connection.ping(settings.database_connect_seconds)
        except psycopg.Error as error:
            raise InvalidatePoolError from error  # all of the pool is as old; a new one is tried
