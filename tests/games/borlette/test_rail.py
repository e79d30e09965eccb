"""Borlette sold, sealed and settled by the rail of bets: nothing is sold that could not be paid, and what is won is
what a plain look at every draw says."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import product
from uuid import UUID

import numpy as np
import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, scoped_session

from app.core.database.session import db, transaction
from app.games.borlette.engine import odds
from app.games.borlette.engine.kinds import FORM_OF, KINDS, LENGTH, OF_ONE_DIGIT, selection_of
from app.games.borlette.engine.profiles import PROFILES
from app.games.borlette.engine.winning import wins
from app.games.borlette.game import BORLETTE
from app.games.borlette.operating.configuring import CONFIGURED
from app.people.players.queries import read_now
from app.selling.bets import exposure
from app.selling.bets.bankroll import capacity
from app.selling.bets.calendar import service as calendar
from app.selling.bets.games import Costs
from app.selling.bets.sale import draws, service
from app.selling.bets.sale.reserving.queries import entries_of
from app.selling.bets.sale.ticket import Accepted, RefusedSale
from app.selling.bets.sealing import service as sealing
from app.selling.bets.settlement import correcting, jobs, result
from app.selling.bets.settlement.listening import OfficialResults
from tests.selling.bets.rail import BANKROLL, Rail
from tests.selling.bets.selling import refused, sell, wanted
from tests.selling.bets.settled import sealed, won
from tests.selling.bets.test_sale_races import at_once

TABLE = odds.preset("house", PROFILES["seed_v1"])
ALL = ["".join(digits) for digits in product("012", repeat=7)]
"""Whoever bets on 0 and 1 alone wins nothing by any other digit, so that one other stands for all."""
Bet = tuple[str, str, int]


@contextmanager
def on_rail(app: Flask) -> Iterator[Rail]:
    one = Rail(app, BORLETTE, terms=odds.terms(TABLE), provider="moncash")  # type: ignore[arg-type]
    one.fund()
    yield one


@pytest.fixture
def rail(app: Flask, session: scoped_session[Session]) -> Iterator[Rail]:
    with on_rail(app) as one:
        yield one


@pytest.fixture
def committed_rail(committed_db: Flask) -> Iterator[Rail]:
    with on_rail(committed_db) as one:
        yield one


@cache
def _tiers(kind: str, selection: str) -> list[int | None]:
    return [wins(TABLE.profile, kind, selection, digits) for digits in ALL]


def costs(*bets: Bet) -> np.ndarray:
    """What they win on each draw that there is of three digits, looked at one by one."""
    total = np.zeros(len(ALL), dtype=np.int64)
    for kind, selection, stake in bets:
        by_tier = [one.pays(stake) for one in odds.price(TABLE, kind, selection).tiers]
        total += [0 if tier is None else by_tier[tier] for tier in _tiers(kind, selection)]
    return total


def _bet(chance: random.Random) -> Bet:
    kind = chance.choice(KINDS)
    length = LENGTH[FORM_OF[kind]]
    digits = chance.choice("01") * length if kind in OF_ONE_DIGIT else "".join(chance.choices("01", k=length))
    stake = chance.choice((500, 700, 1_100)) if FORM_OF[kind] == "pair" else 500
    return kind, selection_of(FORM_OF[kind], digits), stake


@pytest.mark.slow
@pytest.mark.parametrize("at_a_time", [1, 6])
def test_what_is_sold_can_be_paid_whatever_is_drawn_and_all_that_can_be_is(
    rail: Rail, at_a_time: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Against every draw: a ticket is refused only with which one would cost more than the bankroll. Counting is left
    out where a sum says enough, and tells of all that come together."""
    chance, read, rounds = random.Random(at_a_time), [], 60 // at_a_time
    rail.fund(39_000_000)
    most, draw, so_far = 40_000_000, rail.make_draw(), costs()
    with transaction():
        assert capacity.widen(draw, most // 4)
    counted = exposure.costs

    def look(*asked: object) -> Costs:
        read.append(asked)
        return counted(*asked)  # type: ignore[arg-type]

    monkeypatch.setattr(exposure, "costs", look)
    users, kinds = [rail.player(1_000_000) for _ in range(at_a_time)], set()
    for _ in range(rounds):
        asked = [[_bet(chance) for _ in range(chance.randrange(1, 5))] for _ in users]
        with transaction():
            answers = service.accept(
                [wanted(rail, user, *((draw, *bet) for bet in bets)) for user, bets in zip(users, asked, strict=True)]
            )
        for bets, answer in zip(asked, answers, strict=True):
            kinds.add(type(answer))
            assert isinstance(answer, Accepted) is bool((so_far + costs(*bets)).max() <= most)
            if isinstance(answer, RefusedSale):
                _says_which(answer, bets, so_far, most)
            else:
                so_far = so_far + costs(*bets)
        row = rail.draw(draw)
        assert so_far.max() <= row.worst_minor <= row.allotted_minor <= most
    assert kinds == {Accepted, RefusedSale}
    assert len(read) <= rounds - (at_a_time == 1)
    assert rail.breaches() == []


def _says_which(refused: RefusedSale, bets: list[Bet], so_far: np.ndarray, most: int) -> None:
    """The first line that is too much, and a stake that is not."""
    (why,) = refused.refusals
    assert (why.reason, why.bet is None, why.remaining is None) == ("exposure_full", False, False)
    at, before = why.bet or 0, so_far + costs(*bets[: why.bet])
    assert before.max() <= most < (before + costs(bets[at])).max()
    kind, selection, _ = bets[at]
    assert (before + (costs((kind, selection, why.remaining)) if why.remaining else 0)).max() <= most


def _settle(draw: UUID, digits: str) -> None:
    with transaction():
        assert result.settle(draw, int(digits), final_at=read_now() + timedelta(days=1))


def test_each_line_is_paid_once_by_the_best_that_the_draw_shows(rail: Rail) -> None:
    """47 stands at all three positions, 474 at both triples: and a correction pays by what another draw shows."""
    rail.fund(100_000_000)
    draw, user = rail.make_draw(), rail.player()
    bets: list[Bet] = [
        *(("borlette", "47", 500), ("borlette", "74", 500), ("grap", "44", 500), ("marriage", "47-47", 500)),
        *(("loto3", "474", 500), ("loto4", "4747", 700), ("loto5", "47447", 500), ("borlette", "28", 900)),
    ]
    ticket = sell(wanted(rail, user, *((draw, *bet) for bet in bets))).ticket_id
    sealed(draw)
    for at, digits in enumerate(("4747474", "2847281", "0000000")):
        if at == 0:
            _settle(draw, digits)
        else:
            with transaction():
                now = read_now()
                correcting.correct(draw, int(digits), known_at=now, final_at=now + timedelta(days=1))
        expected = {
            (ticket, place): odds.price(TABLE, kind, selection).tiers[tier].pays(stake)
            for place, (kind, selection, stake) in enumerate(bets)
            if (tier := wins(TABLE.profile, kind, selection, digits)) is not None
        }
        assert won(draw) == expected
        assert rail.breaches() == []


def test_what_goes_back_weighs_no_more(rail: Rail) -> None:
    draw, user = rail.make_draw(official=False), rail.player()
    sell(wanted(rail, user, (draw, "borlette", "11", 1_000), (draw, "loto3", "111", 500)))
    before = rail.draw(draw)
    assert (before.worst_minor, before.worst_minor <= before.allotted_minor) == (1_000 * 50 + 500 * 450, True)
    with transaction():
        calendar.skip(draw, "a hurricane", actor="operator:ada")
    assert jobs.give_back_all(draw) == 1
    after = rail.draw(draw)
    assert (after.worst_minor, after.allotted_minor, after.sold_minor) == (0, 0, 0)
    assert rail.breaches() == []


def test_a_line_says_what_it_pays_by_each_position_in_the_log_and_in_its_row(rail: Rail) -> None:
    draw, user = rail.make_draw(), rail.player()
    sold = sell(wanted(rail, user, (draw, "borlette", "47", 700), (draw, "marriage", "28-47", 500)))
    assert '"lines":[["borlette","47",700,50,1,20,1,10,1],["marriage","28-47",500,1000,1]]' in sold.said[0].text
    (entry,) = entries_of(sold.ticket_id)
    assert [(bet.marks, bet.wins, bet.wins_by_mark, bet.all_odds) for bet in entry.bets] == [
        ((47, 100_047, 200_047), 35_000, (35_000, 14_000, 7_000), (50, 1, 20, 1, 10, 1)),
        ((1_002_847,), 500_000, (), (1_000, 1)),
    ]
    for lie in (
        "ARRAY[50, 1, 20, 1, 10, 1], ARRAY[35000, 14000, 7001]",
        "ARRAY[50, 1, 20, 1], ARRAY[35000, 14000]",
        "ARRAY[60, 1, 20, 1, 10, 1], ARRAY[42000, 14000, 7000]",
        "ARRAY[50, 1, 60, 1, 10, 1], ARRAY[35000, 42000, 7000]",
        "ARRAY[50, 1, 20, 1, 10, 1], NULL",
    ):
        with pytest.raises(IntegrityError, match="bet_lines_by_mark_check"), transaction():
            db.session.execute(
                text(
                    "INSERT INTO bet_lines (ticket_id, place, draw_id, kind, selection, stake_minor, numerator, "
                    "denominator, marks, wins_minor, odds_by_mark, wins_by_mark) SELECT ticket_id, 9, draw_id, kind, "
                    f"selection, stake_minor, numerator, denominator, marks, wins_minor, {lie} FROM bet_lines "
                    "WHERE place = 0"
                )
            )


def test_all_together_stake_no_more_on_a_number_than_is_taken(rail: Rail) -> None:
    with transaction():
        CONFIGURED.configure({"most_on_number": 1_000_00}, actor="operator:ada", reason="a favourite")
    rail.fund(100_000_000)
    draw, other, user, bob = rail.make_draw(), rail.make_draw(), rail.player(1_000_000), rail.player()
    sell(wanted(rail, user, (draw, "borlette", "44", 400_00), (draw, "grap", "44", 200_00)))
    assert refused(wanted(rail, user, (draw, "borlette", "44", 400_01))) == [("number_full", 0, 400_00)]
    twice = (draw, "borlette", "44", 300_00), (draw, "borlette", "44", 200_00)
    assert refused(wanted(rail, user, *twice)) == [("number_full", 1, 100_00)], "each beside those before it"
    with transaction():
        answers = service.accept([wanted(rail, one, (draw, "borlette", "44", 300_00)) for one in (user, bob)])
    assert [type(answer) for answer in answers] == [Accepted, RefusedSale], "in a batch, too"
    sell(wanted(rail, user, (draw, "borlette", "45", 1_000_00), (other, "borlette", "44", 1_000_00)))
    assert rail.breaches() == []


@pytest.mark.parametrize("is_locked", [True, False])
def test_two_who_want_all_that_is_left(committed_rail: Rail, is_locked: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both have read what the draw could cost before either of them adds to it, if the draw's lock lets them."""
    rail, both_have_looked = committed_rail, threading.Barrier(2)
    draw, read, stake = rail.make_draw(), exposure.costs, BANKROLL // 450
    two = [wanted(rail, rail.player(), (draw, "loto3", "472", stake)) for _ in range(2)]

    def look(*asked: object) -> Costs:
        found = read(*asked)  # type: ignore[arg-type]
        with suppress(threading.BrokenBarrierError):
            both_have_looked.wait(1)
        return found

    monkeypatch.setattr(exposure, "costs", look)
    if not is_locked:  # nor is what the database itself refuses
        monkeypatch.setattr(draws, "locked", lambda ids: (draws.known(ids), draws.read_now()))
        db.session.execute(text("ALTER TABLE bet_entries DROP CONSTRAINT bet_entries_draw_id_number_key"))
        db.session.commit()
    answers = at_once(rail.app, two)
    assert sum(isinstance(answer, Accepted) for answer in answers) == (1 if is_locked else 2)
    truth = db.session.scalars(text("SELECT max(amount_minor) FROM bet_exposures")).one()
    assert (truth <= BANKROLL) is is_locked, "oversold"
    assert (rail.breaches() == []) is is_locked


def test_a_seal_says_what_the_dearest_draw_costs(rail: Rail) -> None:
    """And not the sum that was enough while it sold."""
    draw, user = rail.make_draw(closes=0.3, seals=0.1, draws=300), rail.player()
    bets: list[Bet] = [("borlette", f"{number:02}", 500) for number in (0, 1, 10, 11)] + [("loto3", "010", 500)]
    with transaction():
        assert capacity.widen(draw, BANKROLL // 2)
    sell(wanted(rail, user, *((draw, *bet) for bet in bets)))
    assert rail.draw(draw).worst_minor == 4 * 500 * 50 + 500 * 450
    threading.Event().wait(0.6)
    with transaction():
        assert sealing.seal(draw)
    row = rail.draw(draw)
    assert row.worst_minor == row.allotted_minor == costs(*bets).max()
    assert rail.breaches() == []
    assert capacity.left(row) == BANKROLL


def test_the_audit_sees_a_draw_that_keeps_too_little(rail: Rail) -> None:
    draw = rail.make_draw()
    sell(wanted(rail, rail.player(), (draw, "borlette", "47", 500), (draw, "borlette", "28", 500)))
    truth = rail.draw(draw).worst_minor
    assert truth == 500 * 50 + 500 * 20
    for kept, is_seen in ((truth + 1, False), (truth, False), (truth - 1, True)):
        with transaction():
            assert capacity.widen(draw, kept)
            db.session.execute(text("UPDATE bet_draws SET worst_minor = :kept"), {"kept": kept})
        assert [one.check for one in rail.breaches()] == ["bets.worst case"] * is_seen


@dataclass(frozen=True)
class Official:
    """As `outcomes/results` tells it: seven digits, Pick 3 before Pick 4."""

    subject: str
    promise: bytes
    numbers: str
    version: int = 1
    game: str = "borlette"
    confirmed_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def final_at(self) -> datetime:
        return self.confirmed_at + timedelta(days=1)


def test_an_official_result_settles_what_was_bet_on_it_and_its_correction_too(rail: Rail) -> None:
    rail.fund(100_000_000)
    draw, ada, bob = rail.make_draw(), rail.player(), rail.player()
    mine = sell(wanted(rail, ada, (draw, "loto5", "00447", 500), (draw, "grap", "00", 500))).ticket_id
    sell(wanted(rail, bob, (draw, "borlette", "28", 500)))
    sealed(draw)
    row = rail.draw(draw)
    for numbers, version, expected in (("0047283", 1, {0, 1}), ("4728316", 2, set())):
        with transaction():
            told = Official(row.name, row.promise_hash, numbers, version)
            if version == 1:
                OfficialResults().confirmed(told)
            else:
                OfficialResults().corrected(told, told)
        assert jobs.settle() == 1
        assert {place for ticket, place in won(draw) if ticket == mine} == expected
        assert rail.breaches() == []
    assert BORLETTE.told(rail.draw(draw).outcome or 0) == "472 8316"
    with pytest.raises(ValueError), transaction():
        OfficialResults().confirmed(Official(row.name, row.promise_hash, "472"))
