"""Everything at once against a model in plain Python: orders, payments of any size, blocks, reorganisations, seals,
draws, commands repeated, and processes that die at any step. After each step the game is what the model says; and the
books are right at the end of each life and now and then within it, after each step when exploring."""

from __future__ import annotations

import os
import random
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from typing import Any, ClassVar

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import text

from app.chain import jobs as chain_jobs
from app.chain.deposits.addresses import parse_address
from app.chain.scan import mempool
from app.core.database.session import db
from app.core.money import btc_string, with_edge
from app.selling.windows import jobs
from dev.node.process import NodeProcess
from dev.node.transactions import parse_block
from tests.factories.world import Placed, World
from tests.settings import EXPLORE

SUPPLY, BASE, MINIMUM, LENGTH, GAP, DEPTH = 10, 1_000, 2_320, 10, 4, 3
KILLED = 9
STEPS_BETWEEN_AUDITS = 1 if EXPLORE else 8
CREDITING = [
    "credit.cursor_moved",
    "credit.payments_stored",
    "credit.assessed",
    "credit.written",
    "credit.listeners_told",
]
SETTLING = ["settle.drawing", "settle.drawn", "settle.claimed", "settle.posted", "settle.won"]
ENDINGS = [(True, step) for step in ("seal.written", *SETTLING)] + [(False, "void.written")]
BEGINNINGS = ((ENDINGS, 6, 20), (ENDINGS[-1:], 1, 1))
"""How lives begin, how many, of how many steps: by chance alone none of a few may begin with the last death."""


@dataclass
class Bought:
    """An order as the model knows it."""

    placed: Placed
    price: int
    site: int
    paid: int = 0
    tickets: int = 0


@dataclass
class Expected:
    """What the chain, read from its beginning, makes of every order: the whole game in forty lines."""

    orders: list[Bought]
    windows: dict[int, tuple[int, int]]  # round: (sales end, closing)
    sold: dict[int, int] = field(default_factory=dict)
    suspense: int = 0
    coins: int = 0

    def read(self, blocks: list[tuple[int, list[tuple[bytes, int]]]], scripts: dict[bytes, Bought]) -> Expected:
        for height, outputs in blocks:
            for script, sats in outputs:
                order = scripts.get(script)
                if order is not None and sats > 0:
                    self.pay(order, height, sats)
        return self

    def pay(self, order: Bought, height: int, sats: int) -> None:
        self.coins += sats
        number = order.placed.round_number
        left = SUPPLY - self.sold.get(number, 0)
        if height >= self.windows[number][0] or sats < max(MINIMUM, order.price) or not left:
            self.suspense += sats
            return
        purse = order.paid + sats - order.tickets * order.price
        wanted = purse // order.price
        tickets = min(wanted, left)
        back = purse - tickets * order.price if tickets < wanted else 0
        self.suspense += back
        order.paid += sats - back
        order.tickets += tickets
        self.sold[number] = self.sold.get(number, 0) + tickets


