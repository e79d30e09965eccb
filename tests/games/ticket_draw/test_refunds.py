"""What bought nothing becomes its partner's when an operator says so: once, its round over and its block buried."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from app.core.database.session import db, transaction
from app.games.ticket_draw.game import ROUNDS
from app.games.ticket_draw.models import OrderPayment
from app.record.audit.models import AuditEntry
from app.record.events.models import Event
from app.record.ledger import queries as ledger
from app.record.ledger.entries import AccountRef
from app.selling.windows import jobs
from app.selling.windows.orders import refunds
from dev.node.process import NodeProcess
from tests.factories.world import World


@pytest.fixture
def world(chain_app: Flask, node: NodeProcess) -> World:
    return World(chain_app, node).begin()


def decide() -> int:
    with transaction():
        return refunds.decide(ROUNDS, "operator:olga", "it bought nothing")


def balance(kind: str, owner: object) -> int:
    db.session.rollback()
    return ledger.balance(AccountRef(kind, str(owner)))


def test_small_and_late_money_goes_to_the_partner_once(world: World) -> None:
    site = world.site(edge_percent=10)
    site_id, order = site.id, world.order(site)
    world.send(order.address, 1_000)  # below the minimum
    world.mine()
    world.send(order.address, 3_300)
    world.mine()
    assert decide() == 0  # its round may still be voided
    world.mine_to(world.round(order.round_number).sales_end_height)
    world.send(order.address, 5_000)  # late
    world.mine()
    world.finish(order.round_number)
    assert balance("partner", site_id) == 300
    assert decide() == 2
    assert decide() == 0
    assert balance("partner", site_id) == 6_300
    assert balance("suspense", "late") == balance("suspense", "below_minimum") == 0
    assert len(db.session.scalars(select(Event).where(Event.type == "payment.refunded")).all()) == 2
    assert world.breaches() == []


def test_money_of_a_void_round_goes_to_its_partner(world: World) -> None:
    site = world.site(edge_percent=10)
    site_id, order = site.id, world.order(site)
    world.send(order.address, 3_400)
    world.mine()
    world.send(order.address, 3_200)  # uses up the remainder
    world.mine()
    world.mine_to(world.round(order.round_number).closing_height)
    assert jobs.seal() == 1
    assert balance("suspense", "void") == 6_600
    assert decide() == 2
    assert (balance("suspense", "void"), balance("partner", site_id)) == (0, 6_600)
    assert world.breaches() == []


def test_what_sold_out_within_a_payment_and_then_was_void_is_refunded_whole(world: World) -> None:
    site = world.site(edge_percent=0)
    site_id, order = site.id, world.order(site)
    world.send(order.address, world.round(order.round_number).ticket_supply * 1_000 + 7_000)
    world.mine()
    world.mine_to(world.round(order.round_number).closing_height)
    assert jobs.seal() == 1
    assert decide() == 1
    assert balance("partner", site_id) == 1_007_000
    assert world.breaches() == []


def test_money_that_is_not_buried_waits(world: World) -> None:
    order = world.order(world.site())
    world.finish(order.round_number)
    world.send(order.address, 5_000)
    world.mine()
    assert decide() == 0
    world.mine(world.round(order.round_number).settlement_depth)
    assert decide() == 1
    assert world.breaches() == []


def test_a_refund_whose_block_goes_is_taken_back_and_given_again(world: World) -> None:
    site = world.site()
    site_id, order = site.id, world.order(site)
    world.finish(order.round_number)
    world.send(order.address, 5_000)
    world.mine()
    depth = world.round(order.round_number).settlement_depth
    world.mine(depth)
    assert decide() == 1
    world.reorganise(depth + 1)
    world.scan()
    assert world.breaches() == []
    live = db.session.scalars(select(OrderPayment).where(OrderPayment.orphaned_at.is_(None))).all()
    assert balance("partner", site_id) == 0
    world.mine(depth + 1)
    assert decide() == len(live)
    assert balance("partner", site_id) == 5_000 * len(live)
    assert world.breaches() == []


def test_nothing_is_refunded_until_somebody_decides(world: World) -> None:
    order = world.order(world.site())
    world.finish(order.round_number)
    world.send(order.address, 5_000)
    world.mine(1 + world.round(order.round_number).settlement_depth)
    runner = world.app.test_cli_runner()
    assert order.receipt_secret not in runner.invoke(args=["refunds", "list", "--json"]).output
    dry = runner.invoke(args=["refunds", "decide", "--operator", "olga", "--reason", "late", "--dry-run"])
    assert dry.output == "1 payments wait\n"
    assert balance("suspense", "late") == 5_000
    assert runner.invoke(args=["refunds", "decide", "--operator", "olga"]).exit_code == 2  # without a reason
    done = runner.invoke(args=["refunds", "decide", "--operator", "olga", "--reason", "late"])
    assert done.output == "1 payments refunded\n"
    assert balance("suspense", "late") == 0
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "payments.refunded")).one()
    assert (entry.actor, entry.reason) == ("operator:olga", "late")
