"""The database and its one transaction. Nothing outside this file commits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import psycopg
import structlog
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, MetaData, Text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, Session, registry

log = structlog.get_logger()

NAMING = {
    "ix": "%(table_name)s_%(column_0_N_name)s_idx",
    "uq": "%(table_name)s_%(column_0_N_name)s_key",
    "ck": "%(table_name)s_%(constraint_name)s_check",
    "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
    "pk": "%(table_name)s_pkey",
}


class Base(DeclarativeBase):
    # One registry, given whole: Flask-SQLAlchemy copies this class, and SQLAlchemy refuses a map beside a registry.
    registry = registry(
        metadata=MetaData(naming_convention=NAMING),
        type_annotation_map={datetime: DateTime(timezone=True), str: Text},
    )


class Database(SQLAlchemy):
    """Flask-SQLAlchemy, except that a connection lost after the last query spoils no answer that is already made."""

    def _teardown_session(self, exc: BaseException | None) -> None:
        self.let_go()

    def let_go(self) -> None:
        """Give the session and its connection back, whatever state they are in."""
        try:
            self.session.remove()
        except DBAPIError:
            log.warning("connection_lost_at_the_end")
            self.session.registry.clear()  # or the next request with the same context id would find this session


TO_CHANGE: Final = {"key_share": True}
"""Locks a row that is going to change (`with_for_update`): others may refer to it meanwhile, as an order does to its
round. Without this an order that waits would stop the scanner, and a long settlement every order."""

db = Database(model_class=Base)

if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model


class NestedTransaction(RuntimeError):
    """An edge tried to open a transaction inside another's: only edges open them, once."""


def is_held(error: DBAPIError) -> bool:
    """Whether somebody kept a row too long: that is no trouble of the database's, and concerns that row alone."""
    return isinstance(error.orig, psycopg.errors.LockNotAvailable)


@contextmanager
def transaction() -> Iterator[Session]:
    """One unit of work: commits at the end, rolls back on any exception. Only edges (request, job, command) call it."""
    session = db.session()
    if session.info.get("open"):
        raise NestedTransaction
    session.info["open"] = True
    session.info["before"], session.info["after"] = [], []
    try:
        yield session
        session.flush()
        for hook in session.info["before"]:
            hook()
        session.commit()
    except BaseException:
        try:
            session.rollback()
        finally:  # a lost connection may refuse even that; the unit of work is over all the same
            session.info["open"] = False
        raise
    session.info["open"] = False
    _run_hooks(session.info.pop("after"))


def in_transaction() -> bool:
    """Whether the caller stands inside `transaction()`; the network is forbidden there."""
    return bool(db.session().info.get("open"))


def end_reading() -> None:
    """Give back the connection that reads have taken, before something slow is asked. No-op inside `transaction()`."""
    if not in_transaction():
        db.session.rollback()


def before_commit(hook: Callable[[], Any]) -> None:
    """Run `hook` as the open transaction's last step, when all its rows are written. If it fails, nothing commits."""
    db.session().info["before"].append(hook)


def after_commit(hook: Callable[[], Any]) -> None:
    """Run `hook` once the open transaction has committed. A hook is a hint: if it fails, nothing is lost."""
    db.session().info["after"].append(hook)


def _run_hooks(hooks: list[Callable[[], Any]]) -> None:
    for hook in hooks:
        try:
            hook()
        except Exception:
            log.warning("after_commit_hook_failed", exc_info=True)
