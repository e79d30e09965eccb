"""kill -9 at every named step of credit, undo, seal and settlement: nothing is lost, nothing is done twice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from app.chain import jobs
from app.chain.scan import mempool
from app.core.database.session import db, transaction
from app.record.notifications import jobs as mail
from app.record.notifications.channels import jobs as channels
from app.record.notifications.service import send_later
from app.selling.windows import jobs as windows_jobs
from dev.node.process import NodeProcess
from tests.factories.carriers import Simulator, use
from tests.factories.world import World
from tests.worlds import Worlds

from .killing import KILLED, run_apart

TOP = Path(__file__).resolve().parents[2]
CREDIT_STEPS = [
    "credit.cursor_moved",
    "credit.payments_stored",
    "credit.assessed",
    "credit.written",
    "credit.listeners_told",
]
SETTLE_STEPS = ["settle.drawing", "settle.checkpoint", "settle.drawn", "settle.claimed", "settle.posted", "settle.won"]


@pytest.fixture
def world(chain_app: Flask, node: NodeProcess, worlds: Worlds) -> World:
    return World(chain_app, node, worlds).begin()


def run(world: World, work: Callable[[], object], fail_at: str = "") -> int:
    return run_apart(world.app, work, fail_at)


def scan() -> None:
    jobs.look(mempool.Watcher())


def settle() -> None:
    windows_jobs.seal()
    windows_jobs.settle()


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


@pytest.mark.parametrize("step", ["message_handed", "message_answered"])
def test_a_killed_sms_is_neither_lost_nor_sent_twice(world: World, simulator: Simulator, step: str) -> None:
    """Killed before the request left, and when it was taken and nobody had written that down."""
    use(world.app, simulator)
    phone = "+50934100017" if step == "message_handed" else "+50934100018"
    with transaction():
        send_later("sms", phone, "test", "en", moment="12:00")
    assert run(world, channels.deliver_sms, fail_at=step) == KILLED
    assert len(simulator.arrived(phone)) == (1 if step == "message_answered" else 0)
    with transaction() as session:
        session.execute(text("UPDATE messages SET not_before = now() WHERE state = 'due'"))
    assert run(world, channels.deliver_sms) == 0
    assert db.session.scalar(text("SELECT state FROM messages")) == "sent"
    assert len(simulator.arrived(phone)) == 1


def test_every_named_step_is_killed_somewhere() -> None:
    """A new step without a test would be a step nobody has died at."""
    named = set()
    for path in (TOP / "app").rglob("*.py"):
        named |= {part.split('"')[0] for part in path.read_text().split(' step("')[1:]}
    tested = "".join(path.read_text() for path in (TOP / "tests").rglob("*.py"))
    assert {name for name in named if f'"{name}"' not in tested} == set()
