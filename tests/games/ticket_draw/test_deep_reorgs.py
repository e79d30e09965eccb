"""A reorganisation deeper than what was taken for final: a person is called, and what is settled stays as it is."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from app.core.database.session import db
from app.games.ticket_draw.game import ROUNDS
from app.games.ticket_draw.models import OrderPayment
from app.outcomes.draws.models import Draw
from app.record.audit.models import Alarm
from app.record.ledger import queries as ledger
from app.record.ledger.entries import AccountRef
from app.selling.windows import jobs
from app.selling.windows.proof import kept
from dev.node.process import NodeProcess
from tests.factories.world import Placed, World


@pytest.fixture
def world(chain_app: Flask, node: NodeProcess) -> World:
    return World(chain_app, node).begin()


def paid_late_in_the_window(world: World) -> Placed:
    """An order whose payment is in the last block that still counts: the first to fall."""
    order = world.order(world.site())
    world.mine_to(world.round(order.round_number).sales_end_height - 2)
    world.send(order.address, 1_100_000)
    world.mine()
    return order


def sealed(world: World) -> Placed:
    order = paid_late_in_the_window(world)
    round_ = world.round(order.round_number)
    world.mine_to(round_.sales_end_height - 1 + round_.settlement_depth)
    assert jobs.seal() == 1
    return order


def alarms() -> set[str]:
    db.session.rollback()
    return set(db.session.scalars(select(Alarm.code).where(Alarm.closed_at.is_(None))))


def frozen(number: int) -> list[Any]:
    """Everything a settled round consists of."""
    db.session.rollback()
    queries = (
        "SELECT * FROM rounds WHERE round_number = :n",
        "SELECT * FROM ticket_slips WHERE round_number = :n ORDER BY id",
        "SELECT * FROM slip_ranges WHERE round_number = :n ORDER BY after",
        "SELECT * FROM partner_wins WHERE round_number = :n",
        "SELECT * FROM obligations WHERE source_id = :n::text",
        "SELECT * FROM draws WHERE subject = :n::text",
    )
    return [
        db.session.execute(text(query.replace(":n::text", "CAST(:n AS text)")), {"n": number}).all()
        for query in queries
    ]


def test_a_reorganisation_below_the_seals_burial_changes_nothing_about_it(world: World) -> None:
    order = sealed(world)
    root = world.round(order.round_number).seal_root
    world.reorganise(2)
    world.scan()
    assert world.round(order.round_number).seal_root == root == kept.recomputed_root(ROUNDS, order.round_number)
    assert world.round(order.round_number).status == "sealed"
    assert world.breaches() == []


def test_a_reorganisation_below_a_seal_halts_its_round(world: World) -> None:
    order = sealed(world)
    world.reorganise(world.tip - world.round(order.round_number).sales_end_height + 2)  # the payment's block too
    world.scan()
    assert world.round(order.round_number).status == "halted"
    assert "round_halted" in alarms()
    closing, depth = world.round(order.round_number).closing_height, 3
    world.mine_to(closing + depth + 1)
    assert (jobs.seal(), jobs.settle()) == (0, 0)
    assert world.round(order.round_number).status == "halted"  # nobody but a person goes on
    assert world.breaches() == []


def test_a_closing_block_that_changes_before_its_depth_is_simply_another(world: World) -> None:
    order = sealed(world)
    closing = world.round(order.round_number).closing_height
    world.mine_to(closing)
    before = world.node.call("getblockhash", closing)
    world.reorganise(1)
    world.scan()
    world.mine_to(closing + 3)
    assert jobs.settle() == 1
    hash_ = world.round(order.round_number).closing_block_hash
    assert hash_ is not None
    assert hash_.hex() == world.node.call("getblockhash", closing) != before
    assert world.breaches() == []


def test_a_closing_block_that_changes_while_drawing_halts_the_draw(world: World) -> None:
    from app.core.database.session import transaction
    from app.outcomes.draws import service as draws
    from app.selling.windows.rounds import settlement

    order = sealed(world)
    closing = world.round(order.round_number).closing_height
    world.mine_to(closing + 3)
    with transaction():
        work = settlement.begin_draw(ROUNDS, order.round_number, world.node.call("getblockhash", closing))
    assert work is not None
    result = draws.run(work)
    world.reorganise(4, 6)
    world.scan()
    with transaction():
        assert not settlement.settle(ROUNDS, order.round_number, work, result)  # the result is of a block that is gone
    assert jobs.settle() == 0
    assert world.round(order.round_number).status == "halted"
    draw = db.session.scalars(select(Draw).where(Draw.subject == str(order.round_number))).one()
    assert draw.state == "halted"
    assert "round_halted" in alarms()
    assert world.breaches() == []


def settled(world: World) -> Placed:
    order = sealed(world)
    world.mine_to(world.round(order.round_number).closing_height + 3)
    assert jobs.settle() == 1
    return order


def test_a_settled_round_never_changes(world: World) -> None:
    order = settled(world)
    before = frozen(order.round_number)
    world.reorganise(4, 6)  # its closing block goes
    world.scan()
    assert frozen(order.round_number) == before
    assert "settled_round_reorganised" in alarms()
    world.finish(order.round_number)
    assert frozen(order.round_number) == before


def test_a_settled_round_keeps_its_tickets_when_even_their_payments_go(world: World) -> None:
    """The whole round falls out of the chain, and the payments are mined again: no ticket moves, no sat is paid twice,
    the loss stays visible, and the scanner goes on."""
    order = settled(world)
    number = order.round_number
    before = frozen(number)
    owed = ledger.balance(AccountRef("jackpot", f"rounds-{number}"))
    partner = ledger.total("partner")
    world.reorganise(world.tip - world.round(number).sales_end_height + 2)
    world.scan()
    assert frozen(number) == before
    assert "settled_round_reorganised" in alarms()
    assert ledger.balance(AccountRef("jackpot", f"rounds-{number}")) == owed
    assert ledger.total("partner") == partner
    db.session.rollback()
    rows = db.session.scalars(select(OrderPayment).order_by(OrderPayment.id)).all()
    assert [row.status for row in rows] == ["orphaned", "void"]  # came back too late to be anybody's ticket again
    assert ledger.balance(AccountRef("unexplained")) == 1_100_000
    assert {breach.check for breach in world.breaches()} == {"rounds.M slips are their payments"}  # for the person
    world.mine(3)


def test_a_void_round_that_falls_out_of_the_chain_gives_its_money_back_once(world: World) -> None:
    order = paid_late_in_the_window(world)
    number = order.round_number
    world.mine_to(world.round(number).closing_height)
    assert jobs.seal() == 1
    assert world.round(number).status == "void"
    assert ledger.balance(AccountRef("suspense", "void")) == 1_100_000
    world.reorganise(world.tip - world.round(number).sales_end_height + 2)
    world.scan()
    db.session.rollback()
    rows = db.session.scalars(select(OrderPayment).order_by(OrderPayment.id)).all()
    assert [row.status for row in rows] == ["orphaned", "void"]
    assert world.round(number).status == "void"
    assert ledger.balance(AccountRef("suspense", "void")) == 1_100_000
    assert world.breaches() == []
