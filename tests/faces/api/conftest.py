"""A world with a partner's server in it: it has keys, and nothing else of ours."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.core.database.session import db, transaction
from app.people.partners.keys import service as keys
from app.people.partners.models import PartnerSite
from dev.node.process import NodeProcess
from tests.factories.played import begun_world
from tests.factories.world import World
from tests.worlds import Worlds


def whole(path: str) -> str:
    """A path below /api/v1 from its root; one that says it already, as it is."""
    return path if path.startswith("/api/") else f"/api/v1{path}"


@dataclass
class Server:
    """A partner's server, asking with one key."""

    client: FlaskClient
    site_id: UUID
    key: str
    headers: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, **options: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.key}", **self.headers, **options.pop("headers", {})}
        return self.client.open(whole(path), method=method, headers=headers, **options)

    def get(self, path: str, query: Mapping[str, Any] | None = None, **options: Any) -> TestResponse:
        return self.ask("GET", path, query_string=query, **options)

    def post(self, path: str, body: Any = None, *, once: str | None = None, **options: Any) -> TestResponse:
        headers = {**({"Idempotency-Key": once} if once else {}), **options.pop("headers", {})}
        return self.ask("POST", path, json=body, headers=headers, **options)


def issue(site: PartnerSite, access: str = "write") -> str:
    """A key of the site; commits."""
    db.session.rollback()
    with transaction():
        return keys.issue(db.session.merge(site), name="Server", access=access, actor="test").text  # type: ignore[arg-type]


def server_of(world: World, site: PartnerSite, access: str = "write") -> Server:
    """A server with a new key of the site."""
    text = issue(site, access)
    with transaction():
        site_id = db.session.merge(site).id
    return Server(world.app.test_client(), site_id, text)


@pytest.fixture
def world(chain_app: Flask, node: NodeProcess, worlds: Worlds) -> World:
    return World(chain_app, node, worlds).begin()


@pytest.fixture(scope="module")
def shared_world(
    app_settings: dict[str, str],
    fresh_database: Callable[[], str],
    still_node: NodeProcess,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[World]:
    with begun_world(app_settings, fresh_database, still_node, tmp_path_factory.mktemp("shared")) as world:
        yield world


@pytest.fixture(scope="module")
def shared_server(shared_world: World) -> Server:
    """A partner's server for tests that only ask."""
    return server_of(shared_world, shared_world.site())


@pytest.fixture
def site(world: World) -> PartnerSite:
    return world.site()


@pytest.fixture
def server(world: World, site: PartnerSite) -> Server:
    return server_of(world, site)


@pytest.fixture
def other(world: World) -> Server:
    """Another partner's server."""
    return server_of(world, world.site())


PLAYER = {"playerPublicIdentifier": "ada", "playerPrivateIdentifier": "customer-1"}
