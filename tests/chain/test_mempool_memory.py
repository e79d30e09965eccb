"""A mempool longer than one watcher's life is read to its end: the next one goes on where the last one stopped."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from app.chain.scan import mempool
from app.chain.scan.mempool import Watcher
from app.core.jobs import queue
from dev.node.process import NodeProcess
from tests.factories.world import World
from tests.worlds import Worlds


@pytest.fixture
def world(chain_app: Flask, node: NodeProcess, worlds: Worlds) -> World:
    return World(chain_app, node, worlds).begin()


class LongMempool:
    """A node with so many transactions, of which every one is gone when it is asked for."""

    def __init__(self, many: int) -> None:
        self.txids = [f"{number:064x}" for number in range(many)]
        self.asked: list[str] = []

    def call(self, method: str) -> list[str]:
        assert method == "getrawmempool"
        return self.txids

    def batch(self, calls: list[tuple[str, list[Any]]]) -> list[None]:
        self.asked += [parameters[0] for _, parameters in calls]
        return [None] * len(calls)


def test_watchers_that_live_for_one_look_read_a_long_mempool_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mempool, "NEW_PER_LOOK", 10)
    node = LongMempool(35)
    for _ in range(5):
        Watcher().look(node)  # type: ignore[arg-type]
    assert sorted(node.asked) == node.txids
    node.txids = node.txids[:20]
    Watcher().look(node)  # type: ignore[arg-type]
    node.txids = [f"{number:064x}" for number in range(21)]  # the last one came back
    Watcher().look(node)  # type: ignore[arg-type]
    assert len(node.asked) == 36


def test_a_lost_memory_costs_a_second_look_only(world: World) -> None:
    node = LongMempool(5)
    Watcher().look(node)  # type: ignore[arg-type]
    queue.connection().flushdb()
    Watcher().look(node)  # type: ignore[arg-type]
    assert len(node.asked) == 10
