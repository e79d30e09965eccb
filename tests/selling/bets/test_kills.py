"""kill -9 between two payments, and between two refunds: the next run pays and gives back what is left, once."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest

from app.core.database.session import transaction
from app.people.players.queries import read_now
from app.selling.bets.calendar import service as calendar
from app.selling.bets.settlement import jobs, paying, result
from tests.faults.killing import KILLED, run_apart

from .rail import Rail
from .settled import balance, sealed, sold


def _drawn(draw: UUID) -> Callable[[], object]:
    sealed(draw)
    with transaction():
        assert result.settle(draw, 7, final_at=read_now())
    return lambda: [jobs.pay_all(one, most=1) for one in paying.due()]


def _skipped(draw: UUID) -> Callable[[], object]:
    with transaction():
        calendar.skip(draw, "a typhoon", actor="operator:ada")
    return lambda: jobs.give_back_all(draw, most=1)


@pytest.mark.parametrize(
    ("dies_at", "ends", "has"), [("bets.paid", _drawn, 400 + 5_400), ("bets.given_back", _skipped, 1_000)]
)
def test_what_a_killed_process_began_is_done_once(
    committed_rail: Rail, dies_at: str, ends: Callable[[UUID], Callable[[], object]], has: int
) -> None:
    rail = committed_rail
    draw, players = rail.make_draw(official=False), [rail.player(1_000) for _ in range(3)]
    for player in players:
        sold(rail, draw, player, ("one", "7", 600))
    work = ends(draw)
    assert run_apart(rail.app, work, dies_at) == KILLED
    assert [balance("wallet", player) for player in players] == [400] * 3, "nothing of the one it died in"
    assert (run_apart(rail.app, work), run_apart(rail.app, work)) == (0, 0)
    assert [balance("wallet", player) for player in players] == [has] * 3
    assert rail.breaches() == []
