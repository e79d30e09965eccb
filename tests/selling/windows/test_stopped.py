"""Operators stop settlement while a draw is being worked out."""

from __future__ import annotations

import pytest
from flask import Flask

from app.core.database.session import transaction
from app.outcomes.draws import service as draws
from app.record.audit import switches
from app.selling.windows import jobs
from dev.node.process import NodeProcess
from tests.factories.world import World


def test_a_draw_that_ends_after_the_stop_settles_nothing(
    chain_app: Flask, node: NodeProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(chain_app, node).begin()
    order = world.order(world.site())
    world.send(order.address, 1_100_000)
    world.mine()
    run = draws.run

    def stopped_meanwhile(*given: object) -> object:
        result = run(*given)  # type: ignore[arg-type]
        with transaction():
            switches.stop("settlement", actor="operator:olga", reason="wait")
        return result

    with monkeypatch.context() as patch:
        patch.setattr(draws, "run", stopped_meanwhile)
        world.finish(order.round_number)
    assert world.round(order.round_number).status == "drawing"
    assert jobs.settle() == 0
    with transaction():
        switches.start("settlement", actor="operator:olga", reason="go on")
    assert jobs.settle() >= 1
    assert world.round(order.round_number).status == "settled"
    assert world.breaches() == []
