"""What bought nothing becomes its partner's when an operator says so: once, its round over and its block buried."""

from __future__ import annotations

from sqlalchemy import select

from app.core.database.session import db
from app.record.audit.models import AuditEntry

from .adapters import Turns
from .stage import Stage

in_turn = Turns()


@in_turn
def test_small_and_late_money_goes_to_the_partner_once(stage: Stage) -> None:
    site = stage.world.site(edge_percent=10)
    site_id, order = site.id, stage.few(site)
    number, little = order.round_number, order.minimum - 1
    stage.paid(order, little)
    stage.paid(order)
    held = stage.of_round("held", number)
    assert stage.decide() == 0  # its round may still be voided
    stage.world.mine_to(stage.round(number).sales_end_height)
    stage.paid(order, 5_000)  # late
    stage.finish(number)
    assert stage.balance("partner", site_id) == held
    assert stage.decide() == 2
    assert stage.decide() == 0
    assert stage.balance("partner", site_id) == held + little + 5_000
    assert stage.balance("suspense", "late") == stage.balance("suspense", "below_minimum") == 0
    assert sorted(event["refundedSats"] for event in stage.events("payment.refunded")) == sorted([little, 5_000])
    assert stage.breaches() == set()


def test_money_of_a_void_round_goes_to_its_partner(stage: Stage) -> None:
    """All of it: what was credited in parts, and what came when nothing was left."""
    site = stage.world.site(edge_percent=10)
    site_id, order, after = site.id, stage.whole(site), stage.few(site, "bob")
    part = order.sats // 2 + 50  # a remainder, which the next payment uses up
    stage.paid(order, part)
    stage.paid(order, order.sats - part + 7_000)
    stage.paid(after)
    stage.void(order.round_number)
    paid = order.sats + 7_000 + after.sats
    assert sum(refundable for one in (order, after) for _, _, refundable in stage.payments(one)) == paid
    assert stage.decide() == 3
    assert stage.balance("suspense", "void") == stage.balance("suspense", stage.adapter.sold_out) == 0
    assert stage.balance("partner", site_id) == paid
    assert stage.breaches() == set()


@in_turn
def test_money_that_is_not_buried_waits(stage: Stage) -> None:
    order = stage.few(stage.world.site())
    stage.finish(order.round_number)
    stage.paid(order, 5_000)
    assert stage.decide() == 0
    stage.world.mine(stage.round(order.round_number).settlement_depth)
    assert stage.decide() == 1
    assert stage.breaches() == set()


@in_turn
def test_a_refund_whose_block_goes_is_taken_back_and_given_again(stage: Stage) -> None:
    site = stage.world.site()
    site_id, order = site.id, stage.few(site)
    number = order.round_number
    stage.finish(number)
    stage.paid(order, 5_000)
    depth = stage.round(number).settlement_depth
    stage.world.mine(depth)
    assert stage.decide() == 1
    stage.world.reorganise(depth + 1)
    stage.world.scan()
    assert stage.breaches() == set()
    assert stage.balance("partner", site_id) == 0
    live = len(stage.live_payments())
    stage.world.mine(depth + 1)
    assert stage.decide() == live
    assert stage.balance("partner", site_id) == 5_000 * live
    assert stage.breaches() == set()


@in_turn
def test_nothing_is_refunded_until_somebody_decides(stage: Stage) -> None:
    order = stage.few(stage.world.site())
    stage.finish(order.round_number)
    stage.paid(order, 5_000)
    stage.world.mine(stage.round(order.round_number).settlement_depth)
    told = stage.command("refunds", "list", "--json")[1]
    assert str(order.id) in told
    assert "private" not in told
    who = ("refunds", "decide", "--operator", "olga")
    assert stage.command(*who, "--reason", "late", "--dry-run")[1] == "1 payments wait\n"
    assert stage.balance("suspense", "late") == 5_000
    assert stage.command(*who)[0] == 2  # without a reason
    assert stage.command(*who, "--reason", "late")[1] == "1 payments refunded\n"
    assert stage.balance("suspense", "late") == 0
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "payments.refunded")).one()
    assert (entry.actor, entry.reason) == ("operator:olga", "late")
