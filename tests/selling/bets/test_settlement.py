"""A draw has its result: who won is who a plain loop says, each line is paid once, and all of it is in the book."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from app.core.database.session import db, transaction
from app.core.ids import new_id
from app.core.web.templating import there
from app.money.wallets.origins import service as origins
from app.people.notices import queries as notices
from app.people.players.queries import read_now
from app.selling.bets.settlement import correcting, finality, jobs, paying, result, telling
from tests.properties.profile import searched

from .rail import BANKROLL, Rail
from .settled import balance, paid_out, sealed, sold, won

BETS = st.tuples(
    st.sampled_from(["one", "odd", "pair"]), st.integers(0, 9), st.integers(1, 9), st.integers(100, 999)
).map(lambda bet: _bet(*bet))
DAY = timedelta(hours=24)


def _bet(kind: str, digit: int, step: int, stake: int) -> tuple[str, str, int]:
    if kind == "odd":
        digit |= 1
    selection = str(digit) if kind != "pair" else f"{digit}-{(digit + step) % 10}"
    return kind, selection, stake


def settle(draw_id: UUID, outcome: int, final_after: timedelta = DAY) -> None:
    with transaction():
        assert result.settle(draw_id, outcome, final_at=read_now() + final_after)


def correct(draw_id: UUID, outcome: int, later: timedelta = timedelta(0)) -> None:
    with transaction():
        now = read_now()
        assert correcting.correct(draw_id, outcome, known_at=now + later, final_at=now + 2 * DAY)


@pytest.mark.slow
@settings(searched(12), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(BETS, min_size=1, max_size=4), min_size=1, max_size=8), st.integers(0, 9))
def test_who_won_is_who_a_plain_loop_says(rail: Rail, tickets: list[list[tuple[str, str, int]]], outcome: int) -> None:
    draw, other = rail.make_draw(), rail.make_draw()
    before = balance("bankroll", rail.game.name)
    player = rail.player(sum(bet[2] for bets in tickets for bet in bets) + 900)
    sold(rail, other, player, ("one", str(outcome), 900))
    expected: dict[tuple[UUID, int], int] = {}
    for bets in tickets:
        ticket = sold(rail, draw, player, *bets)
        for place, (kind, selection, stake) in enumerate(bets):
            priced = rail.game.price({}, kind, selection)
            if outcome in priced.marks:
                expected[ticket, place] = priced.odds.pays(stake)
    settle(sealed(draw), outcome)
    assert won(draw) == expected
    row, owed = rail.draw(draw), sum(expected.values())
    assert (row.won_minor, balance("owed", draw), balance("stakes", draw)) == (owed, owed, 0)
    assert balance("bankroll", rail.game.name) == before + row.sold_minor - owed
    assert row.allotted_minor == row.worst_minor
    assert paid_out() == len(expected)
    assert balance("wallet", player) == owed
    assert rail.breaches() == []


def test_each_line_is_paid_once_whoever_dies_and_whoever_runs_beside(
    committed_rail: Rail, monkeypatch: pytest.MonkeyPatch
) -> None:
    rail = committed_rail
    draw, players = rail.make_draw(), [rail.player(1_000) for _ in range(6)]
    for player in players:
        sold(rail, draw, player, ("one", "7", 300), ("pair", "7-8", 200), ("one", "3", 100))
    settle(sealed(draw), 7)
    (due,) = paying.due()
    db.session.rollback()
    deaths = iter((True, False, True))

    def die(name: str) -> None:
        if next(deaths, False):
            raise KeyboardInterrupt(name)

    monkeypatch.setattr(jobs, "step", die)
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            jobs.pay_all(due, most=2)
    assert [balance("wallet", player) for player in players].count(4_000) == 2

    def pay() -> int:
        with rail.app.app_context():
            return jobs.pay_all(due, most=1)

    with ThreadPoolExecutor(2) as pool:
        lines = sum(future.result() for future in [pool.submit(pay) for _ in range(2)])
    assert lines == 2 * 4
    assert [balance("wallet", player) for player in players] == [400 + 2_700 + 900] * 6
    assert rail.draw(draw).settled_at is not None
    told = db.session.execute(text("SELECT user_id, count(*) FROM notices WHERE kind = 'bet.won' GROUP BY 1")).all()
    assert dict(tuple(row) for row in told) == dict.fromkeys(players, 1)
    assert (jobs.pay(), rail.breaches()) == (0, [])


def test_a_corrected_result_takes_back_what_is_there_and_the_rest_is_owed(rail: Rail) -> None:
    """Then what a player owes is set off first; the draw keeps what one more correction would cost."""
    draw, later = rail.make_draw(), rail.make_draw()
    spender, saver, new = (rail.player(1_000) for _ in range(3))
    sold(rail, draw, spender, ("one", "1", 1_000))
    sold(rail, draw, saver, ("one", "1", 500), ("one", "2", 100))
    sold(rail, draw, new, ("one", "2", 200))
    settle(sealed(draw), 1)
    assert paid_out() == 2
    sold(rail, later, spender, ("one", "4", 8_000))
    correct(draw, 2)
    assert (balance("wallet", spender), balance("receivable", spender)) == (0, 8_000)
    assert (balance("wallet", saver), balance("owed", draw)) == (400, 2_700)
    assert rail.draw(draw).worst_minor == 13_500 - 2_700
    assert rail.breaches() == []
    assert paid_out() == 2
    settle(sealed(later), 4)
    assert paid_out() == 1
    assert (balance("wallet", spender), balance("receivable", spender)) == (72_000 - 8_000, 0)
    assert (balance("wallet", saver), balance("wallet", new)) == (400 + 900, 800 + 1_800)
    correct(draw, 1)
    assert balance("wallet", saver) == 400
    assert (paid_out(), balance("wallet", saver), rail.breaches()) == (2, 400 + 4_500, [])


def test_once_it_was_final_the_house_bears_it(rail: Rail) -> None:
    draw = rail.make_draw()
    old, both = rail.player(1_000), rail.player(1_000)
    sold(rail, draw, old, ("one", "1", 100))
    sold(rail, draw, both, ("pair", "1-2", 100), ("one", "2", 100))
    settle(sealed(draw), 1)
    assert paid_out() == 2
    correct(draw, 2, later=2 * DAY)
    assert paid_out() == 1
    assert (balance("wallet", old), balance("wallet", both)) == (900 + 900, 800 + 450 + 900)
    assert rail.draw(draw).won_minor == 900 + 450 + 900
    assert rail.breaches() == []


def test_what_was_won_plays_and_does_not_leave_until_it_is_final(rail: Rail) -> None:
    """Then the draw gives back what it has kept; a correction that was known before is waited for."""
    draw, after = rail.make_draw(), rail.make_draw()
    player = rail.player(1_000)
    sold(
        rail,
        draw,
        player,
        ("one", "1", 1_000),
    )
    settle(sealed(draw), 1)
    paid_out()
    ((final_at, amount),) = finality.not_final(player, "PHP").items()
    assert amount == 9_000
    with transaction():
        telling.won(player, rail.draw(draw), new_id(), 5, final_at + DAY)
    by_card, by_result = (one.words.text for one in notices.page_of(player, 2))
    assert f"It may leave from {there(final_at, 'PHP')} on, when the result is final." in by_result
    assert f"It may leave from {there(final_at + DAY, 'PHP')} on: you have played with what a card paid." in by_card
    assert origins.final_of(player, "PHP", 9_000) == 0
    sold(rail, after, player, ("one", "4", 2_000))
    settle(sealed(after), 5)
    assert rail.draw(after).worst_minor == 18_000
    assert finality.due() == []
    with transaction() as session:
        session.execute(text("UPDATE bet_draws SET final_at = now() WHERE id = :id"), {"id": after})
    assert (jobs.end_waiting(), rail.draw(after).allotted_minor) == (1, 0)
    assert balance("bankroll", rail.game.name) == BANKROLL + 1_000 - 9_000 + 2_000
    assert rail.breaches() == []
