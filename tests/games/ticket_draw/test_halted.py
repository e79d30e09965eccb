"""A halted round has two ways out, both a person's: void, or drawn after all where its seal holds again."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select, text

from app.core.database.session import db, transaction
from app.record.audit.models import Alarm, AuditEntry
from app.record.ledger import queries as ledger
from app.record.ledger.entries import AccountRef
from app.selling.windows import jobs
from dev.node.process import NodeProcess
from tests.factories.world import World


@pytest.fixture
def world(chain_app: Flask, node: NodeProcess) -> World:
    return World(chain_app, node).begin()


def halted(world: World, deep: bool) -> int:
    """A round with three tickets that a reorganisation halted: below its seal, or only below its draw."""
    order = world.order(world.site())
    world.send(order.address, 3_300)
    world.mine()
    round_ = world.round(order.round_number)
    sales_end, closing, depth = round_.sales_end_height, round_.closing_height, round_.settlement_depth
    world.mine_to(sales_end - 1 + depth)
    jobs.seal()
    if not deep:
        world.mine_to(closing + depth)
        with transaction():
            db.session.execute(
                text("UPDATE rounds SET status = 'drawing', closing_block_hash = '\\x11' WHERE round_number = :n"),
                {"n": order.round_number},
            )
    world.reorganise(depth + 1, depth + 1)
    world.scan()
    assert world.round(order.round_number).status == "halted"
    return order.round_number


def resolve(world: World, number: int, how: str) -> tuple[int, str]:
    arguments = ["rounds", "resolve", str(number), how, "--operator", "olga", "--reason", "looked at the chain"]
    done = world.app.test_cli_runner().invoke(args=arguments)
    db.session.rollback()
    return done.exit_code, done.output


def open_alarms() -> set[str]:
    return set(db.session.scalars(select(Alarm.code).where(Alarm.closed_at.is_(None))))


def test_a_halted_round_is_voided_with_name_and_reason(world: World) -> None:
    number = halted(world, deep=True)
    assert resolve(world, number, "--void")[0] == 0
    assert world.round(number).status == "void"
    assert ledger.balance(AccountRef("pool", f"rounds-{number}")) == 0
    assert "round_halted" not in open_alarms()
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "round.voided")).one()
    assert (entry.actor, entry.reason) == ("operator:olga", "looked at the chain")
    assert world.breaches() == []
    assert resolve(world, number, "--void")[0] == 1  # once
    told = world.app.test_client().get(f"/api/rounds/{number}/bundle").json
    root = world.round(number).seal_root
    assert root is not None
    assert (told["seal"]["root"], told["seal"]["leaves"]) == (root.hex(), [])  # as it was published
    assert told["round"]["voidReason"] == "decided by a person after it was halted: looked at the chain"


def test_a_halted_round_goes_on_if_its_seal_holds_again(world: World) -> None:
    number = halted(world, deep=False)
    assert resolve(world, number, "--resume")[0] == 0
    world.finish(number)
    assert world.round(number).status == "settled"
    assert world.breaches() == []


def test_a_round_whose_records_changed_does_not_go_on(world: World) -> None:
    number = halted(world, deep=True)
    with transaction():
        db.session.execute(text("UPDATE rounds SET seal_root = '\\x00' WHERE round_number = :n"), {"n": number})
    code, output = resolve(world, number, "--resume")
    assert (code, "seal_does_not_hold" in output) == (1, True)
    assert world.round(number).status == "halted"


def test_one_round_that_breaks_down_does_not_keep_others_waiting(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    order = world.order(world.site())
    round_ = world.round(order.round_number)
    sales_end, closing, depth = round_.sales_end_height, round_.closing_height, round_.settlement_depth
    world.mine_to(sales_end - 1 + depth)
    jobs.seal()
    world.mine_to(closing + depth)

    def break_down(*arguments: object) -> None:
        raise ValueError("a damaged checkpoint")

    with monkeypatch.context() as patched:
        patched.setattr(jobs.draws, "run", break_down)
        assert jobs.settle() == 0
    assert "settlement_failed" in open_alarms()
    assert jobs.settle() == 1
