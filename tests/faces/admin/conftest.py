"""Operators for the console's tests, a strict door, and a round played through for them to look at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask

from app.core.database.session import db
from app.core.jobs import queue
from app.faces.admin import door
from dev.node.process import NodeProcess
from tests.conftest import _application
from tests.factories.played import Played, played_round

from .operators import CHEAP, Operator


@pytest.fixture
def operator(app: Flask, session: Any) -> Operator:
    known = Operator(app)
    known.get("/admin")  # being let in for the first time is told to the audit log
    return known


@pytest.fixture(scope="module")
def played(
    app_settings: dict[str, str],
    fresh_database: Callable[[], str],
    make_node: Callable[[], NodeProcess],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Played]:
    """A settled round with a payment of every fate, on a node of its own."""
    node = make_node()
    node.call("generatetoaddress", 110, node.call("getnewaddress"))
    settings = {**app_settings, "OPERATOR_EMAILS": "ada@ops.example bea@ops.example", "METRICS_TOKEN": "m" * 32}
    with played_round(settings, fresh_database, node, tmp_path_factory.mktemp("played")) as world:
        yield world


@pytest.fixture
def console(played: Played) -> Operator:
    """An operator of that world."""
    return Operator(played.world.app)


@pytest.fixture
def strict_app(app_settings: dict[str, str], fresh_database: Callable[[], str]) -> Iterator[Flask]:
    """A database of its own, for what commits; three failures an hour, and a second operator."""
    settings = {
        **app_settings,
        "DATABASE_URL": fresh_database(),
        "OPERATOR_FAILURES_PER_HOUR": "3",
        "OPERATORS": f"bea:{CHEAP.hash('bea-password')}",
    }
    made = _application(settings)
    door._known.clear()  # as in a process that has just begun
    with made.app_context():
        queue.connection().flushdb()
        yield made
        db.session.remove()
        db.engine.dispose()
        queue.connection().flushdb()
