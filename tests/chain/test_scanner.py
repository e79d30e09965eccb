"""Following the chain: every block once, whoever applies it, and back again when the chain changes."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from app.chain import service
from app.chain.models import ChainBlock, Coin
from app.chain.node import client as chain_node
from app.chain.node import rpc
from app.chain.node.blocks import Block, parse_block
from app.chain.scan import scanner
from app.chain.scan.scanner import LISTENERS
from app.core.database.session import db, transaction
from app.games.ticket_draw.models import OrderPayment, TicketSlip
from dev.node.process import NodeProcess
from tests.factories.coins import FEE_SATS, Purse, spend
from tests.factories.world import World
from tests.worlds import Worlds


@pytest.fixture
def world(chain_app: Flask, node: NodeProcess, worlds: Worlds) -> World:
    return World(chain_app, node, worlds).begin()


def block_at(world: World, height: int) -> Block:
    client = chain_node.client()
    return parse_block(rpc.raw_block(client, rpc.block_hash(client, height)))


def listeners() -> Any:
    return LISTENERS.get()


def in_threads(world: World, count: int, work: Callable[[], object]) -> list[BaseException]:
    """Run `work` in threads, each with an application context and so a session of its own; what they raised."""
    raised: list[BaseException] = []

    def run() -> None:
        with world.app.app_context():
            try:
                work()
            except BaseException as error:
                raised.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return raised


def test_scanner_payment_recording_and_slip_recalculation_are_idempotent(world: World) -> None:
    order = world.order(world.site())
    world.send(order.address, 5_600)
    world.mine()
    before = digest()
    block, height = block_at(world, world.tip), world.tip
    for _ in range(2):
        with pytest.raises(service.CursorMoved), transaction():
            service.connect_block(block, height, listeners())
    assert world.scan() == 0
    assert digest() == before
    assert world.breaches() == []


def digest() -> list[Any]:
    db.session.rollback()
    queries = (
        "SELECT id, status, credited_sats FROM order_payments ORDER BY id",
        "SELECT id, paid_sats, ticket_count FROM ticket_slips ORDER BY id",
        "SELECT round_number, first, after FROM slip_ranges ORDER BY 1, 3",
        "SELECT kind, owner, balance FROM ledger_accounts ORDER BY 1, 2",
        "SELECT seq, type FROM events ORDER BY seq",
        "SELECT height, hash FROM chain_cursor",
    )
    return [db.session.execute(text(query)).all() for query in queries]


def two_scanners(world: World) -> tuple[Counter[str], list[BaseException]]:
    """Two scanners race for every block; how many steps of each kind were taken, and what was raised."""
    taken: Counter[str] = Counter()
    start = threading.Barrier(2)

    def follow() -> None:
        start.wait()
        idle = 0
        while idle < 3:
            try:
                step = scanner.advance(chain_node.client(), listeners())
            except service.CursorMoved:
                taken["moved"] += 1
                continue
            taken[str(step)] += 1
            idle = idle + 1 if step is scanner.Step.IDLE else 0

    return taken, in_threads(world, 2, follow)


def test_two_scanners_apply_each_block_once(world: World) -> None:
    site = world.site()
    orders = [world.order(site, f"player {number}") for number in range(4)]
    for order in orders:
        world.send(order.address, 2_500)
        world.node.call("generatetoaddress", 2, world.miner)
    taken, raised = two_scanners(world)
    assert raised == []
    assert taken["connected"] == 8
    assert db.session.scalar(select(func.count()).select_from(OrderPayment)) == 4
    assert world.breaches() == []

    world.reorganise(4, 6)
    taken, raised = two_scanners(world)
    assert raised == []
    assert (taken["disconnected"], taken["connected"]) == (4, 6)
    assert world.breaches() == []


def meeting_before_the_write(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both scanners have asked the node for the next block before either writes it."""
    meet, original = threading.Barrier(2), scanner._next_block

    def together(*arguments: Any) -> Any:
        block = original(*arguments)
        meet.wait(60)
        return block

    monkeypatch.setattr(scanner, "_next_block", together)


def advance() -> None:
    scanner.advance(chain_node.client(), listeners())


