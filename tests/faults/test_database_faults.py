"""Postgres throws everybody out, or answers too slowly: clean 503s with Retry-After, no half order, and it goes on."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select, text
from sqlalchemy.exc import DBAPIError

from app.chain.models import DepositAddress
from app.core.database.leadership import dsn
from app.core.database.session import db, transaction
from app.games.ticket_draw.models import TicketOrder
from dev.node.process import NodeProcess
from tests.factories.world import World
from tests.worlds import Worlds

EXPECTED = {200, 201, 303, 503}


@pytest.fixture
def world(chain_app: Flask, node: NodeProcess, worlds: Worlds) -> World:
    return World(chain_app, node, worlds).begin()


def requests_of(client: FlaskClient, site: str) -> list[Callable[[], object]]:
    query = {"partner": site, "playerPublicIdentifier": "ada", "playerPrivateIdentifier": "p"}
    order = {"partnerName": site, "playerPublicIdentifier": "ada", "playerPrivateIdentifier": "p"}
    return [
        lambda: client.get("/"),
        lambda: client.get("/rounds/1"),
        lambda: client.get("/api/rounds"),
        lambda: client.get("/api/ready"),
        lambda: client.get("/embed", query_string=query),
        lambda: client.get("/embed/rounds/1", query_string=query),
        lambda: client.post("/api/slips", json=order),
    ]


@contextmanager
def expelling(app: Flask) -> Iterator[None]:
    """End every connection but our own, again and again."""
    stop = threading.Event()

    def expel() -> None:
        url = dsn(app.config["SETTINGS"].database_url.get_secret_value())
        with psycopg.connect(url, autocommit=True) as connection:
            while not stop.is_set():
                connection.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
                time.sleep(0.003)

    thread = threading.Thread(target=expel)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def check(answers: list[object]) -> None:
    for answer in answers:
        status = answer.status_code  # type: ignore[attr-defined]
        assert status in EXPECTED, (status, answer.request.path)  # type: ignore[attr-defined]
        if status == 503:
            assert answer.headers["Retry-After"]  # type: ignore[attr-defined]


def test_expelled_connections_are_503s_and_acknowledged_orders_are_whole(world: World) -> None:
    site = world.site().name
    db.session.rollback()
    client = world.app.test_client()
    with expelling(world.app):
        answers = [ask() for _ in range(25) for ask in requests_of(client, site)]
    check(answers)
    assert any(answer.status_code == 503 for answer in answers)  # type: ignore[attr-defined]
    db.session.remove()
    made = {answer.json["order"]["depositAddress"] for answer in answers if answer.status_code == 201}  # type: ignore[attr-defined]
    with transaction():
        stored = set(db.session.scalars(select(DepositAddress.address)))
        orders = db.session.scalar(select(func.count()).select_from(TicketOrder))
    assert made <= stored
    assert orders == len(stored)
    check([ask() for ask in requests_of(client, site)])
    assert client.get("/api/ready").status_code in (200, 503)


def test_a_connection_lost_at_any_statement_of_an_order_is_a_503(world: World) -> None:
    """Each statement in turn loses its connection, in the frame and in the API."""
    site = world.site().name
    db.session.remove()
    client = world.app.test_client()
    count = at = 0

    def lose(connection: object, cursor: object, *rest: object) -> None:
        nonlocal count
        count += 1
        if count == at:
            pid = cursor.connection.info.backend_pid  # type: ignore[attr-defined]
            url = dsn(world.app.config["SETTINGS"].database_url.get_secret_value())
            with psycopg.connect(url, autocommit=True) as other:
                other.execute("SELECT pg_terminate_backend(%s)", (pid,))
            time.sleep(0.02)

    event.listen(db.engine, "before_cursor_execute", lose)
    try:
        for number in range(1, 14, 2):
            for ask in requests_of(client, site):
                at, count = number, 0
                check([ask()])
    finally:
        event.remove(db.engine, "before_cursor_execute", lose)


def test_a_statement_that_takes_too_long_is_a_503(world: World) -> None:
    site = world.site().name
    db.session.remove()
    client = world.app.test_client()
    count = at = 0

    def cancel(connection: object, cursor: object, *rest: object) -> None:
        nonlocal count
        count += 1
        if count == at:
            cursor.execute("SELECT set_config('statement_timeout', '10ms', true), pg_sleep(1)")  # type: ignore[attr-defined]

    event.listen(db.engine, "before_cursor_execute", cancel)
    try:
        for number in range(2, 14, 4):
            for ask in requests_of(client, site):
                at, count = number, 0
                check([ask()])
    finally:
        event.remove(db.engine, "before_cursor_execute", cancel)


def test_an_answer_already_made_survives_the_loss_of_its_connection(world: World) -> None:
    """The last roll-back of a request finds its connection gone: the answer stands, and nothing is left behind."""
    client = world.app.test_client()
    db.session.remove()

    def lose(connection: object) -> None:
        pid = connection.connection.dbapi_connection.info.backend_pid  # type: ignore[attr-defined]
        url = dsn(world.app.config["SETTINGS"].database_url.get_secret_value())
        with psycopg.connect(url, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s)", (pid,))
        time.sleep(0.02)

    event.listen(db.engine, "rollback", lose)
    try:
        answer = client.get("/api/rounds")
    finally:
        event.remove(db.engine, "rollback", lose)
    assert answer.status_code == 200
    assert client.get("/api/rounds").status_code == 200


def test_a_refusal_of_the_database_tells_no_private_value(world: World) -> None:
    with pytest.raises(DBAPIError) as refused, transaction():
        db.session.execute(text("SELECT CAST(:private AS uuid)"), {"private": "account-77-never-public"})
    assert "parameters hidden" in str(refused.value)
