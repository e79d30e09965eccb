"""What becomes of a payment, whatever it is to buy: in time or late, too small, too many, gone with its block."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from app.chain.deposits import service as deposits
from app.core.database.session import db, transaction
from app.core.errors import DomainError
from tests.settings import dealt

from .adapters import ADAPTERS, Turns, name_of
from .stage import Stage

in_turn = Turns()


def test_what_is_paid_for_is_held_and_its_money_is_the_rounds(stage: Stage) -> None:
    order = stage.paid(stage.few(stage.world.site(edge_percent=10)))
    assert stage.payments(order) == [("credited", order.sats, 0)]
    assert stage.holds(order)
    number = order.round_number
    assert stage.of_round("pool", number) + stage.of_round("held", number) == order.sats
    assert stage.of_round("held", number) == order.sats // 11  # ten percent of the base price
    assert [event["status"] for event in stage.events("order.paid")] == ["credited"]
    assert stage.breaches() == set()


@in_turn
def test_below_the_minimum_is_never_merged(stage: Stage) -> None:
    order = stage.few(stage.world.site(edge_percent=10))
    little = order.minimum - 1
    for _ in range(3):
        stage.paid(order, little)
    assert stage.payments(order) == [("below_minimum", 0, little)] * 3
    assert stage.holds(order) == []
    assert stage.of_round("pool", order.round_number) == stage.of_round("held", order.round_number) == 0
    assert stage.balance("suspense", "below_minimum") == 3 * little
    assert stage.state(order) == "partly_paid"
    stage.paid(order)
    assert stage.payments(order)[3:] == [("credited", order.sats, 0)]
    assert stage.holds(order)
    assert stage.breaches() == set()


@in_turn
def test_the_last_block_in_time_and_the_first_too_late(stage: Stage) -> None:
    site = stage.world.site()
    in_time, late = stage.few(site, "ada"), stage.few(site, "bob")
    number, end = in_time.round_number, stage.round(in_time.round_number).sales_end_height
    stage.to_last_sale(number)
    stage.paid(in_time)
    assert stage.world.tip == end - 1
    stage.paid(late)
    assert stage.payments(in_time) == [("credited", in_time.sats, 0)]
    assert stage.payments(late) == [("late", 0, late.sats)]
    assert (bool(stage.holds(in_time)), stage.holds(late)) == (True, [])
    assert stage.balance("suspense", "late") == late.sats
    assert stage.state(late) == "late"
    stage.finish(number)
    stage.paid(late, 5_000)  # the address is watched for ever
    assert stage.payments(late)[1:] == [("late", 0, 5_000)]
    assert stage.balance("suspense", "late") == late.sats + 5_000  # nobody's, whatever is drawn
    assert [event["status"] for event in stage.events("payment.late")] == ["late", "late"]
    assert stage.breaches() == set()


def test_when_all_is_sold_nobody_is_sold_anything(stage: Stage) -> None:
    """Neither who has paid too late for it, nor who asks for an address; the round is passed over."""
    site = stage.world.site(edge_percent=0)
    slow = stage.few(site, "bob")
    whole = stage.paid(stage.whole(site, "whale"))
    assert stage.round(whole.round_number).status == "open"
    stage.paid(slow)
    assert stage.payments(slow) == [(stage.adapter.sold_out, 0, slow.sats)]
    assert (bool(stage.holds(whole)), stage.holds(slow)) == (True, [])
    assert stage.balance("suspense", stage.adapter.sold_out) == slow.sats
    assert stage.state(slow) == stage.adapter.sold_out
    assert stage.game.sale.is_sold_out(stage.round(whole.round_number))
    assert stage.few(site, "eve").round_number == whole.round_number + 1
    assert stage.breaches() == set()


def test_a_lost_block_takes_back_what_it_brought_and_the_next_gives_it_again(stage: Stage) -> None:
    site = stage.world.site(edge_percent=10)
    first = stage.paid(stage.few(site, "ada"))
    kept, pool = stage.holds(first), stage.of_round("pool", first.round_number)
    second = stage.paid(stage.few(site, "bob"))
    given = stage.holds(second)
    stage.world.reorganise(1, 0)
    for _ in range(2):
        stage.world.node.call("generateblock", stage.world.miner, [])
    stage.world.scan()
    assert (stage.holds(first), stage.holds(second)) == (kept, [])
    assert stage.of_round("pool", first.round_number) == pool
    assert [status for status, _, _ in stage.payments(second)] == ["orphaned"]
    assert [event["orderId"] for event in stage.events("payment.orphaned")] == [str(second.id)]
    assert stage.breaches() == set()
    stage.world.mine()  # the wallet's transaction is still there
    assert (stage.holds(first), stage.holds(second)) == (kept, given)
    assert [status for status, _, _ in stage.payments(second)] == ["orphaned", "credited"]
    assert stage.breaches() == set()


@pytest.mark.parametrize(("adapter", "depth"), dealt(ADAPTERS, [2, 6]), indirect=["adapter"], ids=name_of)
def test_a_deeper_reorganisation_leaves_every_payment_once(stage: Stage, depth: int) -> None:
    site = stage.world.site()
    orders = [stage.few(site, name) for name in ("ada", "bob", "eve")]
    stage.paid(orders[0])
    stage.paid(orders[1])
    stage.pay(orders[2])
    stage.world.mine(max(1, depth - 2))
    stage.world.reorganise(depth, depth + 2)
    stage.world.scan()
    stage.world.mine()
    live = stage.live_payments()
    assert sorted(row.order_id for row in live) == sorted(order.id for order in orders)
    assert {row.status for row in live} == {"credited"}
    assert all(stage.holds(order) for order in orders)
    assert stage.breaches() == set()


@in_turn
def test_a_payment_to_the_reserve_is_no_order(stage: Stage) -> None:
    with transaction():
        address = deposits.new_reserve_address().address
    stage.world.send(address, 9_999)
    stage.world.mine()
    assert db.session.scalar(select(func.count()).select_from(stage.game.payment)) == 0
    assert stage.breaches() == set()


@in_turn
def test_a_site_that_is_not_live_sells_nothing(stage: Stage) -> None:
    site = stage.world.site()
    site_id = site.id
    with transaction() as session:
        session.merge(site).status = "paused"
    with pytest.raises(DomainError) as refused:
        stage.few(db.session.get_one(type(site), site_id))
    assert (refused.value.status, refused.value.code) == (409, "site_not_live")
