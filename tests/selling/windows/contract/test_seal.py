"""The seal: fixed before the closing block can be known, over everything that takes part; too late is void by rule."""

from __future__ import annotations

from typing import Final

import pytest
from sqlalchemy import text

from app.chain.node import rpc
from app.core.database.session import db, transaction
from app.selling.windows import jobs
from app.selling.windows.proof import entries, kept
from app.selling.windows.rounds import sealing
from app.selling.windows.statements import for_tables_of

from .adapters import Bought, Turns
from .stage import Stage

in_turn = Turns()


@pytest.fixture
def orders(stage: Stage) -> list[Bought]:
    """Three orders of a round, paid in two blocks; one of them too little."""
    return stage.recalled("three orders", lambda: _orders(stage))


def _orders(stage: Stage) -> list[Bought]:
    site = stage.world.site(edge_percent=10)
    made = [stage.few(site, name) for name in ("ada", "bob", "eve")]
    stage.pay(made[0])
    stage.paid(made[1])
    stage.paid(made[2], made[2].minimum - 1)
    return made


def test_the_root_is_published_once_and_before_the_closing_block(stage: Stage, orders: list[Bought]) -> None:
    number = orders[0].round_number
    round_ = stage.round(number)
    stage.world.mine_to(round_.sales_end_height - 2 + round_.settlement_depth)
    jobs.seal()
    assert stage.status(number) == "closed"  # the last sale is not buried yet
    stage.world.mine()
    for _ in range(2):
        jobs.seal()
    sealed = stage.round(number)
    assert sealed.status == "sealed"
    assert sealed.seal_root is not None
    assert sealed.seal_root == kept.recomputed_root(stage.game, number)
    assert sealed.sealed_at_height is not None
    assert sealed.sealed_at_height < sealed.closing_height
    root = sealed.seal_root.hex()
    (told,) = stage.events("round.sealed")
    assert (told["sealRoot"], told["payments"], told["tipHeight"]) == (root, 2, stage.world.tip)
    assert [entry["sealRoot"] for entry in entries.noted(stage.game, stage.round(number), entries.SEALED)] == [root]
    assert stage.breaches() == set()


CHANGES: Final = {
    "an outpoint": "UPDATE {payments} SET vout = vout + 1 WHERE id = :payment",
    "a transaction": "UPDATE {payments} SET txid = repeat('0', 64) WHERE id = :payment",
    "what was credited": "UPDATE {payments} SET credited_sats = credited_sats + 1, amount_sats = amount_sats + 1 "
    "WHERE id = :payment",
    "a commitment": "UPDATE deposit_addresses SET commitment = sha256('x') WHERE id IN (SELECT deposit_address_id "
    "FROM {orders} o JOIN {payments} p ON p.order_id = o.id WHERE p.id = :payment)",
}


def test_whatever_is_changed_the_root_changes(stage: Stage, orders: list[Bought]) -> None:
    number = orders[0].round_number
    before = kept.recomputed_root(stage.game, number)
    payment = next(row.id for row in stage.live_payments() if row.order_id == orders[1].id)
    for name, change in CHANGES.items():
        db.session.execute(text("SET LOCAL session_replication_role = replica"))
        db.session.execute(text(for_tables_of(stage.game, change)), {"payment": payment})
        db.session.expire_all()
        assert kept.recomputed_root(stage.game, number) != before, name
        db.session.rollback()
    assert kept.recomputed_root(stage.game, number) == before


@in_turn
def test_a_round_that_sold_nothing_is_sealed_and_drawn_too(stage: Stage) -> None:
    number = stage.few(stage.world.site()).round_number
    stage.finish(number)
    round_ = stage.round(number)
    assert round_.seal_root == kept.seal_root(round_, [])
    assert (stage.wins(), stage.debts()) == ([], 0)
    assert stage.breaches() == set()


@in_turn
def test_too_late_is_void_and_everything_paid_waits_for_its_refund(stage: Stage, orders: list[Bought]) -> None:
    number = orders[0].round_number
    closing = stage.round(number).closing_height
    stage.world.mine_to(closing)  # the closing block is known: nobody may seal any more
    with transaction():
        assert not sealing.seal(stage.game, number, closing)
    for _ in range(2):
        jobs.seal()
    assert (stage.status(number), stage.round(number).seal_root) == ("void", None)
    assert stage.balance("suspense", "void") == orders[0].sats + orders[1].sats
    assert stage.of_round("pool", number) == stage.of_round("held", number) == 0
    for order in orders[:2]:
        assert stage.payments(order) == [("void", 0, order.sats)]
        assert stage.state(order) == "void"
    assert len(stage.events("round.voided")) == 1
    assert "round_voided" in stage.alarms(number)
    stage.to_draw(number)
    jobs.settle()
    assert stage.status(number) == "void"  # never drawn
    assert (stage.wins(), stage.debts()) == ([], 0)
    assert stage.breaches() == set()


@in_turn
def test_a_node_that_is_ahead_of_us_decides_what_is_too_late(stage: Stage, orders: list[Bought]) -> None:
    """We have scanned up to the seal; the node already has the closing block."""
    number = orders[0].round_number
    stage.to_burial(number)
    closing = stage.round(number).closing_height
    stage.world.node.call("generatetoaddress", closing - stage.world.tip, stage.world.miner)
    jobs.seal()
    assert stage.status(number) == "void"
    stage.world.scan()
    assert stage.breaches() == set()


@in_turn
def test_a_height_asked_before_a_long_pause_seals_nothing(
    stage: Stage, orders: list[Bought], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor does a node that starts again from below: what we have applied ourselves is known, too."""
    number = orders[0].round_number
    closing = stage.round(number).closing_height
    stage.world.mine_to(closing)
    with transaction():
        assert not sealing.seal(stage.game, number, closing - 1)
    assert stage.status(number) == "closed"
    monkeypatch.setattr(rpc, "tip", lambda client: (1, "00" * 32))
    jobs.seal()
    assert (stage.status(number), stage.round(number).seal_root) == ("void", None)
    assert stage.breaches() == set()


@in_turn
def test_nothing_is_void_before_all_its_payments_are_applied(stage: Stage, orders: list[Bought]) -> None:
    number = orders[0].round_number
    round_ = stage.round(number)
    closing, end = round_.closing_height, round_.sales_end_height
    stage.world.mine_to(end - 1)
    with transaction():
        assert not sealing.void(stage.game, number, closing)
    assert stage.status(number) == "closed"


@in_turn
def test_many_payments_are_voided_in_parts(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "_POSTED_AT_ONCE", 2)
    site = stage.world.site()
    orders = [stage.few(site, f"player {at}") for at in range(5)]
    for order in orders:
        stage.pay(order)
    stage.world.mine()
    stage.void(orders[0].round_number)
    assert stage.balance("suspense", "void") == sum(order.sats for order in orders)
    assert stage.breaches() == set()
