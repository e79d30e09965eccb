"""A mail server that accepts and never answers, or drips a byte now and then: one message is waited for, no more."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import select

from app import create_app
from app.core.breaker import breaker
from app.core.db import db, transaction
from app.notifications import jobs
from app.notifications.models import Message
from app.notifications.service import send_later
from tests.factories.standing import seconds_of

DEADLINE = 1.0
SLACK = 2.0


@contextmanager
def server(talk: Callable[[socket.socket], None]) -> Iterator[str]:
    """An address where somebody is met who never gets to the point."""
    listening = socket.create_server(("127.0.0.1", 0))
    listening.settimeout(0.1)
    over = threading.Event()

    def serve() -> None:
        while not over.is_set():
            try:
                connection, _ = listening.accept()
            except TimeoutError:
                continue
            threading.Thread(target=talk, args=(connection,), daemon=True).start()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"127.0.0.1:{listening.getsockname()[1]}"
    finally:
        over.set()
        thread.join()
        listening.close()


def says_nothing(connection: socket.socket) -> None:
    time.sleep(20)
    connection.close()


def drips(connection: socket.socket) -> None:
    """Never long enough without a byte for a socket's own timeout."""
    try:
        for _ in range(100):
            connection.sendall(b"220-still thinking\r\n")
            time.sleep(0.2)
    except OSError:
        pass
    connection.close()


@contextmanager
def application(app: Flask, address: str, scheme: str) -> Iterator[None]:
    environment = {**app.config["ENVIRONMENT_GIVEN"], "MAIL_TRANSPORT": "smtp", "SMTP_URL": f"{scheme}://{address}"}
    other = create_app({**environment, "MAIL_SECONDS": str(DEADLINE), "BREAKER_SECONDS": "5"})
    with other.app_context():
        yield
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def given(committed_db: Flask, app_settings: dict[str, str]) -> Flask:
    url = committed_db.config["SETTINGS"].database_url.get_secret_value()
    committed_db.config["ENVIRONMENT_GIVEN"] = {**app_settings, "DATABASE_URL": url}
    return committed_db


@pytest.mark.parametrize(("scheme", "talk"), [("smtp", says_nothing), ("smtps", says_nothing), ("smtp", drips)])
def test_one_message_is_waited_for(given: Flask, scheme: str, talk: Callable[[socket.socket], None]) -> None:
    """Seals are made by the same worker: ten messages were ten time-outs before the next seal."""
    with server(talk) as address, application(given, address, scheme):
        for number in range(10):
            with transaction():
                send_later("email", f"reader-{number}@example.com", "alarm", "en", code="x", subject="y", detail={},
                           link="http://localhost")  # fmt: skip
        took, sent = seconds_of(jobs.deliver)
        assert sent == 0
        assert took < DEADLINE + SLACK
        took, _ = seconds_of(jobs.deliver)
        assert took < SLACK
        db.session.rollback()
        states = [(one.state, one.attempts) for one in db.session.scalars(select(Message).order_by(Message.id))]
        assert sorted(states) == [("due", 0)] * 9 + [("due", 1)]  # the others have lost no try
        assert breaker("mail").is_open
