"""kill -9 at every named step of credit, undo, seal and settlement: nothing is lost, nothing is done twice."""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from app.chain import jobs
from app.chain.scan import mempool
from app.core.database.session import db, transaction
from app.games.ticket_draw.game import ROUNDS
from app.games.ticket_draw.models import OrderPayment, PartnerWin
from app.money.payouts.models import Obligation
from app.outcomes.draws import service as draws
from app.record.ledger import queries as ledger
from app.record.ledger.entries import AccountRef
from app.record.notifications import jobs as mail
from app.record.notifications.service import send_later
from app.selling.windows import jobs as windows_jobs
from app.selling.windows.orders import refunds
from dev.node.process import NodeProcess
from tests.factories.world import Placed, World

TOP = Path(__file__).resolve().parents[2]
KILLED = 9

CREDIT_STEPS = [
    "credit.cursor_moved",
    "credit.payments_stored",
    "credit.assessed",
    "credit.written",
    "credit.listeners_told",
]
SETTLE_STEPS = ["settle.drawing", "settle.checkpoint", "settle.drawn", "settle.claimed", "settle.posted", "settle.won"]


@pytest.fixture
def world(chain_app: Flask, node: NodeProcess) -> World:
    return World(chain_app, node).begin()


def run(world: World, work: Callable[[], object], fail_at: str = "") -> int:
    """Do `work` in a process of its own, which dies at the step without clean-up; its exit code."""
    db.session.remove()  # or the child would say its good-bye on our connection
    child = os.fork()
    if child == 0:
        try:
            db.engine.dispose(close=False)  # the parent's connections are not ours
            settings = world.app.config["SETTINGS"]
            world.app.config["SETTINGS"] = settings.model_copy(update={"fail_at": fail_at})
            work()
            os._exit(0)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in (0, KILLED)
    return code


def scan() -> None:
    jobs.look(mempool.Watcher())


def settle() -> None:
    windows_jobs.seal()
    windows_jobs.settle()


def decide_refunds() -> None:
    with transaction():
        refunds.decide(ROUNDS, "operator:olga", "it bought nothing")


def sold_out_order(world: World) -> Placed:
    """An order that takes every ticket, so that its round is certainly won."""
    order = world.order(world.site(edge_percent=10))
    world.send(order.address, 1_100_000)
    return order


@pytest.mark.parametrize("step", CREDIT_STEPS)
def test_a_scanner_killed_while_crediting_credits_once(world: World, step: str) -> None:
    order = sold_out_order(world)
    world.node.call("generatetoaddress", 1, world.miner)
    before = world.tip
    assert run(world, scan, fail_at=step) == KILLED
    assert world.tip == before  # not even half a block was written
    assert db.session.scalar(select(func.count()).select_from(OrderPayment)) == 0
    assert run(world, scan) == 0
    assert world.tip == before + 1
    assert world.round(order.round_number).sold_tickets == 1_000
    assert world.breaches() == []


def test_a_scanner_killed_while_undoing_undoes_once(world: World) -> None:
    order = sold_out_order(world)
    world.mine()
    world.reorganise(1, 2)
    assert run(world, scan, fail_at="undo.listeners_told") == KILLED
    assert world.round(order.round_number).sold_tickets == 1_000
    assert run(world, scan) == 0
    assert world.breaches() == []


@pytest.mark.parametrize("step", ["seal.written"])
def test_a_killed_seal_is_made_once(world: World, step: str) -> None:
    order = sold_out_order(world)
    world.mine()
    round_ = world.round(order.round_number)
    world.mine_to(round_.sales_end_height - 1 + round_.settlement_depth)
    assert run(world, settle, fail_at=step) == KILLED
    assert world.round(order.round_number).seal_root is None
    assert run(world, settle) == 0
    assert world.round(order.round_number).status == "sealed"
    assert world.breaches() == []


@pytest.mark.parametrize("step", SETTLE_STEPS)
def test_a_killed_settlement_pays_once(world: World, step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draws, "CHECKPOINT_SECONDS", 0.0)  # a checkpoint after every digit
    order = sold_out_order(world)
    world.mine()
    round_ = world.round(order.round_number)
    sales_end, closing, depth = round_.sales_end_height, round_.closing_height, round_.settlement_depth
    world.mine_to(sales_end - 1 + depth)
    assert run(world, settle) == 0
    world.mine_to(closing + depth)
    assert run(world, settle, fail_at=step) == KILLED
    assert world.round(order.round_number).status != "settled"
    for _ in range(3):
        assert run(world, settle) == 0
    assert world.round(order.round_number).status == "settled"
    assert db.session.scalar(select(func.count()).select_from(PartnerWin)) == 1
    assert db.session.scalar(select(func.count()).select_from(Obligation)) == 1
    assert world.breaches() == []


def test_a_killed_void_waits_for_its_refunds_once(world: World) -> None:
    order = sold_out_order(world)
    world.mine()
    world.mine_to(world.round(order.round_number).closing_height)  # nobody sealed
    assert run(world, settle, fail_at="void.written") == KILLED
    assert world.round(order.round_number).status == "closed"
    assert run(world, settle) == 0
    assert world.round(order.round_number).status == "void"
    payment = db.session.scalars(select(OrderPayment)).one()
    assert (payment.status, payment.credited_sats, payment.refundable_sats) == ("void", 0, payment.amount_sats)
    assert world.breaches() == []


@pytest.mark.parametrize("step", ["mail_claimed", "mail_sent"])
def test_a_killed_delivery_delivers_all_the_same(world: World, step: str) -> None:
    with transaction():
        send_later(
            "email", "ada@example.com", "magic_link", "en", link="https://tiraj.example/x", code="123456", minutes=10
        )
    assert run(world, mail.deliver, fail_at=step) == KILLED
    with transaction() as session:
        session.execute(text("UPDATE messages SET not_before = now() WHERE state = 'due'"))
    assert run(world, mail.deliver) == 0
    assert db.session.scalar(text("SELECT state FROM messages")) == "sent"


def test_a_killed_refund_is_given_once(world: World) -> None:
    order = sold_out_order(world)
    world.finish(order.round_number)
    world.send(order.address, 5_000)
    world.mine()
    world.mine(world.round(order.round_number).settlement_depth)
    suspense = AccountRef("suspense", "late")
    assert run(world, decide_refunds, fail_at="refund.posted") == KILLED
    db.session.rollback()
    assert ledger.balance(suspense) == 5_000
    for _ in range(2):
        assert run(world, decide_refunds) == 0
    db.session.rollback()
    assert ledger.balance(suspense) == 0
    assert world.breaches() == []


def test_every_named_step_is_killed_somewhere() -> None:
    """A new step without a test would be a step nobody has died at."""
    named = set()
    for path in (TOP / "app").rglob("*.py"):
        named |= {part.split('"')[0] for part in path.read_text().split(' step("')[1:]}
    tested = "".join(path.read_text() for path in (TOP / "tests").rglob("*.py"))
    assert {name for name in named if f'"{name}"' not in tested} == set()
