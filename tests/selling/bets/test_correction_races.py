"""A result is corrected at the moment at which winners are paid by it: whoever is first, nobody keeps what he has not
won, and who has won gets it once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy

from app.core.database.session import db, transaction
from app.people.players.queries import read_now
from app.selling.bets.settlement import correcting, jobs, paying, result

from .rail import Rail
from .settled import balance, paid_out, sealed, sold

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("first", "is_asked"), [("the payment", True), ("the correction", True), ("the correction", False)]
)
def test_a_correction_while_winners_are_paid(
    committed_rail: Rail, first: str, is_asked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`is_asked`: whoever pays asks once more whether the result counts; without that the first one's winners are paid
    with what others have won."""
    rail, in_the_middle, other_has_begun = committed_rail, threading.Event(), threading.Event()
    draw, old, new = rail.make_draw(), rail.player(1_000), rail.player(1_000)
    sold(rail, draw, old, ("one", "1", 500))
    sold(rail, draw, new, ("one", "2", 900))
    sealed(draw)
    with transaction():
        result.settle(draw, 1, final_at=read_now() + DAY)
    (due,) = paying.due()
    db.session.rollback()
    if not is_asked:
        monkeypatch.setattr(paying, "COUNTS", sqlalchemy.true())

    def slow(work: Any) -> Any:
        def done(*given: Any) -> Any:
            in_the_middle.set()
            assert other_has_begun.wait(10)
            threading.Event().wait(0.3)  # the other one waits for a lock by then
            return work(*given)

        return done

    def correct() -> int:
        with rail.app.app_context(), transaction():
            now = read_now()
            return int(correcting.correct(draw, 2, known_at=now, final_at=now + DAY))

    def pay() -> int:
        with rail.app.app_context():
            return jobs.pay_all(due)

    if first == "the payment":
        monkeypatch.setattr(paying, "_claim", slow(paying._claim))
        one, other = pay, correct
    else:
        monkeypatch.setattr(correcting, "win", slow(correcting.win))
        one, other = correct, pay
    with ThreadPoolExecutor(2) as pool:
        begun = pool.submit(one)
        assert in_the_middle.wait(10)
        following = pool.submit(other)
        other_has_begun.set()
        assert (begun.result(), following.result()) == (1, 1 if first == "the payment" or not is_asked else 0)
    if not is_asked:
        assert rail.breaches() != []
        return
    assert (balance("wallet", old), balance("receivable", old), balance("owed", draw)) == (500, 0, 8_100)
    assert (paid_out(), balance("wallet", new), rail.breaches()) == (1, 8_200, [])
