"""The main story on a real chain: an order is paid, credited, sealed, drawn, and every debt is written down."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from app.core.database.session import db
from app.games.ticket_draw.models import PartnerWin, TicketSlip
from app.money.payouts.models import Obligation
from app.record.ledger import queries as ledger
from app.record.ledger.entries import AccountRef
from dev.node.process import NodeProcess
from tests.factories.world import World
from tests.worlds import Worlds


@pytest.fixture
def world(chain_app: Flask, node: NodeProcess, worlds: Worlds) -> World:
    return World(chain_app, node, worlds).begin()


def test_a_paid_order_becomes_tickets_and_its_round_is_drawn(world: World) -> None:
    site = world.site(edge_percent=10)
    order = world.order(site)
    world.send(order.address, 5_600)
    world.mine()

    slip = db.session.get_one(TicketSlip, order.id)
    assert (slip.ticket_count, slip.paid_sats, slip.jackpot_contribution_sats) == (5, 5_600, 5_000)
    owner = f"rounds-{order.round_number}"
    assert ledger.balance(AccountRef("pool", owner)) == 5_000
    assert ledger.balance(AccountRef("held", owner)) == 600
    assert world.breaches() == []

    world.finish(order.round_number)
    round_ = world.round(order.round_number)
    assert round_.status == "settled"
    assert round_.winning_ticket is not None
    assert ledger.balance(AccountRef("partner", str(site.id))) == 600
    assert ledger.balance(AccountRef("pool", owner)) == ledger.balance(AccountRef("held", owner)) == 0
    sold = round_.winning_ticket < 5
    assert (db.session.scalars(select(PartnerWin)).first() is not None) == sold
    assert (db.session.scalars(select(Obligation)).first() is not None) == sold
    assert world.breaches() == []


def test_a_sold_winner_is_owed_the_jackpot_once(world: World) -> None:
    site = world.site(edge_percent=0)
    order = world.order(site)
    world.send(order.address, 1_000_000)  # every ticket there is
    world.mine()
    world.finish(order.round_number)
    world.finish(order.round_number)

    win = db.session.scalars(select(PartnerWin)).one()
    debt = db.session.scalars(select(Obligation)).one()
    round_ = world.round(order.round_number)
    assert win.winning_ticket_number == round_.winning_ticket
    assert (debt.amount_sats, debt.address) == (round_.jackpot_sats, site.payout_address)
    assert ledger.balance(AccountRef("jackpot", f"rounds-{order.round_number}")) == round_.jackpot_sats
    assert world.breaches() == []
