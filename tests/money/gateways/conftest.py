"""Fixtures of payments."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy.orm import Session, scoped_session

from app.core.ports import places

from .shop import Shop


@pytest.fixture
def ports(app: Flask) -> Iterator[Flask]:
    """The worker's application, whose ports are afterwards what they were."""
    held = dict(places(app).held)
    yield app
    places(app).held.clear()
    places(app).held.update(held)


@pytest.fixture
def shop(ports: Flask, session: scoped_session[Session]) -> Shop:
    """A shop whose database is rolled back."""
    session.commit()
    return Shop(ports).open()


@pytest.fixture
def real_shop(committed_db: Flask) -> Shop:
    """One whose commits are real, for races and deaths."""
    return Shop(committed_db).open()
