"""Every test of this folder is run for every game of windows that the application has."""

from __future__ import annotations

import pytest
from flask import Flask

from dev.node.process import NodeProcess
from tests.factories.world import World
from tests.worlds import Worlds

from .adapters import ADAPTERS, Adapter
from .stage import Stage


@pytest.fixture(params=ADAPTERS, ids=lambda adapter: adapter.game.name)
def adapter(request: pytest.FixtureRequest) -> Adapter:
    found: Adapter = request.param
    return found


@pytest.fixture
def stage(chain_app: Flask, node: NodeProcess, worlds: Worlds, adapter: Adapter) -> Stage:
    return Stage(World(chain_app, node, worlds).begin(late=True), adapter)


@pytest.fixture
def windows() -> dict[str, str]:
    """Four blocks fewer before each draw; as deep as elsewhere, for depth is what is tried."""
    return {"ROUND_LENGTH_BLOCKS": "6"}
