"""An application that is set up to use the providers' simulator, and what its table says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import count
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text

from app.core.database.session import transaction
from app.record.notifications import queries
from app.record.notifications.models import Message
from app.record.notifications.service import send_later
from tests.factories.carriers import Simulator, use

_PHONES = count(10_000)


@pytest.fixture
def set_up(committed_db: Flask, simulator: Simulator) -> Callable[..., None]:
    """Settings by which the application uses the simulator."""

    def change(**values: object) -> None:
        use(committed_db, simulator, **values)

    change()
    return change


@pytest.fixture
def phone() -> str:
    """One that no other test writes to."""
    return f"+509341{next(_PHONES)}"


def write(
    channel: str, to: str, moment: str = "12:00", template: str = "test", good_for: timedelta | None = None
) -> UUID:
    with transaction():
        link = "https://tiraj.example"
        return send_later(channel, to, template, "en", good_for=good_for, moment=moment, link=link)


def the(message_id: UUID) -> Message:
    with transaction() as session:
        message = queries.one(message_id)
        session.expunge(message)
    return message


def make_due() -> None:
    """As if the time until the next attempt had passed."""
    with transaction() as session:
        session.execute(text("UPDATE messages SET not_before = now() WHERE state = 'due'"))
