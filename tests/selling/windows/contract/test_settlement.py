"""Settlement: once, whoever does it and how often, with Redis or without, whatever the settings of the day say."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text

from app.core.database.session import db, transaction
from app.core.jobs import queue
from app.core.ports import places
from app.outcomes.draws import service as draws
from app.record.audit import switches
from app.selling.windows import jobs
from app.selling.windows.rounds import settlement
from tests.factories.world import World
from tests.settings import dealt

from .adapters import ADAPTERS, Bought, Turns, holds_state, name_of
from .stage import Stage

in_turn = Turns()


@pytest.fixture
def order(stage: Stage) -> Bought:
    return stage.to_be_drawn()


def settled_once(stage: Stage, order: Bought) -> None:
    """One win, one debt, and everybody's money where it belongs."""
    number = order.round_number
    assert stage.status(number) == "settled"
    assert stage.wins() == [(number, order.id)]
    assert stage.state(order) == "won"
    assert stage.debts() == 1
    assert stage.of_round("jackpot", number) == stage.round(number).jackpot_sats
    assert stage.of_round("pool", number) == stage.of_round("held", number) == 0
    assert (len(stage.events("round.settled")), len(stage.events("win.created"))) == (1, 1)
    assert stage.breaches() == set()


@in_turn
def test_no_draw_before_the_closing_block_is_buried(stage: Stage) -> None:
    order = stage.paid(stage.whole(stage.world.site()))
    number = order.round_number
    stage.seal(number)
    round_ = stage.round(number)
    stage.world.mine_to(round_.closing_height + round_.settlement_depth - 1)
    jobs.settle()
    assert stage.status(number) == "sealed"
    stage.world.mine()
    jobs.settle()
    settled_once(stage, order)


@in_turn
def test_settling_again_settles_nothing(stage: Stage, order: Bought) -> None:
    number = order.round_number
    held = stage.of_round("held", number)
    for _ in range(3):
        jobs.settle()
    draw = stage.draw(number)
    assert draw.outcome is not None
    algorithm = stage.game.draw.algorithm(stage.round(number))
    with transaction():
        work = draws.work_of(draw, algorithm)
        assert not settlement.settle(stage.game, number, work, algorithm.read(draw.outcome))
    settled_once(stage, order)
    (win,), (told,) = stage.events("win.created"), stage.events("round.settled")
    assert (win["orderId"], win["jackpotSats"]) == (str(order.id), stage.round(number).jackpot_sats)
    assert told["sold"] is True
    with transaction() as session:
        site = session.get_one(stage.game.order, order.id).partner_site_id
    assert stage.balance("partner", site) == held > 0


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
        thread.join(60)
    return results


@in_turn
def test_many_settlers_at_once(stage: Stage, order: Bought) -> None:
    results = together(stage.world, 4, jobs.settle)
    assert sorted(bool(found) for found in results) == [False, False, False, True], results
    settled_once(stage, order)


@in_turn
def test_many_settlers_that_all_believe_to_lead(stage: Stage, order: Bought) -> None:
    """Leadership is a courtesy: without it the last write decides, once."""
    results = together(stage.world, 4, lambda: jobs._settle_round(stage.game, order.round_number, lambda: False))
    assert sorted(results) == [False, False, False, True]  # type: ignore[type-var]
    settled_once(stage, order)


@in_turn
def test_settlement_needs_no_redis(stage: Stage, order: Bought) -> None:
    places(stage.world.app).held.pop(queue.REDIS, None)
    settings = stage.world.app.config["SETTINGS"]
    away = type(settings.redis_url)("redis://127.0.0.1:1/0")
    stage.world.app.config["SETTINGS"] = settings.model_copy(update={"redis_url": away})
    jobs.settle()
    settled_once(stage, order)


