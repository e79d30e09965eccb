"""A reorganisation deeper than what was taken for final: a person is called, who voids the round or lets it go on."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import text

from app.core.database.session import transaction
from app.outcomes.draws import service as draws
from app.record.audit.models import AuditEntry
from app.selling.windows import jobs
from app.selling.windows.proof import kept
from app.selling.windows.rounds import settlement
from tests.settings import dealt

from .adapters import ADAPTERS, Bought, Turns, name_of
from .stage import Stage

in_turn = Turns()

FOLDERS = {"rounds": ""}
"""Where the bundles of the one game are that was there first; the others' are below their names."""


def bundle(stage: Stage, number: int) -> dict[str, Any]:
    folder = FOLDERS.get(stage.game.name, f"/{stage.game.name}")
    answer = stage.world.app.test_client().get(f"/api{folder}/rounds/{number}/bundle")
    assert answer.status_code == 200
    found: dict[str, Any] = json.loads(answer.text)
    return found


@pytest.fixture
def order(stage: Stage) -> Bought:
    """All of a round, bought in the last block that still counts: the first to fall."""

    def play() -> Bought:
        made = stage.whole(stage.world.site(edge_percent=10))
        stage.to_last_sale(made.round_number)
        return stage.paid(made)

    return stage.recalled("bought last", play)


@in_turn
def test_a_reorganisation_below_the_seals_burial_changes_nothing_about_it(stage: Stage, order: Bought) -> None:
    number = order.round_number
    stage.seal(number)
    root = stage.round(number).seal_root
    stage.world.reorganise(2)
    stage.world.scan()
    assert stage.round(number).seal_root == root == kept.recomputed_root(stage.game, number)
    assert stage.status(number) == "sealed"
    assert stage.breaches() == set()


@in_turn
def test_a_reorganisation_below_a_seal_halts_its_round_for_a_person(stage: Stage, order: Bought) -> None:
    number = order.round_number
    stage.seal(number)
    stage.lose_from(stage.round(number).sales_end_height - 1)
    assert stage.status(number) == "halted"
    assert "round_halted" in stage.alarms(number)
    assert [event["why"] for event in stage.events("round.halted")][:1] == ["reorganised_below_seal"]
    stage.to_draw(number)
    jobs.seal()
    jobs.settle()
    assert stage.status(number) == "halted"  # nobody but a person goes on
    assert stage.breaches() == set()


@in_turn
def test_a_halted_round_is_voided_with_name_and_reason(stage: Stage, order: Bought) -> None:
    number = order.round_number
    stage.seal(number)
    root = stage.round(number).seal_root
    assert root is not None
    stage.lose_from(stage.round(number).sales_end_height - 1)
    assert stage.resolve(number, "void")[0] == 0
    assert stage.status(number) == "void"
    assert stage.of_round("pool", number) == stage.of_round("held", number) == 0
    assert "round_halted" not in stage.alarms(number)
    with transaction() as session:
        entry = session.query(AuditEntry).filter_by(action="round.voided", subject=stage.game.subject(number)).one()
        assert (entry.actor, entry.reason) == ("operator:olga", "looked at the chain")
    assert stage.breaches() == set()
    assert stage.resolve(number, "void")[0] == 1  # once
    told = bundle(stage, number)
    assert (told["seal"]["root"], told["seal"]["leaves"]) == (root.hex(), [])  # as it was published
    assert told["round"]["voidReason"] == "decided by a person after it was halted: looked at the chain"


def same_again(stage: Stage, txid: str, height: int) -> None:
    """The block at `height` is exchanged for one with this transaction alone, and the chain grows by one."""
    node, miner = stage.world.node, stage.world.miner
    tip = int(node.call("getblockcount"))
    node.call("invalidateblock", node.call("getblockhash", height))
    node.call("generateblock", miner, [txid])
    for _ in range(tip - height + 1):
        node.call("generateblock", miner, [])
    stage.world.scan()


@pytest.mark.parametrize(("adapter", "outcome"), dealt(ADAPTERS, ["resume", "void"]), indirect=["adapter"], ids=name_of)
def test_a_halted_round_goes_on_if_its_seal_holds_again(stage: Stage, outcome: str) -> None:
    """The payment is mined at its old height, in another block: its leaf, and so the seal, is the same."""
    order = stage.whole(stage.world.site(edge_percent=0))
    number = order.round_number
    txid = stage.pay(order)
    stage.world.mine()
    height, held = stage.world.tip, stage.holds(order)
    stage.seal(number)
    root = stage.round(number).seal_root
    same_again(stage, txid, height)
    assert stage.status(number) == "halted"
    assert stage.holds(order) == held
    assert stage.breaches() == set()
    assert stage.resolve(number, outcome)[0] == 0
    assert stage.status(number) == ("sealed" if outcome == "resume" else "void")
    assert stage.alarms(number) <= {"round_voided"}
    stage.to_draw(number)
    jobs.settle()
    assert stage.status(number) == ("settled" if outcome == "resume" else "void")
    assert stage.round(number).seal_root == root
    assert len(stage.wins()) == stage.debts() == (1 if outcome == "resume" else 0)
    assert stage.breaches() == set()