def test_of_two_scanners_with_one_block_the_second_writes_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = world.order(world.site())
    world.send(order.address, 2_500)
    world.node.call("generatetoaddress", 1, world.miner)
    meeting_before_the_write(monkeypatch)
    assert [type(error) for error in in_threads(world, 2, advance)] == [service.CursorMoved]
    assert world.breaches() == []


def test_without_the_compare_and_set_two_scanners_would_do_the_work_twice(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The test above sees something: with its guards removed, the same race credits twice."""
    order = world.order(world.site())
    world.send(order.address, 2_500)
    world.node.call("generatetoaddress", 1, world.miner)

    guard = "AND height = :height - 1 AND hash = :previous"
    assert guard in service._MOVE_UP
    monkeypatch.setattr(service, "_MOVE_UP", service._MOVE_UP.replace(guard, ""))
    meeting_before_the_write(monkeypatch)
    assert [type(error) for error in in_threads(world, 2, advance)] == [IntegrityError]  # the tables' own second line

    with transaction() as session:  # and without that one too:
        for constraint in ("chain_blocks_pkey", "chain_blocks_hash_key"):
            session.execute(text(f"ALTER TABLE chain_blocks DROP CONSTRAINT {constraint}"))
        for index in ("coins_live_outpoint_idx", "order_payments_live_idx"):
            session.execute(text(f"DROP INDEX {index}"))
    world.send(order.address, 2_500)
    world.node.call("generatetoaddress", 1, world.miner)
    assert in_threads(world, 2, advance) == []
    assert db.session.get_one(TicketSlip, order.id, populate_existing=True).ticket_count == 6  # 7,500 sats for 3 × 2


@pytest.mark.parametrize("depth", [1, 2, 6])
def test_a_payment_that_leaves_and_comes_back_is_a_new_row_each_time(world: World, depth: int) -> None:
    """A → B → A: mined elsewhere meanwhile, and the first block comes back."""
    order = world.order(world.site())
    txid = world.send(order.address, 3_300)
    first = world.mine(depth)[0]

    world.node.call("invalidateblock", first)  # B: the payment is mined one block later
    world.node.call("generateblock", world.miner, [])
    world.node.call("generateblock", world.miner, [txid])
    world.mine(depth)
    assert statuses(order.id) == ["orphaned", "credited"]
    assert world.breaches() == []

    rival = world.node.call("getblockhash", world.tip - depth - 1)
    world.node.call("reconsiderblock", first)
    world.node.call("invalidateblock", rival)  # A again
    world.scan()
    assert statuses(order.id) == ["orphaned", "orphaned", "credited"]
    assert world.node.call("getbestblockhash") == db.session.get_one(ChainBlock, world.tip).hash[::-1].hex()
    live = db.session.scalars(select(Coin).where(Coin.deposit_address_id.is_not(None), Coin.orphaned_at.is_(None)))
    assert [coin.txid[::-1].hex() for coin in live] == [txid]
    assert db.session.get_one(TicketSlip, order.id, populate_existing=True).ticket_count == 3
    assert world.breaches() == []


def statuses(order_id: object) -> list[str]:
    db.session.rollback()
    rows = select(OrderPayment).where(OrderPayment.order_id == order_id).order_by(OrderPayment.id)
    return [row.status for row in db.session.scalars(rows)]


def test_a_double_spent_payment_takes_its_tickets_along(world: World) -> None:
    order = world.order(world.site())
    purse = Purse(world.node)
    coin = purse.fill(10_000)
    world.mine()
    paying = spend([coin], [(order.address, 3_300), (purse.address, 6_700 - FEE_SATS)])
    taking_back = spend([coin], [(purse.address, 10_000 - FEE_SATS)])
    world.node.call("sendrawtransaction", paying.raw.hex())
    (first,) = world.mine()
    assert statuses(order.id) == ["credited"]

    world.node.call("invalidateblock", first)
    rival = world.node.call("generateblock", world.miner, [taking_back.raw.hex()])["hash"]
    world.mine()
    assert statuses(order.id) == ["orphaned"]
    assert db.session.get(TicketSlip, order.id) is None
    assert world.round(order.round_number).sold_tickets == 0
    assert world.breaches() == []

    world.node.call("reconsiderblock", first)  # and the first block wins after all
    world.node.call("invalidateblock", rival)
    world.mine()
    assert statuses(order.id) == ["orphaned", "credited"]
    assert world.breaches() == []


class TipMoves:
    """A client between whose first questions the node changes its mind."""

    def __init__(self, client: rpc.NodeClient, before: str, change: Callable[[], object]) -> None:
        self._client, self._before, self._change = client, before, change

    def call(self, method: str, *params: object) -> Any:
        if method == self._before and self._change is not None:
            change, self._change = self._change, None  # type: ignore[assignment]
            change()
        return self._client.call(method, *params)


@pytest.mark.parametrize("before", ["getblockheader", "getblock"])
def test_the_tip_may_change_between_two_questions(world: World, before: str) -> None:
    order = world.order(world.site())
    world.send(order.address, 3_300)
    world.mine(2)
    world.node.call("generatetoaddress", 1, world.miner)  # one block is waiting
    client = TipMoves(chain_node.client(), before, lambda: world.reorganise(3, 5))
    scanner.advance(client, listeners())  # type: ignore[arg-type]
    assert world.breaches() == []  # whatever was applied, it is linked to what was there
    world.scan()
    tip = world.node.call("getbestblockhash")
    assert db.session.execute(text("SELECT hash FROM chain_cursor")).scalar_one()[::-1].hex() == tip
    assert world.round(order.round_number).sold_tickets == 3
    assert world.breaches() == []


class Watched:
    """A client that notes which thread asked for which block, and does something before a helper's first one."""

    def __init__(self, client: rpc.NodeClient, before: Callable[[], object] = lambda: None) -> None:
        self._client, self._before = client, before
        self.asked: list[tuple[str, bool]] = []

    def call(self, method: str, *params: object) -> Any:
        if method == "getblock":
            is_helper = threading.current_thread() is not threading.main_thread()
            self.asked.append((str(params[0]), is_helper))
            if is_helper:
                before, self._before = self._before, lambda: None
                before()
        return self._client.call(method, *params)


def test_a_block_is_read_while_the_one_before_it_is_applied(world: World) -> None:
    order = world.order(world.site())
    world.send(order.address, 3_300)
    hashes = world.node.call("generatetoaddress", 5, world.miner)
    watched = Watched(chain_node.client())
    assert scanner.catch_up(watched, listeners()) == 5  # type: ignore[arg-type]
    assert watched.asked == [(hashes[0], False), *((hash_hex, True) for hash_hex in hashes[1:])]
    assert world.round(order.round_number).sold_tickets == 3
    assert world.breaches() == []


def test_the_chain_may_change_while_a_block_is_read_ahead(world: World) -> None:
    order = world.order(world.site())
    world.send(order.address, 3_300)
    lost = world.node.call("generatetoaddress", 4, world.miner)
    watched = Watched(chain_node.client(), lambda: world.reorganise(4, 6))
    scanner.catch_up(watched, listeners())  # type: ignore[arg-type]
    assert watched.asked[0] == (lost[0], False)
    tip = world.node.call("getbestblockhash")
    assert tip not in lost
    assert db.session.execute(text("SELECT hash FROM chain_cursor")).scalar_one()[::-1].hex() == tip
    assert world.round(order.round_number).sold_tickets == 3
    assert world.breaches() == []


def test_what_cannot_be_read_ahead_is_read_in_its_turn(world: World) -> None:
    def fail() -> None:
        raise rpc.NodeUnavailable("nobody is there")

    hashes = world.node.call("generatetoaddress", 3, world.miner)
    watched = Watched(chain_node.client(), fail)
    assert scanner.catch_up(watched, listeners()) == 3  # type: ignore[arg-type]
    assert watched.asked == [(hashes[0], False), (hashes[1], True), (hashes[1], False), (hashes[2], True)]
    assert world.breaches() == []


def test_another_block_than_the_one_asked_for_is_refused(world: World) -> None:
    world.node.call("generatetoaddress", 2, world.miner)
    client, tip = chain_node.client(), world.tip

    class Mistaken:
        def call(self, method: str, *params: object) -> Any:
            if method == "getblock":
                params = (client.call("getbestblockhash"), 0)
            return client.call(method, *params)

    with pytest.raises(rpc.NodeUnavailable):
        scanner.advance(Mistaken(), listeners())  # type: ignore[arg-type]
    assert world.tip == tip
