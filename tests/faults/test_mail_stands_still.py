"""A mail server that accepts and never answers, or drips a byte now and then: one message is waited for, no more."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app import create_app
from app.core.database.session import db, transaction
from app.core.dependencies.breaker import breaker
from app.record.notifications import jobs
from app.record.notifications.models import Message
from app.record.notifications.service import send_later
from tests.factories.speaking import Talk, server
from tests.factories.standing import seconds_of

DEADLINE = 1.0
SLACK = 2.0


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
def test_one_message_is_waited_for(given: Flask, scheme: str, talk: Talk) -> None:
    """Seals are made by the same worker: ten messages were ten time-outs before the next seal."""
    with server(talk) as address, application(given, address, scheme):
        check()


class NameServers:
    """What the system asks them, and how it takes their silence: a look-up ends in its own time, or not at all."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
        self.over, self.asked = threading.Event(), 0
        truth = socket.getaddrinfo

        def look_up(host: Any, *args: Any, **kwargs: Any) -> Any:
            if host != "mail.example.com":
                return truth(host, *args, **kwargs)
            self.asked += 1
            self.over.wait(seconds)
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

        monkeypatch.setattr(socket, "getaddrinfo", look_up)


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
@pytest.mark.parametrize("seconds", [DEADLINE / 4, 30.0])
def test_name_servers_that_are_silent_are_waited_for_once(
    given: Flask, monkeypatch: pytest.MonkeyPatch, scheme: str, seconds: float
) -> None:
    silent = NameServers(monkeypatch, seconds)
    try:
        with application(given, "mail.example.com", scheme):
            check()
        assert silent.asked == 1
    finally:
        silent.over.set()


def check() -> None:
    """Ten messages are due, and the way out stands still."""
    for number in range(10):
        with transaction():
            send_later(
                "email",
                f"reader-{number}@example.com",
                "alarm",
                "en",
                code="x",
                subject="y",
                detail={},
                link="http://localhost",
            )
    took, sent = seconds_of(jobs.deliver)
    assert sent == 0
    assert took < DEADLINE + SLACK
    took, _ = seconds_of(jobs.deliver)
    assert took < SLACK
    db.session.rollback()
    states = [(one.state, one.attempts) for one in db.session.scalars(select(Message).order_by(Message.id))]
    assert sorted(states) == [("due", 0)] * 9 + [("due", 1)]  # the others have lost no try
    assert breaker("mail").is_open