@in_turn
def test_a_round_whose_records_changed_does_not_go_on(stage: Stage, order: Bought) -> None:
    number = order.round_number
    stage.seal(number)
    stage.lose_from(stage.round(number).sales_end_height - 1)
    with transaction() as session:
        table = stage.game.round.__tablename__
        session.execute(text(f"UPDATE {table} SET seal_root = '\\x00' WHERE round_number = :n"), {"n": number})
    code, output = stage.resolve(number, "resume")
    assert (code, "seal_does_not_hold" in output) == (1, True)
    assert stage.status(number) == "halted"


@in_turn
def test_a_closing_block_that_changes_before_its_depth_is_simply_another(stage: Stage, order: Bought) -> None:
    number = order.round_number
    stage.seal(number)
    closing = stage.round(number).closing_height
    stage.world.mine_to(closing)
    before = stage.world.node.call("getblockhash", closing)
    stage.world.reorganise(1)
    stage.world.scan()
    stage.to_draw(number)
    jobs.settle()
    hash_ = stage.round(number).closing_block_hash
    assert hash_ is not None
    assert hash_.hex() == stage.world.node.call("getblockhash", closing) != before
    assert stage.breaches() == set()


def test_a_closing_block_that_changes_while_drawing_halts_the_draw(stage: Stage, order: Bought) -> None:
    number = order.round_number
    stage.ready(number)
    work = stage.begin_draw(number)
    result = draws.run(work)
    stage.world.reorganise(4, 6)
    stage.world.scan()
    with transaction():
        assert not settlement.settle(stage.game, number, work, result)  # the result is of a block that is gone
    jobs.settle()
    assert (stage.status(number), stage.draw(number).state) == ("halted", "halted")
    assert "round_halted" in stage.alarms(number)
    assert (stage.wins(), stage.debts()) == ([], 0)
    assert stage.breaches() == set()
    assert stage.resolve(number, "resume")[0] == 0
    jobs.settle()
    assert stage.wins() == [(number, order.id)]
    assert stage.debts() == 1
    assert stage.breaches() == set()


@in_turn
def test_a_settled_round_never_changes(stage: Stage, order: Bought) -> None:
    number = order.round_number
    stage.finish(number)
    before = stage.frozen(number, order)
    stage.world.reorganise(4, 6)  # its closing block goes
    stage.world.scan()
    for _ in range(2):
        assert stage.frozen(number, order) == before
        jobs.seal()
        jobs.settle()
    assert "settled_round_reorganised" in stage.alarms(number)


def test_a_settled_round_keeps_what_it_sold_when_even_its_payments_go(stage: Stage, order: Bought) -> None:
    """The whole round falls out of the chain, and the payments are mined again: nothing that is held moves, no sat is
    paid twice, the loss stays visible, and the scanner goes on."""
    number = order.round_number
    stage.finish(number)
    before, jackpot = stage.frozen(number, order), stage.of_round("jackpot", number)
    assert jackpot == stage.round(number).jackpot_sats
    stage.lose_from(stage.round(number).sales_end_height - 1)
    assert stage.frozen(number, order) == before
    assert "settled_round_reorganised" in stage.alarms(number)
    assert stage.of_round("jackpot", number) == jackpot
    assert [status for status, _, _ in stage.payments(order)] == ["orphaned", "void"]  # too late to be anybody's again
    assert stage.balance("unexplained") == order.sats
    assert stage.breaches() == stage.adapter.lost_after_draw  # for the person
    stage.world.mine(3)


@in_turn
def test_a_void_round_that_falls_out_of_the_chain_gives_its_money_back_once(stage: Stage, order: Bought) -> None:
    number = order.round_number
    stage.void(number)
    assert stage.balance("suspense", "void") == order.sats
    stage.lose_from(stage.round(number).sales_end_height - 1)
    assert [status for status, _, _ in stage.payments(order)] == ["orphaned", "void"]
    assert stage.status(number) == "void"
    assert stage.balance("suspense", "void") == order.sats
    assert stage.breaches() == set()
