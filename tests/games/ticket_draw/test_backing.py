"""A jackpot is owed whatever is sold: a round that the house could not pay takes no orders, and says so."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from app.chain.deposits import service as deposits
from app.core.database.session import db, transaction
from app.core.errors import DomainError
from app.games.ticket_draw.models import Round
from app.record.audit.models import Alarm
from app.record.events.models import Event
from app.selling.windows.rounds import backing
from dev.node.process import NodeProcess
from tests.factories.world import World

MARGIN, JACKPOT = 1_000_000, 1_000_000


@pytest.fixture
def world(chain_app: Flask, node: NodeProcess) -> World:
    """A house without a sat."""
    made = World(chain_app, node)
    made.scan()
    made.mine()
    return made


def fund(world: World, sats: int) -> None:
    with transaction():
        address = deposits.new_reserve_address().address
    world.send(address, sats)
    world.mine()


def current(world: World) -> Round:
    db.session.rollback()
    return db.session.scalars(
        select(Round).where(Round.sales_end_height > world.tip + 1).order_by(Round.round_number).limit(1)
    ).one()


def alarms() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Alarm.code).where(Alarm.closed_at.is_(None))))


def test_an_unbacked_round_takes_no_orders_and_recovers(world: World) -> None:
    round_ = current(world)
    number = round_.round_number
    assert round_.status == "unbacked"
    assert alarms() == ["round_unbacked"]
    with pytest.raises(DomainError) as refused:
        world.order(world.site())
    assert (refused.value.status, refused.value.code) == (409, "round_unbacked")

    fund(world, JACKPOT + MARGIN - 1)
    assert world.round(number).status == "unbacked"
    fund(world, 1_000)
    assert world.round(number).status == "open"
    assert alarms() == []
    assert world.order(world.site()).round_number == number
    types = list(db.session.scalars(select(Event.type).where(Event.type.in_(("round.unbacked", "round.open")))))
    assert types[:2] == ["round.unbacked", "round.open"]
    assert world.breaches() == []


def test_a_backed_round_that_loses_its_reserve_stops_selling(world: World) -> None:
    fund(world, JACKPOT + MARGIN)
    number = current(world).round_number
    assert world.round(number).status == "open"
    world.reorganise(1, 0)
    world.node.call("generateblock", world.miner, [])
    world.node.call("generateblock", world.miner, [])
    world.scan()
    assert world.round(number).status == "unbacked"
    world.mine()
    assert world.round(number).status == "open"
    assert world.breaches() == []


def test_every_undrawn_round_keeps_its_jackpot_backed(world: World) -> None:
    fund(world, 2 * JACKPOT + MARGIN - 3_001)  # and the pool of three tickets counts
    first = current(world).round_number
    assert world.round(first).status == "open"
    world.send(world.order(world.site()).address, 3_300)
    world.mine_to(world.round(first).sales_end_height)
    assert (world.round(first).status, world.round(first).sold_tickets) == ("closed", 3)
    assert world.round(first + 1).status == "unbacked"  # the first one's jackpot is still promised
    world.finish(first)
    world.mine()
    opened, won = current(world), (world.round(first).winning_ticket or 0) < 3
    assert opened.status == ("unbacked" if won else "open")
    assert won or backing.free_coins() >= backing.promised_jackpots() + MARGIN


def test_money_in_suspense_backs_nothing(world: World) -> None:
    fund(world, JACKPOT + MARGIN)
    site = world.site()
    placed = world.order(site)
    free = backing.free_coins()
    world.send(placed.address, 2_000)  # below the minimum
    world.mine()
    assert backing.free_coins() == free
    world.send(placed.address, 4_400)
    world.mine()
    assert backing.free_coins() == free + 4_000  # the pool counts, the partner's share does not
    assert world.breaches() == []


def test_an_early_sale_into_an_unopened_round_counts_as_promised(world: World) -> None:
    fund(world, 2 * JACKPOT + MARGIN)
    site = world.site()
    number = current(world).round_number
    early = world.order(site, requested_round=number + 1)
    before = backing.promised_jackpots()
    world.send(early.address, 4_400)
    world.mine()
    assert backing.promised_jackpots() == before + JACKPOT


def test_a_round_that_sold_nothing_promises_nothing(world: World) -> None:
    fund(world, JACKPOT + MARGIN)
    first = current(world).round_number
    world.mine_to(world.round(first).sales_end_height)
    assert world.round(first).status == "closed"
    assert world.round(first + 1).status == "open"
