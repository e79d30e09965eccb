"""Many who buy at once: nothing is sold that the bankroll could not pay, nothing after the cut-off, no number twice.

Each lock is taken away once, to see that without it the same test would have found it.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, text

from app.core.database.session import db
from app.selling.bets import exposure
from app.selling.bets.models import BetDraw, BetEntry
from app.selling.bets.sale import draws
from app.selling.bets.sale.draws import Draw
from app.selling.bets.sale.ticket import Accepted, RefusedSale, Wanted

from .rail import BANKROLL, Rail
from .selling import tried, wanted


def at_once(app: Flask, tickets: Sequence[Wanted]) -> list[Accepted | RefusedSale]:
    def buy(one: Wanted) -> Accepted | RefusedSale:
        with app.app_context():
            return tried(one)

    with ThreadPoolExecutor(len(tickets)) as pool:
        return list(pool.map(buy, tickets))


@pytest.mark.parametrize("is_locked", [True, False])
def test_two_who_want_all_that_is_left(committed_rail: Rail, is_locked: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both have looked at what a number costs before either of them adds to it, if the draw's lock lets them."""
    rail, both_have_looked = committed_rail, threading.Barrier(2)
    draw, at = rail.make_draw(), exposure.at
    rail.game.limit = replace(rail.game.limit, most_stake=BANKROLL)
    two = [wanted(rail, rail.player(BANKROLL // 9), (draw, "one", "7", BANKROLL // 9)) for _ in range(2)]

    def look(asked: Mapping[UUID, Collection[int]]) -> dict[UUID, dict[int, int]]:
        found = at(asked)
        with suppress(threading.BrokenBarrierError):
            both_have_looked.wait(1)
        return found

    monkeypatch.setattr(exposure, "at", look)
    if not is_locked:  # nor is what the database itself refuses
        monkeypatch.setattr(draws, "locked", lambda ids: (draws.known(ids), draws.read_now()))
        for table, name in (
            ("bet_draws", "bet_draws_covered_check"),
            ("bet_entries", "bet_entries_draw_id_number_key"),
        ):
            db.session.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT {name}"))
        db.session.commit()
    answers = at_once(rail.app, two)
    assert sum(isinstance(answer, Accepted) for answer in answers) == (1 if is_locked else 2)
    sold = rail.draw(draw)
    assert (sold.worst_minor <= sold.allotted_minor) is is_locked, "oversold"
    assert (rail.breaches() == []) is is_locked


@pytest.mark.parametrize("is_read_after_the_lock", [True, False])
def test_who_has_waited_beyond_the_cut_off_is_too_late(
    committed_rail: Rail, is_read_after_the_lock: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    rail = committed_rail
    one = wanted(rail, rail.player(), (rail.make_draw(closes=1), "one", "7", 100))
    if not is_read_after_the_lock:
        locked = draws.locked

        def begun(ids: Collection[UUID]) -> tuple[dict[UUID, Draw], datetime]:
            return locked(ids)[0], db.session.execute(text("SELECT now()")).scalar_one()

        monkeypatch.setattr(draws, "locked", begun)
    with db.engine.connect() as other, other.begin(), ThreadPoolExecutor(1) as pool:
        other.execute(select(BetDraw.id).where(BetDraw.id == one.lines[0].draw_id).with_for_update())
        buying = pool.submit(lambda: at_once(rail.app, [one]))
        time.sleep(1.2)
        other.commit()
        (answer,) = buying.result()
    assert isinstance(answer, RefusedSale) is is_read_after_the_lock
    if isinstance(answer, RefusedSale):
        assert answer.refusals[0].reason == "betting_closed"


def test_whatever_is_bought_by_whomever_at_once_every_book_agrees(committed_rail: Rail) -> None:
    """Four people, two draws, a bankroll that is soon too small: what was sold is counted anew from its lines."""
    rail, chance = committed_rail, random.Random(16)
    rail.game.limit = replace(rail.game.limit, most_stake=BANKROLL)
    two, people = [rail.make_draw(), rail.make_draw()], [rail.player(BANKROLL) for _ in range(4)]
    kinds: list[Callable[[], tuple[str, str]]] = [
        lambda: ("one", str(chance.randrange(10))),
        lambda: ("odd", chance.choice("13579")),
        lambda: ("pair", "-".join(map(str, chance.sample(range(10), 2)))),
    ]
    answers: list[Accepted | RefusedSale] = []
    for _ in range(6):
        answers += at_once(
            rail.app,
            [
                wanted(
                    rail,
                    user,
                    *(
                        (draw, *chance.choice(kinds)(), chance.randrange(100, 30_000))
                        for draw in chance.choices(two, k=chance.randrange(1, 4))
                    ),
                )
                for user in people
            ],
        )
    full = [one for one in answers if isinstance(one, RefusedSale)]
    assert {refusal.reason for one in full for refusal in one.refusals} == {"exposure_full"}
    assert 0 < len(full) < len(answers)
    assert sum(rail.draw(draw).worst_minor for draw in two) <= BANKROLL
    for draw in two:
        numbers = db.session.scalars(select(BetEntry.number).where(BetEntry.draw_id == draw)).all()
        assert sorted(one for one in numbers if one) == list(range(1, rail.draw(draw).sales + 1))
    assert rail.breaches() == []
