"""kill -9 at every step of credit, undo, seal, void, settlement and refund: nothing is lost, nothing is done twice."""

from __future__ import annotations

import pytest

from app.outcomes.draws import service as draws
from tests.faults.test_kills import CREDIT_STEPS, KILLED, SETTLE_STEPS, run, scan, settle
from tests.settings import dealt

from .adapters import ADAPTERS, Bought, Turns, name_of
from .stage import Stage

in_turn = Turns()


def _unseen(stage: Stage) -> list[Bought]:
    site, world = stage.world.site(edge_percent=10), stage.world
    orders = [stage.few(site, player) for player in ("ada", "bob", "cleo")]
    for order in orders:
        stage.pay(order)
    world.node.call("generatetoaddress", 1, world.miner)
    return orders


@pytest.mark.parametrize(("adapter", "step"), dealt(ADAPTERS, CREDIT_STEPS), indirect=["adapter"], ids=name_of)
def test_a_scanner_killed_while_crediting_credits_once(stage: Stage, step: str) -> None:
    world = stage.world
    orders = stage.recalled("three that the scanner has not seen", lambda: _unseen(stage))
    before = world.tip
    assert run(world, scan, fail_at=step) == KILLED
    assert world.tip == before  # not even half a block was written
    assert stage.live_payments() == []
    for _ in range(2):
        assert run(world, scan) == 0
    assert world.tip == before + 1
    assert len(stage.live_payments()) == 3
    held = [str(stage.holds(order)) for order in orders]
    assert "[]" not in held
    assert len(set(held)) == 3
    assert stage.breaches() == set()


@in_turn
def test_a_scanner_killed_while_undoing_undoes_once(stage: Stage) -> None:
    order = stage.paid(stage.few(stage.world.site()))
    held = stage.holds(order)
    stage.world.reorganise(1, 2)
    assert run(stage.world, scan, fail_at="undo.listeners_told") == KILLED
    assert stage.holds(order) == held
    assert run(stage.world, scan) == 0
    assert len(stage.live_payments()) == 1
    assert stage.breaches() == set()


@in_turn
def test_a_killed_seal_is_made_once(stage: Stage) -> None:
    order = stage.paid(stage.whole(stage.world.site()))
    stage.to_burial(order.round_number)
    assert run(stage.world, settle, fail_at="seal.written") == KILLED
    assert stage.round(order.round_number).seal_root is None
    assert run(stage.world, settle) == 0
    assert stage.status(order.round_number) == "sealed"
    assert stage.breaches() == set()


@pytest.mark.parametrize(("adapter", "step"), dealt(ADAPTERS, SETTLE_STEPS), indirect=["adapter"], ids=name_of)
def test_a_killed_settlement_pays_once(stage: Stage, step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draws, "CHECKPOINT_SECONDS", 0.0)
    order = stage.to_be_drawn()
    number = order.round_number
    assert run(stage.world, lambda: stage.settle_alone(number), fail_at=step) == KILLED
    assert stage.status(number) != "settled"
    for _ in range(3):
        assert run(stage.world, settle) == 0
    assert stage.status(number) == "settled"
    assert stage.wins() == [(number, order.id)]
    assert stage.debts() == 1
    assert stage.breaches() == set()


@in_turn
def test_a_killed_void_waits_for_its_refunds_once(stage: Stage) -> None:
    order = stage.paid(stage.whole(stage.world.site()))
    number = order.round_number
    stage.world.mine_to(stage.round(number).closing_height)  # nobody sealed
    assert run(stage.world, settle, fail_at="void.written") == KILLED
    assert stage.status(number) == "closed"
    assert run(stage.world, settle) == 0
    assert stage.status(number) == "void"
    assert stage.payments(order) == [("void", 0, order.sats)]
    assert stage.breaches() == set()


@in_turn
def test_a_killed_refund_is_given_once(stage: Stage) -> None:
    order = stage.few(stage.world.site())
    number = order.round_number
    stage.finish(number)
    stage.paid(order, 5_000)
    stage.world.mine(stage.round(number).settlement_depth)
    assert run(stage.world, stage.decide, fail_at="refund.posted") == KILLED
    assert stage.balance("suspense", "late") == 5_000
    for _ in range(2):
        assert run(stage.world, stage.decide) == 0
    assert stage.balance("suspense", "late") == 0
    assert stage.breaches() == set()
