"""Draws are made ahead, once each, as they promise; skipped, and held after all."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from app.core.errors import DomainError
from app.outcomes.results import queries as results
from app.people.players.queries import read_now
from app.record.log.models import Waiting
from app.selling.bets import jobs
from app.selling.bets.calendar import making, promise, queries, service, times
from app.selling.bets.games import Schedule, Slot
from app.selling.bets.models import BetDraw

from .rail import Rail

ACTOR = "operator:ada"


def schedule(zone: str, *at: time) -> Schedule:
    slots = tuple(Slot(number, one) for number, one in enumerate(at))
    return Schedule(ZoneInfo(zone), slots, cutoff=timedelta(minutes=15), days_ahead=7)


@pytest.mark.parametrize(("zone", "shortest", "longest"), [("Asia/Manila", 24, 24), ("America/Port-au-Prince", 23, 25)])
def test_each_slot_of_each_day_is_held_once_for_years(zone, shortest, longest):
    """At its time by the clocks there, with and without summer time; the slots within the hours that clocks skip and
    show twice, too."""
    plan = schedule(zone, time(1, 30), time(2, 30), time(14), time(21))
    made_at = datetime(2020, 1, 1, tzinfo=UTC)
    held = [
        [times.times_of(plan, day, slot, made_at) for slot in plan.slots]
        for day in times.days(date(2024, 1, 1), date(2031, 12, 31))
    ]
    moments = [one.draws_at for day in held for one in day]
    assert moments == sorted(set(moments))
    apart = {(later[2].draws_at - earlier[2].draws_at) // timedelta(hours=1) for earlier, later in pairwise(held)}
    assert (min(apart), max(apart)) == (shortest, longest)
    assert {one[3].draws_at.astimezone(plan.zone).time() for one in held} == {time(21)}
    for one in held[100]:
        assert one.opens_at < one.closes_at < one.seals_at < one.cosigned_by < one.draws_at
        assert one.seals_at - one.closes_at == timedelta(minutes=1)
        assert one.draws_at - one.cosigned_by == timedelta(minutes=5)


def test_the_days_that_are_sold_begin_at_midnight_where_the_draw_is_held():
    manila = schedule("Asia/Manila", time(14))
    assert times.sold_on(manila, datetime(2026, 11, 30, 15, 59, 59, tzinfo=UTC))[0] == date(2026, 11, 30)
    assert times.sold_on(manila, datetime(2026, 11, 30, 16, 0, tzinfo=UTC)) == (date(2026, 12, 1), date(2026, 12, 8))


def test_a_slot_may_be_made_no_sooner_than_shortly_before():
    plan = schedule("Asia/Manila", time(14))
    often = replace(plan, slots=(*plan.slots, Slot(7, time(14, 30), ahead=timedelta(minutes=30))))
    day = date(2026, 11, 30)

    def made(hour: int, minute: int) -> list[int]:
        now = datetime(2026, 11, 30, hour, minute, tzinfo=plan.zone).astimezone(UTC)
        return [slot.number for _, slot, _ in making.planned(often, day, day, now)]

    assert (made(13, 40), made(14, 0), made(14, 15)) == ([0], [7], [])


def promised_in_log(session) -> list[str]:
    its = Waiting.kind == "bet.promised", Waiting.subject.startswith("bet-draw:pick:")
    leaves = session.query(Waiting).filter(*its).order_by(Waiting.id)
    return [json.loads(leaf.data)["promise"] for leaf in leaves]


def test_draws_are_made_once_each_and_promise_what_they_are(rail: Rail, session):
    assert jobs.make_draws() > 0
    assert jobs.make_draws() == 0
    made = len(promised_in_log(session))
    today, last = times.sold_on(rail.game.plan, read_now())
    found = queries.of_days("pick", today, last)
    assert made == len(found) in range(6, 10)  # of today what can still be sold
    assert sorted(draw.promise for draw in found) == sorted(promised_in_log(session))
    for draw in found:
        terms = promise.read(draw.promise)
        assert draw.promise_hash == promise.hash_of(draw.promise) == draw.tip
        assert (terms["name"], terms["multiple"], terms["classes"], terms["zone"]) == (draw.name, 9, 10, "Asia/Manila")
        assert [promise.moment(terms, name) for name in ("opensAt", "closesAt", "sealsAt", "drawsAt")] == [
            *(draw.opens_at, draw.closes_at, draw.seals_at, draw.draws_at)
        ]
        rules = promise.rules_in(terms)
        assert (rules.final_after_seconds, rules.void_after_seconds) == (24 * 3600, 72 * 3600)
        assert (rules.hashes == 0) == (draw.source == "official") == bool(draw.lottery)
        assert awaited(draw.name) == ("expected" if draw.lottery else None)
        assert bool(terms["sources"]) is bool(draw.lottery)
    assert {draw.source for draw in found} == {"official", "sealed_draw"}
    assert queries.open_draws("pick")[0].draws_at == min(draw.draws_at for draw in found)


def test_days_beyond_those_that_are_sold_are_scheduled(rail: Rail, session):
    later = read_now().date() + timedelta(days=30)
    assert service.make(rail.game, later, later, actor="operator:ada") == 3
    first = queries.draws("pick", "scheduled")[0]
    assert first.opens_at.astimezone(rail.game.plan.zone).date() == later - timedelta(days=2)
    with pytest.raises(DomainError, match="days_invalid"):
        service.make(rail.game, later, later - timedelta(days=1), actor="operator:ada")


def awaited(name: str) -> str | None:
    """How the official result of a draw stands; None where none is waited for."""
    found = results.of("pick", name)
    return found.state if found is not None else None


def test_a_day_is_skipped_and_one_draw_of_it_held_after_all(rail: Rail, session):
    jobs.make_draws()
    day = read_now().astimezone(rail.game.plan.zone).date() + timedelta(days=1)
    skipped = service.skip_day("pick", day, "Christmas", actor=ACTOR)
    assert [draw.name for draw in queries.draws("pick", "cancelled")] == [f"{day}-{slot}" for slot in (2, 1, 0)]
    assert queries.draw_named("pick", f"{day}-0").cancelled_because == "skipped: Christmas"
    with pytest.raises(DomainError, match="draw_not_selling"):
        service.skip(skipped[0], "again", actor=ACTOR)
    assert awaited(f"{day}-0") == "dismissed"
    service.unskip(skipped[0], "It is held", actor=ACTOR)
    assert (awaited(f"{day}-0"), awaited(f"{day}-1")) == ("expected", "dismissed")
    with pytest.raises(DomainError, match="draw_not_skipped"):
        service.unskip(skipped[0], "again", actor=ACTOR)
    assert session.get_one(BetDraw, skipped[0], populate_existing=True).state == "selling"
    told = [leaf.kind for leaf in session.query(Waiting).order_by(Waiting.id) if leaf.kind.startswith("bet.")]
    assert told[-4:] == ["bet.cancelled"] * 3 + ["bet.reopened"]
    assert rail.breaches() == []


def test_a_skipped_draw_is_not_held_after_its_cut_off(rail: Rail, session):
    draw_id = rail.make_draw(opens=-60, closes=-1)
    service.skip(draw_id, "A storm", actor=ACTOR)
    with pytest.raises(DomainError, match="betting_closed"):
        service.unskip(draw_id, "No storm", actor=ACTOR)
