"""Fixtures for every test: an application on a real, migrated Postgres, and the world forbidden by default."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import expect
from sqlalchemy import text
from sqlalchemy.orm import Session, scoped_session
from werkzeug.test import TestResponse

from app import create_app
from app.chain.node import rpc
from app.core.database.session import db
from app.core.ports import Port, places
from dev.node.process import NodeProcess
from tests.servers import Addresses, fresh_name

pytest_plugins = [
    "tests.constants",
    "tests.cores",
    "tests.order",
    "tests.browsers",
    "tests.times",
    "tests.compiled",
    "tests.personas",
    "tests.html_pages",
    "tests.rendering",
    "tests.worlds",
    "tests.factories.carriers",
    "tests.factories.gateways",
]

expect.set_options(timeout=60_000)  # milliseconds: a busy machine is slow


class Browser(FlaskClient):
    """Each request has a context of its own, as in production: in a test's own, `g` and so its user would stick."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        with self.application.app_context():
            return super().open(*args, **kwargs)


def _application(environ: Mapping[str, str]) -> Flask:
    made = create_app(environ)
    made.test_client_class = Browser
    return made


@pytest.fixture(autouse=True)
def _push_request_context() -> None:
    """pytest-flask pushes one request context a test, in which `g` would stick: not here."""


@pytest.fixture(autouse=True)
def _monkeypatch_response_class() -> None:
    """Nor a class of responses a test: what it would add, an answer of Flask's has by itself."""


@pytest.fixture(autouse=True)
def _configure_application() -> None:
    """Nor marks that change an application's settings: with them every test would ask for `monkeypatch`."""


_PAUSES = rpc.BUSY_PAUSES


@pytest.fixture(autouse=True)
def _nobody_waits_where_no_node_is(request: pytest.FixtureRequest) -> None:
    """A page that asks a node asks again after pauses; a second and a half of them where none is started."""
    rpc.BUSY_PAUSES = _PAUSES if "make_node" in request.fixturenames else (0.0,) * len(_PAUSES)


_WORKERS: list[Flask] = []


@pytest.fixture(scope="session")
def app(app_settings: dict[str, str]) -> Flask:
    """The worker's application, on the worker's own database."""
    _WORKERS.append(_application(app_settings))
    return _WORKERS[-1]


@pytest.fixture(autouse=True)
def _ports_are_afterwards_what_they_were() -> Iterator[None]:
    """The worker's application is everybody's: what a test puts into its places is gone with the test."""
    held = {app: dict(places(app).held) for app in _WORKERS}
    yield
    for app, was in held.items():
        now = places(app).held
        for place in [one for one in now if isinstance(one, Port) and one not in was]:
            del now[place]
        now.update(was)


@pytest.fixture
def session(app: Flask) -> Iterator[scoped_session[Session]]:
    """A database in which everything is rolled back at the end. What the test commits is a savepoint.

    Deferred constraints would never fire in here, so they are made to bite before the roll-back.
    """
    with app.app_context():
        connection = db.engine.connect()
        outer = connection.begin()
        engines = db._app_engines[app]
        engine, engines[None] = engines[None], connection
        db.session.configure(join_transaction_mode="create_savepoint")
        try:
            yield db.session
            db.session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
        finally:
            db.session.remove()
            db.session.configure(join_transaction_mode="conditional_savepoint")
            engines[None] = engine
            outer.rollback()
            connection.close()


@pytest.fixture
def client(app: Flask, session: scoped_session[Session]) -> FlaskClient:
    """Nobody in particular, over the rolled-back database."""
    return app.test_client()


@pytest.fixture
def committed_db(fresh_database: Callable[[], str], app_settings: dict[str, str], tmp_path: object) -> Iterator[Flask]:
    """An application on a database of the test's own, where commits are real: for races, kills and deferred checks."""
    own = {"DATABASE_URL": fresh_database(), "LOG_JOURNAL_PATH": f"{tmp_path}/log-journal"}
    made = _application({**app_settings, **own})
    with made.app_context():
        yield made
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def windows() -> dict[str, str]:
    """How long rounds are, where a folder of tests says it otherwise: following a block is most of what a win costs."""
    return {}


@pytest.fixture
def chain_app(
    request: pytest.FixtureRequest,
    servers: Addresses,
    fresh_database: Callable[[], str],
    app_settings: dict[str, str],
    windows: dict[str, str],
    node: NodeProcess,
    tmp_path: object,
) -> Iterator[Flask]:
    """An application that follows the worker's regtest node, with a database and a journal of its own.

    Who asks for `worlds` gets the database once the world begins.
    """
    begins_late = "worlds" in request.fixturenames
    settings = {
        **app_settings,
        **windows,
        "DATABASE_URL": servers.database(fresh_name()) if begins_late else fresh_database(),
        "BITCOIN_RPC_URL": node.rpc_url,
        "TERMS_JOURNAL_PATH": f"{tmp_path}/terms-journal",
        "LOG_JOURNAL_PATH": f"{tmp_path}/log-journal",
    }
    made = _application(settings)
    made.config["ENVIRONMENT_GIVEN"] = settings  # for tests that start processes of the same world
    with made.app_context():
        yield made
        db.session.remove()
        db.engine.dispose()
