"""Three operators, and a kind of decision that two of them make."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from app.core.database.session import db
from tests.conftest import _application

from .people import OPERATORS, Stopping


@pytest.fixture
def house(app_settings: dict[str, str], fresh_database: Callable[[], str], tmp_path: object) -> Iterator[Flask]:
    """An application whose commits are real, and in which two people decide."""
    own = {"DATABASE_URL": fresh_database(), "LOG_JOURNAL_PATH": f"{tmp_path}/log-journal"}
    made = _application({**app_settings, **own, "OPERATORS": OPERATORS, "TWO_PEOPLE": "on"})
    with made.app_context():
        yield made
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def stopping(house: Flask) -> Stopping:
    return Stopping().into(house)