def test_what_is_frozen_decides_and_not_the_settings_of_the_day(stage: Stage, order: Bought) -> None:
    number = order.round_number
    round_ = stage.round(number)
    jackpot, parameters = round_.jackpot_sats, stage.game.draw.algorithm(round_).parameters_of(round_)
    settings = stage.world.app.config["SETTINGS"]
    other = {**stage.adapter.other_settings, "settlement_depth": 1}
    stage.world.app.config["SETTINGS"] = settings.model_copy(update=other)
    jobs.settle()
    assert stage.draw(number).parameters == parameters
    assert stage.round(number).jackpot_sats == jackpot
    settled_once(stage, order)


def test_a_stopped_draw_goes_on_from_its_checkpoint(
    stage: Stage, order: Bought, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = order.round_number
    monkeypatch.setattr(draws, "CHECKPOINT_SECONDS", 0.0)
    jobs._settle_alone(stage.game, number, lambda: True)
    draw = stage.draw(number)
    assert (draw.state, stage.status(number)) == ("provisional", "drawing")
    algorithm = stage.game.draw.algorithm(stage.round(number))
    with transaction():
        assert draws.work_of(stage.draw(number), algorithm).checkpoint is not None, "its mark is ours"
    jobs.settle()
    settled_once(stage, order)


def test_a_checkpoint_that_somebody_else_wrote_is_not_gone_on_from(stage: Stage, order: Bought) -> None:
    """Its last state would be the outcome: whoever writes to the database would choose it."""
    number = order.round_number
    stage.begin_draw(number)
    forged, state = stage.adapter.forged(stage.draw(number).seed, stage.round(number))
    _keep(stage, number, json.dumps({**forged, "mark": "0" * 64}))
    jobs.settle()
    assert not holds_state(stage.draw(number).outcome, state)
    settled_once(stage, order)


@pytest.mark.parametrize(
    ("adapter", "found"), dealt(ADAPTERS, ["[1]", '{"mark": "\u00e9"}', "{}"]), indirect=["adapter"], ids=name_of
)
def test_whatever_stands_in_a_checkpoints_place_is_no_reason_not_to_draw(
    stage: Stage, order: Bought, found: str
) -> None:
    stage.begin_draw(order.round_number)
    _keep(stage, order.round_number, found)
    jobs.settle()
    settled_once(stage, order)


def _keep(stage: Stage, number: int, checkpoint: str) -> None:
    identifier = stage.draw(number).id
    with transaction() as session:
        statement = text("UPDATE draws SET checkpoint = CAST(:c AS jsonb) WHERE id = :id")
        session.execute(statement, {"c": checkpoint, "id": identifier})


@in_turn
def test_a_round_that_breaks_down_calls_a_person_and_is_drawn_when_it_can_be(
    stage: Stage, order: Bought, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor does it keep the rounds of other games waiting."""
    number, real = order.round_number, draws.run

    def break_down(work: draws.Work[Any], stop: Callable[[], bool]) -> object:
        if stage.is_drawn_by(work.draw_id):
            raise ValueError("a damaged checkpoint")
        return real(work, stop)

    with monkeypatch.context() as patched:
        patched.setattr(draws, "run", break_down)
        jobs.settle()
    assert "settlement_failed" in stage.alarms(number)
    assert stage.status(number) == "drawing"
    jobs.settle()
    settled_once(stage, order)


@in_turn
def test_a_draw_that_ends_after_the_stop_settles_nothing(
    stage: Stage, order: Bought, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, real = order.round_number, draws.run

    def stopped_meanwhile(work: draws.Work[Any], stop: Callable[[], bool]) -> object:
        result = real(work, stop)
        with transaction():
            switches.stop("settlement", actor="operator:olga", reason="wait")
        return result

    with monkeypatch.context() as patch:
        patch.setattr(draws, "run", stopped_meanwhile)
        assert not jobs._settle_alone(stage.game, number, lambda: False)
    assert stage.status(number) == "drawing"
    assert jobs.settle() == 0
    with transaction():
        switches.start("settlement", actor="operator:olga", reason="go on")
    jobs.settle()
    settled_once(stage, order)
