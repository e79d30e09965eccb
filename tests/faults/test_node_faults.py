"""A node that answers wrongly, late or not at all: nothing moves, orders are refused, and it is told to a person."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.chain import jobs
from app.chain.jobs import CHECKED
from app.chain.node import client as chain_node
from app.chain.node import rpc
from app.chain.scan import mempool
from app.core.database.session import db
from app.core.dependencies.breaker import breaker
from app.core.errors import Unavailable
from app.core.ports import places
from app.record.audit.models import Alarm
from app.selling.windows import jobs as windows_jobs
from dev.node.process import NodeProcess
from tests.factories.node_proxy import Fault, NodeProxy, proxied, slow, with_result
from tests.factories.world import World
from tests.worlds import Worlds


@pytest.fixture
def world(chain_app: Flask, node: NodeProcess, worlds: Worlds) -> World:
    return World(chain_app, node, worlds).begin()


@pytest.fixture
def proxy(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[NodeProxy]:
    """The application's way to the node leads through the proxy."""
    monkeypatch.setattr(rpc, "BUSY_PAUSES", (0.01,))
    with proxied(world.node) as between:
        wait_for_answers(world, between, 20)  # a busy machine is no fault
        yield between


def wait_for_answers(world: World, proxy: NodeProxy, seconds: float) -> None:
    """How long the application waits for one answer."""
    client = chain_node.GuardedClient(proxy.url, timeout=(seconds, seconds))
    places(world.app).held.update({chain_node.NODE: client, chain_node.QUICK_NODE: client})
    breaker("node").close()  # whatever was found out about the client before


def http(status: int, body: bytes) -> Fault:
    return lambda request, truth: (status, body)


def truncated(request: Any, truth: tuple[int, bytes]) -> tuple[int, bytes]:
    return truth[0], truth[1][: len(truth[1]) // 2]


def error(code: int, message: str) -> Fault:
    return lambda request, truth: (
        500,
        json.dumps({"result": None, "error": {"code": code, "message": message}, "id": request["id"]}).encode(),
    )


def info(**changes: Any) -> Fault:
    return with_result(lambda result: {**result, **changes}, "getblockchaininfo")


CLASSES: dict[str, dict[str, Fault]] = {
    "on the wire": {"hangs up": lambda request, truth: None, "late": slow(0.8), "truncated": truncated},
    "in HTTP": {
        "500": http(500, b"Internal Server Error"),
        "502": http(502, b"<html>bad gateway</html>"),
        "503": http(503, b"Work queue depth exceeded"),
        "401": http(401, b""),
    },
    "in JSON": {
        "garbage": http(200, b"\x00\xff\x17 not JSON"),
        "empty": http(200, b""),
        "a list": http(200, b"[]"),
        "another question's answer": http(200, b'{"result": 7, "error": null, "id": -1}'),
    },
    "in the result": {
        "null": with_result(lambda result: None),
        "a number": with_result(lambda result: 7),
        "an empty object": with_result(lambda result: {}),
    },
    "of the node itself": {
        "starting": error(-28, "Loading block index…"),
        "another network": info(chain="main"),
        "still downloading": info(initialblockdownload=True),
    },
}
FAULTS = {name: fault for faults in CLASSES.values() for name, fault in faults.items()}


@pytest.mark.parametrize("where", CLASSES)
def test_nothing_moves_and_orders_are_refused(world: World, proxy: NodeProxy, where: str) -> None:
    for name, fault in CLASSES[where].items():
        _nothing_moves(world, proxy, name, fault)
    assert world.breaches() == []


def _nothing_moves(world: World, proxy: NodeProxy, name: str, fault: Fault) -> None:
    tip = world.tip
    world.node.call("generatetoaddress", 2, world.miner)
    CHECKED.fill(world.app, False)
    proxy.fault = fault
    if name == "late":
        wait_for_answers(world, proxy, 0.4)
    jobs.look(mempool.Watcher())
    assert world.tip == tip, name
    assert open_alarms() == ["node_away"], name
    with pytest.raises(Unavailable) as refused:
        chain_node.require_synced()
    assert refused.value.status == 503, name
    assert refused.value.code in ("node_away", "node_syncing"), name
    assert windows_jobs.seal() == 0, name

    proxy.fault = None
    wait_for_answers(world, proxy, 20)
    jobs.look(mempool.Watcher())
    assert world.tip == tip + 2, name
    assert open_alarms() == [], name
    assert chain_node.require_synced() == tip + 2, name


def open_alarms() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Alarm.code).where(Alarm.closed_at.is_(None))))


METHODS = ["getblockheader", "getblock", "getrawmempool"]


@pytest.mark.parametrize("name", ["500", "null", "a number", "truncated"])
def test_a_node_that_fails_at_one_question_is_asked_again(world: World, proxy: NodeProxy, name: str) -> None:
    for method in METHODS:
        _fails_at(method, world, proxy, FAULTS[name])
    assert world.breaches() == []


def _fails_at(method: str, world: World, proxy: NodeProxy, fault: Fault) -> None:
    world.node.call("generatetoaddress", 1, world.miner)
    jobs.look(mempool.Watcher())
    before = world.tip
    world.node.call("generatetoaddress", 1, world.miner)
    proxy.fault = lambda request, truth: fault(request, truth) if request["method"] == method else truth
    jobs.look(mempool.Watcher())
    assert world.tip == (before + 1 if method == "getrawmempool" else before), method
    proxy.fault = None
    jobs.look(mempool.Watcher())
    assert world.tip == before + 1, method


def test_a_node_that_knows_none_of_our_blocks_undoes_nothing(
    world: World, proxy: NodeProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Swapped behind our back for one with another chain: not a reorganisation of everything we know."""
    order = world.order(world.site())
    world.send(order.address, 3_300)
    world.mine()
    tip = world.tip
    unknown = error(-5, "Block not found")
    proxy.fault = lambda request, truth: unknown(request, truth) if request["method"] == "getblockheader" else truth
    jobs.look(mempool.Watcher())
    assert world.tip == tip
    assert world.round(order.round_number).sold_tickets == 3
    assert open_alarms() == ["node_away"]


def test_a_scanner_that_is_two_blocks_behind_refuses_orders(world: World) -> None:
    world.node.call("generatetoaddress", 1, world.miner)
    assert chain_node.require_synced() == world.tip  # one block is on its way to everybody
    world.node.call("generatetoaddress", 1, world.miner)
    with pytest.raises(Unavailable) as refused:
        chain_node.require_synced()
    assert (refused.value.status, refused.value.code) == (503, "scanner_behind")
    world.scan()
    assert chain_node.require_synced() == world.tip


def test_the_node_is_never_asked_inside_a_transaction(world: World) -> None:
    from app.core.database.session import transaction

    with pytest.raises(chain_node.NetworkInsideTransaction), transaction():
        chain_node.require_synced()
