"""The audit's last question: does the node know every coin we count?"""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import text

from app.chain.node import inspection
from app.core.database.session import db, transaction
from dev.node.process import NodeProcess
from tests.factories.world import World
from tests.worlds import Worlds


@pytest.fixture
def world(chain_app: Flask, node: NodeProcess, worlds: Worlds) -> World:
    return World(chain_app, node, worlds).begin()


def test_the_node_knows_every_coin_we_count(world: World) -> None:
    assert inspection.coins_the_node_denies() == []


def test_a_coin_that_the_node_does_not_know_is_named(world: World) -> None:
    with transaction():
        db.session.execute(text("UPDATE coins SET amount_sats = amount_sats + 1"))
    assert [breach.check for breach in inspection.coins_the_node_denies()] == ["chain.node"]
    answer = world.app.test_cli_runner().invoke(args=["audit"])
    assert answer.exit_code == 1
    assert "chain.node" in answer.output


def test_a_scanner_that_is_behind_is_no_breach(world: World) -> None:
    world.node.call("generatetoaddress", 1, world.miner)
    with pytest.raises(inspection.ChainMoved):
        inspection.coins_the_node_denies()
