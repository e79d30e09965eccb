"""One transaction an edge: all of it or nothing, never inside another, never across the network."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.chain.node import client as node
from app.core.database.session import NestedTransaction, after_commit, db, in_transaction, transaction
from app.core.errors import DomainError
from app.record.audit import service as audit


def alarms() -> list[str]:
    """Codes of the alarms that are committed, as another connection sees them."""
    with db.engine.connect() as connection:
        return list(connection.execute(text("SELECT code FROM alarms ORDER BY code")).scalars())


def test_what_is_done_is_committed(committed_db: Flask) -> None:
    with transaction():
        assert in_transaction()
        audit.raise_alarm("one", "test")
        assert alarms() == []
    assert alarms() == ["one"]
    assert not in_transaction()


@pytest.mark.parametrize("error", [DomainError("no"), ValueError(), KeyboardInterrupt(), SystemExit(1)])
def test_whatever_is_raised_nothing_stays(committed_db: Flask, error: BaseException) -> None:
    told: list[str] = []
    with pytest.raises(type(error)), transaction():  # noqa: PT012  (what was begun before is the point)
        audit.raise_alarm("one", "test")
        after_commit(lambda: told.append("hook"))
        raise error
    assert alarms() == []
    assert told == []
    assert not in_transaction()
    with transaction():  # and the next one begins clean
        audit.raise_alarm("two", "test")
    assert alarms() == ["two"]
    assert told == []


def test_a_commit_that_fails_leaves_nothing(committed_db: Flask) -> None:
    """A deferred constraint speaks at the end only."""
    with transaction() as session:
        session.execute(text("CREATE TABLE parents (id int PRIMARY KEY)"))
        session.execute(text("CREATE TABLE children (id int REFERENCES parents DEFERRABLE INITIALLY DEFERRED)"))
    with pytest.raises(IntegrityError), transaction() as session:  # noqa: PT012
        audit.raise_alarm("one", "test")
        session.execute(text("INSERT INTO children VALUES (1)"))
    assert alarms() == []
    assert not in_transaction()


def test_nobody_opens_one_inside_another(committed_db: Flask) -> None:
    with pytest.raises(NestedTransaction), transaction():  # noqa: PT012
        audit.raise_alarm("one", "test")
        with transaction():
            pass
    assert alarms() == []


def test_hooks_run_in_order_once_it_is_committed(committed_db: Flask) -> None:
    told: list[object] = []
    with transaction():
        audit.raise_alarm("one", "test")
        after_commit(lambda: told.append(alarms()))
        after_commit(lambda: told.append(in_transaction()))
        assert told == []
    assert told == [["one"], False]


def test_a_hook_that_fails_hurts_nobody(committed_db: Flask) -> None:
    told: list[str] = []

    def fail() -> None:
        raise RuntimeError("the bell is away")

    with transaction():
        audit.raise_alarm("one", "test")
        after_commit(fail)
        after_commit(lambda: told.append("next"))
    assert alarms() == ["one"]
    assert told == ["next"]


def test_nobody_waits_for_the_network_while_holding_locks(committed_db: Flask) -> None:
    with pytest.raises(node.NetworkInsideTransaction), transaction():
        node.client().call("getblockcount")


def test_a_connection_has_its_limits(committed_db: Flask) -> None:
    """A process that hangs inside a transaction, or behind a lock, does not hold the others for ever."""
    with db.engine.connect() as connection:
        for name in ("idle_in_transaction_session_timeout", "lock_timeout", "statement_timeout"):
            assert connection.execute(text(f"SHOW {name}")).scalar_one() not in ("0", None)
        assert connection.execute(text("SHOW timezone")).scalar_one() == "UTC"
