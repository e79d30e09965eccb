"""What a drawn ticket means: whose it is, and whose the money has become."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from app.core.database.session import db, transaction
from app.games.ticket_draw.draw.drawing import winning_order
from app.games.ticket_draw.draw.hash_draw import DrawResult
from app.games.ticket_draw.models import PartnerWin, TicketSlip
from app.money.payouts import service as obligations
from app.money.payouts.models import Obligation
from app.outcomes.draws import service as draws
from app.record.ledger import queries as ledger
from app.record.ledger.entries import AccountRef
from app.selling.windows import jobs
from dev.node.process import NodeProcess
from tests.factories.partners import OTHER_ADDRESS
from tests.factories.world import Placed, World
from tests.worlds import Worlds


@pytest.fixture
def world(chain_app: Flask, node: NodeProcess, worlds: Worlds) -> World:
    return World(chain_app, node, worlds).begin()


def ready_to_draw(world: World, sats: int = 1_100_000, edge: int = 10) -> Placed:
    """An order that holds every ticket, unless it paid less; its round's closing block is buried."""
    order = world.order(world.site(edge_percent=edge))
    world.send(order.address, sats)
    world.mine()
    round_ = world.round(order.round_number)
    sales_end, closing, depth = round_.sales_end_height, round_.closing_height, round_.settlement_depth
    world.mine_to(sales_end - 1 + depth)
    assert jobs.seal() == 1
    world.mine_to(closing + depth - 1)
    assert jobs.settle() == 0  # one block short of its depth
    world.mine()
    return order


def count(model: Any) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def winner(world: World, monkeypatch: pytest.MonkeyPatch, ticket: int) -> None:
    """Let the draw say this ticket, as if the closing block had been another."""
    original = draws.run

    def run(work: draws.Work[DrawResult], stop: Any) -> DrawResult:
        result = original(work, stop)
        return DrawResult(f"{ticket:03d}", result.digests, ticket)

    monkeypatch.setattr(draws, "run", run)


def test_the_ticket_belongs_to_whose_range_holds_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    site = world.site(edge_percent=0)
    ada, bob, eve = (world.order(site, name) for name in ("ada", "bob", "eve"))
    for order, sats in ((ada, 3_000), (bob, 3_000), (ada, 2_500), (eve, 2_500)):
        world.send(order.address, sats)
        world.mine()
    # ada [0, 2], bob [3, 5], ada [6, 7]: her remainder makes no third; eve [8, 9]
    held = [ada, ada, ada, bob, bob, bob, ada, ada, eve, eve]
    found = [winning_order(ada.round_number, ticket) for ticket in range(11)]
    assert [order and order.id for order in found] == [*(order.id for order in held), None]
    winner(world, monkeypatch, 6)
    world.finish(ada.round_number)
    win = db.session.scalars(select(PartnerWin)).one()
    assert win.slip_id == ada.id
    assert (win.player_public_identifier, win.player_private_identifier) == ("ada", "private-ada")
    assert db.session.get_one(TicketSlip, ada.id).status == "won"


@pytest.mark.parametrize("ticket", [10, 999])
def test_an_unsold_ticket_is_the_houses(world: World, monkeypatch: pytest.MonkeyPatch, ticket: int) -> None:
    winner(world, monkeypatch, ticket)
    order = ready_to_draw(world, 11_500)
    assert jobs.settle() == 1
    assert (count(PartnerWin), count(Obligation)) == (0, 0)
    assert ledger.balance(AccountRef("result")) == 10_000
    assert ledger.total("partner") == 1_500  # the edge, and the remainder
    assert db.session.get_one(TicketSlip, order.id).status == "assigned"


def test_a_house_fee_lowers_the_jackpot_and_stays_with_the_house(chain_app: Flask, node: NodeProcess) -> None:
    settings = chain_app.config["SETTINGS"]
    chain_app.config["SETTINGS"] = settings.model_copy(update={"house_fee_percent": 4})
    world = World(chain_app, node).begin()
    order = ready_to_draw(world)
    assert jobs.settle() == 1
    assert world.round(order.round_number).jackpot_sats == 960_000
    assert ledger.balance(AccountRef("result")) == 40_000
    assert world.breaches() == []


def test_owing_twice_is_owing_once(world: World) -> None:
    site = world.site()
    for expected in (True, False):
        with transaction():
            assert obligations.owe("jackpot", "rounds", "1", site.id, OTHER_ADDRESS, 500) is expected
    assert count(Obligation) == 1
    assert ledger.balance(AccountRef("jackpot", "rounds-1")) == 500
    assert db.session.execute(text("SELECT count(*) FROM ledger_transfers WHERE kind = 'jackpot'")).scalar_one() == 1
