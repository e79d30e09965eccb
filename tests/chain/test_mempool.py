"""Unconfirmed payments: shown as seen, credited never, forgotten when they are gone."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from app.chain.models import Sighting
from app.chain.node import client as node
from app.chain.scan import mempool
from app.core.database.session import db
from app.games.ticket_draw import queries
from app.games.ticket_draw.models import OrderPayment, TicketSlip
from app.record.events.models import Event
from dev.node.process import NodeProcess
from tests.factories.coins import FEE_SATS, Purse, spend
from tests.factories.world import Placed, World
from tests.worlds import Worlds


@pytest.fixture
def world(chain_app: Flask, node: NodeProcess, worlds: Worlds) -> World:
    return World(chain_app, node, worlds).begin()


def look(watcher: mempool.Watcher) -> None:
    db.session.rollback()
    watcher.look(node.client())
    db.session.rollback()


def state(order: Placed) -> str:
    db.session.expire_all()
    return queries.receipt_of(order.receipt_secret).state


def seen_events() -> int:
    return db.session.scalar(select(func.count()).select_from(Event).where(Event.type == "order.seen")) or 0


def test_a_payment_is_seen_once_and_credited_only_when_it_confirms(world: World) -> None:
    order = world.order(world.site())
    watcher = mempool.Watcher()
    look(watcher)
    assert state(order) == "waiting"
    world.send(order.address, 5_600)
    for again in (watcher, watcher, mempool.Watcher()):  # a new watcher starts from the table
        look(again)
    assert state(order) == "seen"
    payment = queries.receipt_of(order.receipt_secret).payments[0]
    assert (payment.amount_sats, payment.credited_sats, payment.status) == (5_600, 0, "seen")
    assert seen_events() == 1
    assert db.session.get(TicketSlip, order.id) is None
    assert db.session.scalar(select(func.count()).select_from(OrderPayment)) == 0
    assert world.breaches() == []

    world.mine()
    assert db.session.scalar(select(func.count()).select_from(Sighting)) == 0
    assert state(order) == "confirmed"
    look(watcher)
    assert [payment.status for payment in queries.receipt_of(order.receipt_secret).payments] == ["credited"]
    assert seen_events() == 1


def test_a_replaced_payment_is_forgotten(world: World) -> None:
    order = world.order(world.site())
    purse, watcher = Purse(world.node), mempool.Watcher()
    coin = purse.fill(10_000)
    world.mine()
    world.node.call("sendrawtransaction", spend([coin], [(order.address, 9_000)]).raw.hex())
    look(watcher)
    assert state(order) == "seen"
    replacement = spend([coin], [(purse.address, 10_000 - 5 * FEE_SATS)])
    world.node.call("sendrawtransaction", replacement.raw.hex())
    look(watcher)
    assert state(order) == "waiting"
    assert db.session.scalar(select(func.count()).select_from(Sighting)) == 0


def test_an_evicted_payment_is_forgotten(world: World) -> None:
    """A block spends the same coin otherwise, and the sighting goes without ever having counted."""
    order = world.order(world.site())
    purse, watcher = Purse(world.node), mempool.Watcher()
    coin = purse.fill(10_000)
    world.mine()
    world.node.call("sendrawtransaction", spend([coin], [(order.address, 9_000)]).raw.hex())
    look(watcher)
    world.node.call("generateblock", world.miner, [spend([coin], [(purse.address, 9_000)]).raw.hex()])
    world.scan()
    look(watcher)
    assert state(order) == "waiting"
    assert world.breaches() == []


def test_a_payment_that_is_back_in_the_mempool_is_seen_again(world: World) -> None:
    order = world.order(world.site())
    watcher = mempool.Watcher()
    world.send(order.address, 5_600)
    look(watcher)
    (block,) = world.mine()
    look(watcher)
    world.node.call("invalidateblock", block)
    world.node.call("generateblock", world.miner, [])
    world.node.call("generateblock", world.miner, [])
    world.scan()
    look(watcher)
    assert state(order) == "seen"
    assert world.round(order.round_number).sold_tickets == 0


def test_a_look_fetches_each_transaction_once(world: World) -> None:
    asked: list[str] = []
    client = node.client()

    class Counting:
        def call(self, method: str, *params: object) -> object:
            return client.call(method, *params)

        def batch(self, calls: list[tuple[str, list[object]]]) -> list[object]:
            asked.extend(str(params[0]) for _, params in calls)
            return client.batch(calls)

    order = world.order(world.site())
    watcher = mempool.Watcher()
    for sats in (1_100, 2_200, 3_300):
        world.send(order.address, sats)
        for _ in range(2):
            watcher.look(Counting())  # type: ignore[arg-type]
    assert len(asked) == len(set(asked)) == 3
    assert db.session.execute(text("SELECT count(*) FROM sightings")).scalar_one() == 3
    world.mine()
