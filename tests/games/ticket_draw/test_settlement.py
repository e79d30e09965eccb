"""Settlement: once, whoever does it and how often, with Redis or without, whatever the draw says."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from app.core.database.session import db, transaction
from app.core.jobs import queue
from app.core.ports import places
from app.games.ticket_draw.draw.by_digits import HASH_DRAW
from app.games.ticket_draw.draw.hash_draw import DrawResult
from app.games.ticket_draw.game import ROUNDS
from app.games.ticket_draw.models import PartnerWin, TicketSlip
from app.money.payouts import service as obligations
from app.money.payouts.models import Obligation
from app.outcomes.draws import service as draws
from app.outcomes.draws.models import Draw
from app.record.events.models import Event
from app.record.ledger import queries as ledger
from app.record.ledger.entries import AccountRef
from app.selling.windows import jobs
from app.selling.windows.rounds import settlement
from dev.node.process import NodeProcess
from tests.factories.partners import OTHER_ADDRESS
from tests.factories.world import Placed, World


@pytest.fixture
def world(chain_app: Flask, node: NodeProcess) -> World:
    return World(chain_app, node).begin()


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


def together(world: World, number: int, work: Callable[[], object]) -> list[object]:
    results: list[object] = []
    start = threading.Barrier(number)

    def run() -> None:
        with world.app.app_context():
            try:
                start.wait(60)
                results.append(work())
            except BaseException as error:
                results.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


def test_partner_win_record_creation_is_idempotent_after_settlement(world: World) -> None:
    order = ready_to_draw(world)
    assert [jobs.settle() for _ in range(3)] == [1, 0, 0]
    number = order.round_number
    draw = db.session.scalars(select(Draw)).one()
    assert draw.outcome is not None
    result = DrawResult.from_json(draw.outcome)
    work = draws.work_of(draw, HASH_DRAW)
    db.session.rollback()
    with transaction():
        assert not settlement.settle(ROUNDS, number, work, result)
    assert (count(PartnerWin), count(Obligation)) == (1, 1)
    win = db.session.scalars(select(PartnerWin)).one()
    assert (win.player_public_identifier, win.player_private_identifier) == ("ada", "private-ada")
    assert db.session.get_one(TicketSlip, order.id).status == "won"
    assert ledger.balance(AccountRef("jackpot", f"rounds-{number}")) == 1_000_000
    assert ledger.total("partner") == 100_000
    events = db.session.scalars(select(Event.type).where(Event.type.in_(("round.settled", "win.created")))).all()
    assert sorted(events) == ["round.settled", "win.created"]
    assert world.breaches() == []


def test_two_settlers_at_once(world: World) -> None:
    ready_to_draw(world)
    results = together(world, 4, jobs.settle)
    assert sorted(results) == [0, 0, 0, 1]  # type: ignore[type-var]
    assert (count(PartnerWin), count(Obligation)) == (1, 1)
    assert world.breaches() == []


def test_two_settlers_that_both_believe_to_lead(world: World) -> None:
    """Leadership is a courtesy: without it the last write decides, once."""
    order = ready_to_draw(world)

    def alone() -> bool:
        return jobs._settle_round(ROUNDS, order.round_number, lambda: False)

    results = together(world, 4, alone)
    assert sorted(results) == [False, False, False, True]  # type: ignore[type-var]
    assert (count(PartnerWin), count(Obligation)) == (1, 1)
    assert count(Draw) == 1
    assert world.breaches() == []


def test_settlement_needs_no_redis(world: World) -> None:
    order = ready_to_draw(world)
    places(world.app).held.pop(queue.REDIS, None)
    settings = world.app.config["SETTINGS"]
    away = type(settings.redis_url)("redis://127.0.0.1:1/0")
    world.app.config["SETTINGS"] = settings.model_copy(update={"redis_url": away})
    assert jobs.settle() == 1
    assert world.round(order.round_number).status == "settled"
    assert world.breaches() == []


def winner(world: World, monkeypatch: pytest.MonkeyPatch, ticket: int) -> None:
    """Let the draw say this ticket, as if the closing block had been another."""
    original = draws.run

    def run(work: draws.Work[DrawResult], stop: Any) -> DrawResult:
        result = original(work, stop)
        return DrawResult(f"{ticket:03d}", result.digests, ticket)

    monkeypatch.setattr(draws, "run", run)


@pytest.mark.parametrize(("ticket", "player"), [(0, "ada"), (2, "ada"), (3, "bob"), (5, "bob"), (6, "ada"), (7, "eve")])
def test_the_ticket_belongs_to_whose_range_holds_it(
    world: World, monkeypatch: pytest.MonkeyPatch, ticket: int, player: str
) -> None:
    site = world.site(edge_percent=0)
    ada, bob, eve = (world.order(site, name) for name in ("ada", "bob", "eve"))
    for order, sats in ((ada, 3_000), (bob, 3_000), (ada, 2_500), (eve, 2_500)):
        world.send(order.address, sats)
        world.mine()
    # ada [0, 2], bob [3, 5], ada [6, 7]: her remainder makes no third; eve [8, 9]
    expected = {"ada": ada, "bob": bob, "eve": eve}["ada" if ticket == 7 else player]
    winner(world, monkeypatch, ticket)
    world.finish(ada.round_number)
    assert db.session.scalars(select(PartnerWin)).one().slip_id == expected.id


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


def test_what_is_frozen_decides_and_not_the_settings_of_the_day(world: World) -> None:
    order = ready_to_draw(world)
    settings = world.app.config["SETTINGS"]
    changes = {"hashes_per_digit": 7, "ticket_digits": 5, "settlement_depth": 1, "base_ticket_price_sats": 9}
    world.app.config["SETTINGS"] = settings.model_copy(update=changes)
    assert jobs.settle() == 1
    draw = db.session.scalars(select(Draw)).one()
    assert draw.parameters == {"digits": 3, "hashesPerDigit": 1_000}
    assert world.round(order.round_number).jackpot_sats == 1_000_000
    assert world.breaches() == []


def test_a_stopped_draw_goes_on_from_its_checkpoint(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    order = ready_to_draw(world)
    monkeypatch.setattr(draws, "CHECKPOINT_SECONDS", 0.0)
    stops = iter([False, True])
    assert jobs.settle(lambda: next(stops)) == 0
    db.session.rollback()
    draw = db.session.scalars(select(Draw)).one()
    assert draw.state == "provisional"
    assert draw.checkpoint is not None
    assert draws.work_of(draw, HASH_DRAW).checkpoint is not None, "its mark is ours"
    assert world.round(order.round_number).status == "drawing"
    assert jobs.settle() == 1
    assert world.breaches() == []


def test_a_checkpoint_that_somebody_else_wrote_is_not_gone_on_from(world: World) -> None:
    """Its last state would be the outcome: whoever writes to the database would choose it."""
    order = ready_to_draw(world)
    number = order.round_number
    told = world.node.call("getblockhash", world.round(number).closing_height)
    with transaction():
        assert settlement.begin_draw(ROUNDS, number, told) is not None
    digits = world.round(number).ticket_digits
    state = "11" * 32
    forged = {
        "closing_hash": db.session.scalars(select(Draw.seed)).one(),
        "digit_index": digits,
        "hashes_per_digit": world.round(number).hashes_per_digit,
        "steps_done": 0,
        "state": state,
        "draw_digits": "0" * digits,
        "digests": [state] * digits,
        "mark": "0" * 64,
    }
    db.session.rollback()
    with transaction() as session:
        session.execute(text("UPDATE draws SET checkpoint = CAST(:c AS jsonb)"), {"c": json.dumps(forged)})
    assert jobs.settle() == 1
    db.session.rollback()
    drawn = db.session.scalars(select(Draw)).one()
    assert drawn.outcome is not None
    assert state not in drawn.outcome["drawDigests"]
    assert world.breaches() == []


@pytest.mark.parametrize("found", ["[1]", '"x"', '{"mark": "\u00e9"}', '{"mark": null}', "{}", '{"mark": [1]}'])
def test_whatever_stands_in_a_checkpoints_place_is_no_reason_not_to_draw(world: World, found: str) -> None:
    number = ready_to_draw(world).round_number
    told = world.node.call("getblockhash", world.round(number).closing_height)
    with transaction():
        assert settlement.begin_draw(ROUNDS, number, told) is not None
    with transaction() as session:
        session.execute(text("UPDATE draws SET checkpoint = CAST(:c AS jsonb)"), {"c": found})
    assert jobs.settle() == 1
    assert world.breaches() == []


def test_owing_twice_is_owing_once(world: World) -> None:
    site = world.site()
    for expected in (True, False):
        with transaction():
            assert obligations.owe("jackpot", "rounds", "1", site.id, OTHER_ADDRESS, 500) is expected
    assert count(Obligation) == 1
    assert ledger.balance(AccountRef("jackpot", "rounds-1")) == 500
    assert db.session.execute(text("SELECT count(*) FROM ledger_transfers WHERE kind = 'jackpot'")).scalar_one() == 1
