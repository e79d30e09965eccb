"""Statements that are sent ahead: nobody waits for them, nothing of them is lost, and their refusals are heard."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.core.database.session import db, send_ahead, transaction

_INSERT = "INSERT INTO things (id) VALUES (:id)"
_LOCK = 7_001


@pytest.fixture
def things(committed_db: Flask) -> Iterator[None]:
    with transaction() as session:
        session.execute(text("CREATE TABLE things (id int PRIMARY KEY)"))
    yield
    with transaction() as session:
        session.execute(text("DROP TABLE things"))


def known() -> list[int]:
    """What is committed, as another connection sees it."""
    with db.engine.connect() as connection:
        return list(connection.execute(text("SELECT id FROM things ORDER BY id")).scalars())


@pytest.mark.usefixtures("things")
def test_the_next_statement_finds_it_done_and_the_commit_keeps_it() -> None:
    with transaction() as session:
        for number in (1, 2, 3):
            send_ahead(_INSERT, {"id": number})
        assert session.execute(text("SELECT count(*) FROM things")).scalar_one() == 3
        send_ahead(_INSERT, {"id": 4})
        assert known() == []
    assert known() == [1, 2, 3, 4]


@pytest.mark.usefixtures("things")
def test_the_caller_goes_on_while_the_database_is_at_work() -> None:
    """It would wait for the other's lock for ever, if it waited at all."""
    url = db.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as other, transaction() as session:
        pid = session.execute(text("SELECT pg_backend_pid()")).scalar_one()
        other.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        send_ahead("SELECT pg_advisory_xact_lock(:lock)", {"lock": _LOCK})
        waits = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND pid = %s"
        while other.execute(waits, [pid]).fetchone() != (1,):  # the test's own deadline ends it
            pass
        other.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
        send_ahead(_INSERT, {"id": 1})
    assert known() == [1]


@pytest.mark.usefixtures("things")
def test_a_refusal_is_heard_at_the_next_statement_or_at_the_commit() -> None:
    for more in (True, False):
        with pytest.raises(IntegrityError) as refused, transaction() as session:  # noqa: PT012  (which one is the point)
            session.execute(text(_INSERT), {"id": 1})
            send_ahead(_INSERT, {"id": 1})
            if more:
                session.execute(text("SELECT 1"))
                pytest.fail("nobody heard of it")
        assert isinstance(refused.value.orig, psycopg.errors.UniqueViolation)
        assert refused.value.orig.__notes__ == ["of a statement that was sent ahead of this one"]
        assert known() == []
    with transaction():  # and the next one begins clean
        send_ahead(_INSERT, {"id": 2})
    assert known() == [2]


@pytest.mark.usefixtures("things")
def test_what_is_on_its_way_goes_with_what_is_rolled_back() -> None:
    with pytest.raises(ValueError, match="enough"), transaction() as session:  # noqa: PT012
        session.execute(text(_INSERT), {"id": 1})
        send_ahead(_INSERT, {"id": 1})  # it is refused, but something else went wrong first
        raise ValueError("enough")
    with pytest.raises(ValueError, match="enough"), transaction():  # noqa: PT012
        send_ahead(_INSERT, {"id": 3})
        raise ValueError("enough")
    assert known() == []


@pytest.mark.usefixtures("things")
def test_a_refusal_within_a_savepoint_leaves_the_rest() -> None:
    with transaction() as session:
        send_ahead(_INSERT, {"id": 1})
        with pytest.raises(IntegrityError), session.begin_nested():  # noqa: PT012
            send_ahead(_INSERT, {"id": 1})
            pytest.fail("it is heard when it is too late to go back")
        send_ahead(_INSERT, {"id": 2})
    assert known() == [1, 2]
