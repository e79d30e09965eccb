"""Fixtures of results."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest
from flask import Flask

from app.core.database.session import db
from tests.conftest import _application
from tests.people.approvals.people import OPERATORS

from .waiting import Waiting, simulated

_NUMBERS = count(1)


@pytest.fixture(scope="module")
def world(request: pytest.FixtureRequest) -> Iterator[tuple[Flask, Flask]]:
    """An application whose commits are real and in which two people decide, and the sources that it asks."""
    folder = request.getfixturevalue("tmp_path_factory").mktemp("results")
    with simulated() as (url, sources):
        own = {
            "DATABASE_URL": request.getfixturevalue("fresh_database")(),
            "LOG_JOURNAL_PATH": f"{folder}/log-journal",
            "FILES_DIR": f"{folder}/files",
            "OPERATORS": OPERATORS,
            "TWO_PEOPLE": "on",
            "RESULTS_SIMULATED_URL": url,
            "RESULT_SECONDS": "10",
        }
        made = _application({**request.getfixturevalue("app_settings"), **own})
        with made.app_context():
            yield made, sources
            db.session.remove()
            db.engine.dispose()


@pytest.fixture
def waiting(world: tuple[Flask, Flask]) -> Iterator[Waiting]:
    """A draw that is waited for, whose sources behave; nobody looks for it once the test is over."""
    made = Waiting(*world, next(_NUMBERS)).begin()
    yield made
    made.end()