class Life(RuleBasedStateMachine):
    """Each example has a database of its own and shares the node, whose chain only grows."""

    make: ClassVar[Callable[[], World]]
    reached: ClassVar[set[str]] = set()
    died: ClassVar[set[str]] = set()
    beginnings: ClassVar[list[tuple[bool, str]]] = ENDINGS

    @initialize(ending=st.runner().flatmap(lambda life: st.sampled_from(life.beginnings)))
    def begin(self, ending: tuple[bool, str]) -> None:
        self.world = type(self).make()
        self.start, self.steps = self.world.tip, 0
        self.bought: list[Bought] = []
        self.sites = [(edge, self.world.site(edge_percent=edge)) for edge in (0, 10)]
        for which, sats in ((0, 700), (1, 3_300)):  # every life begins with something to lose
            self.order(which, "ada")
            self.pay(which, sats)
        self.live_to_the_end(ending)

    def teardown(self) -> None:
        if not hasattr(self, "world"):
            return
        try:
            assert self.world.breaches() == []
        finally:
            Life.reached |= set(db.session.execute(text("SELECT status FROM rounds")).scalars())
            Life.reached |= set(db.session.execute(text("SELECT status FROM order_payments")).scalars())
            self.world.node.call("generatetoaddress", 1, self.world.miner)  # nothing waits for the next example
            db.session.remove()
            db.engine.dispose()

    @rule(which=st.integers(0, 1), player=st.sampled_from(["ada", "bob", "eve"]))
    def order(self, which: int, player: str) -> None:
        self.world.scan()
        edge, site = self.sites[which]
        placed = self.world.order(site, player)
        self.bought.append(Bought(placed, with_edge(BASE, edge), which))

    @precondition(lambda self: self.bought)
    @rule(which=st.integers(0, 50), sats=st.sampled_from([700, 2_319, 2_320, 3_300, 7_000, 12_345]))
    def pay(self, which: int, sats: int) -> None:
        order = self.bought[which % len(self.bought)]
        self.world.send(order.placed.address, sats)

    @precondition(lambda self: self.bought)
    @rule(sats=st.sampled_from([2_500, 3_300]))
    def pay_everybody_at_once(self, sats: int) -> None:
        addresses = {order.placed.address for order in self.bought[-5:]}
        self.world.node.call("sendmany", "", {address: btc_string(sats) for address in addresses})

    @rule(blocks=st.sampled_from([1, 1, 2, 4, 7]))
    def mine(self, blocks: int) -> None:
        self.world.mine(blocks)

    @rule()
    def mine_unnoticed(self) -> None:
        self.world.node.call("generatetoaddress", 1, self.world.miner)

    @rule(depth=st.integers(1, 2), more=st.integers(1, 2), shuffle=st.booleans())
    def reorganise(self, depth: int, more: int, shuffle: bool) -> None:
        """Never deeper than what is taken for final, and the payments come back in another order, or later."""
        node = self.world.node
        tip = int(node.call("getblockcount"))
        if tip - depth < self.start:
            return
        node.call("invalidateblock", node.call("getblockhash", tip - depth + 1))
        waiting = sorted(node.call("getrawmempool"))
        if shuffle and waiting:
            random.Random(tip).shuffle(waiting)
            alone = [txid for txid in waiting if not node.call("getmempoolentry", txid)["depends"]]
            node.call("generateblock", self.world.miner, alone[: len(alone) // 2])
        else:
            node.call("generateblock", self.world.miner, [])
        node.call("generatetoaddress", depth + more - 1, self.world.miner)

    @rule()
    def seal_and_settle(self) -> None:
        self.world.scan()
        jobs.seal()
        jobs.settle()

    @precondition(lambda self: self.bought)
    @rule(ending=st.sampled_from([(True, ""), *ENDINGS]))
    def live_to_the_end(self, ending: tuple[bool, str]) -> None:
        """The newest order's round is brought to its draw, with a death on the way; or nobody seals it in time."""
        in_time, step = ending
        sales_end, closing = self._windows()[self.bought[-1].placed.round_number]
        self.world.scan()
        if in_time:
            self.world.mine_to(sales_end - 1 + DEPTH)
            if step == "seal.written":
                self.die(step)
            jobs.seal()
        self.world.mine_to(closing + DEPTH)
        if step not in ("", "seal.written"):
            self.die(step)
        jobs.seal()
        jobs.settle()

    @rule(times=st.integers(1, 2))
    def repeat_everything(self, times: int) -> None:
        for _ in range(times):
            self.work()

    @precondition(lambda self: self.bought)
    @rule(which=st.integers(0, 50), step=st.sampled_from(CREDITING))
    def die_while_crediting(self, which: int, step: str) -> None:
        self.pay(which, 3_300)
        self.mine_unnoticed()
        self.die(step)

    @rule()
    def die_while_undoing(self) -> None:
        self.world.scan()
        self.reorganise(1, 1, False)
        self.die("undo.listeners_told")

    def die(self, step: str) -> None:
        """A process that does all there is to do is killed at a step, if it comes that far."""
        db.session.remove()
        child = os.fork()
        if child == 0:
            try:
                db.engine.dispose(close=False)
                config = self.world.app.config
                config["SETTINGS"] = config["SETTINGS"].model_copy(update={"fail_at": step})
                self.work()
                os._exit(0)
            except BaseException:
                traceback.print_exc()
                os._exit(1)
        ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        assert ended in (0, KILLED)
        if ended == KILLED:
            Life.died.add(step)

    def work(self) -> None:
        chain_jobs.look(mempool.Watcher())
        jobs.seal()
        jobs.settle()

    @invariant()
    def the_books_are_right(self) -> None:
        if not hasattr(self, "world"):
            return
        self.steps += 1
        if self.steps % STEPS_BETWEEN_AUDITS == 0:
            assert self.world.breaches() == []

    @invariant()
    def the_game_is_what_the_model_says(self) -> None:
        if not hasattr(self, "world") or not self.bought:
            return
        self.world.scan()
        tickets, sold, sums, void = _state()
        for order in self.bought:
            order.paid = order.tickets = 0
        expected = Expected(self.bought, self._windows()).read(
            self._blocks(), {parse_address(order.placed.address, "regtest"): order for order in self.bought}
        )
        for order in self.bought:
            if order.placed.round_number not in void:
                assert tickets.get(order.placed.id, 0) == order.tickets
        assert {number: count for number, count in sold.items() if count} == expected.sold
        refunds = sum(order.paid for order in self.bought if order.placed.round_number in void)
        assert sums["suspense"] == expected.suspense + refunds
        assert sums["coins"] == expected.coins + 100_000_000

    def _windows(self) -> dict[int, tuple[int, int]]:
        first = self.start  # the reserve's block is the tip, and the first that was scanned
        return {n: (first + n * LENGTH, first + n * LENGTH + GAP) for n in range(1, 60)}

    def _blocks(self) -> list[tuple[int, list[tuple[bytes, int]]]]:
        node = self.world.node
        heights = range(self.start + 1, self.world.tip + 1)
        return [(height, _outputs(node, node.call("getblockhash", height))) for height in heights]


@cache
def _outputs(node: NodeProcess, block: str) -> list[tuple[bytes, int]]:
    _, placed = parse_block(bytes.fromhex(node.call("getblock", block, 0)))
    return [(out.script, out.value) for item in placed for out in item.transaction.vout]


def _state() -> tuple[dict[object, int], dict[int, int], dict[str, int], set[int]]:
    db.session.rollback()
    run = db.session.execute
    tickets = {row.id: row.ticket_count for row in run(text("SELECT id, ticket_count FROM ticket_slips"))}
    rounds = run(text("SELECT round_number, sold_tickets, status FROM rounds")).all()
    totals = run(text("SELECT kind, sum(balance) AS total FROM ledger_accounts GROUP BY 1"))
    sums = {row.kind: int(row.total) for row in totals}
    db.session.rollback()
    void = {row.round_number for row in rounds if row.status == "void"}
    assert not [row for row in rounds if row.status == "halted"]
    return tickets, {row.round_number: row.sold_tickets for row in rounds}, {"suspense": 0, **sums}, void


@pytest.mark.slow
def test_a_life_full_of_accidents(
    fresh_database: Callable[[], str], app_settings: dict[str, str], node: NodeProcess, tmp_path: object
) -> None:
    from tests.conftest import _application

    contexts: list[Any] = []
    lives = count()

    def make() -> World:
        environment = {
            **app_settings,
            "DATABASE_URL": fresh_database(),
            "BITCOIN_RPC_URL": node.rpc_url,
            "TICKET_DIGITS": "1",
            "HASHES_PER_DIGIT": "20",
            "TERMS_JOURNAL_PATH": f"{tmp_path}/journal",
            "LOG_JOURNAL_PATH": f"{tmp_path}/log-{next(lives)}",
        }
        while contexts:
            contexts.pop().pop()
        app: Flask = _application(environment)
        contexts.append(app.app_context())
        contexts[-1].push()
        return World(app, node).begin()

    Life.make = staticmethod(make)  # type: ignore[assignment]
    try:
        for beginnings, lives_of, steps in BEGINNINGS:
            Life.beginnings = beginnings
            run_state_machine_as_test(
                Life,
                settings=settings(
                    max_examples=30 * lives_of if EXPLORE else lives_of,
                    stateful_step_count=3 * steps if EXPLORE else steps,
                    derandomize=not EXPLORE,
                    deadline=None,
                    database=None,
                    suppress_health_check=list(HealthCheck),
                ),
            )
    finally:
        while contexts:
            contexts.pop().pop()
    # The accidents led everywhere, or nothing was shown.
    assert {"settled", "void", "credited", "below_minimum", "orphaned"} <= Life.reached
    assert {"credit", "undo", "seal", "settle", "void"} == {step.partition(".")[0] for step in Life.died}
