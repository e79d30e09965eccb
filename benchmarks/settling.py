"""A hot draw has its result: winners are counted and paid, while others buy for the next draw."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from functools import partial
from typing import Any, Final
from uuid import UUID

from flask import Flask
from sqlalchemy import text

from app.core.database.session import db, transaction
from app.core.ids import new_id
from app.games.swertres.game import SwertresGame
from app.people.accounts import service as accounts
from app.people.players.profile import service as profiles
from app.people.players.profile.rules import Proposed
from app.people.players.queries import read_now
from app.record.ledger import service as ledger
from app.record.ledger.entries import AccountRef, Posting
from app.selling.bets import postings
from app.selling.bets.bankroll import capacity
from app.selling.bets.calendar import queries as calendar_queries
from app.selling.bets.calendar import service as calendar
from app.selling.bets.sale import service as sale
from app.selling.bets.sale.ticket import Accepted, Line, Wanted
from app.selling.bets.settlement import jobs, paying, result

from .measuring import Row, goal, seconds_of
from .stage import NO_NODE, Stage

_BANK: Final = AccountRef("bank", "bench", "PHP")
_MONEY: Final = 10**12
_STAKE: Final = 1_000
_DRAWN: Final = 7
_SALES: Final = 40
_GOAL: Final = 60.0
_TICKETS: Final = """
    INSERT INTO bet_tickets (id, game, code, user_id, currency, total_minor, payment, state, posted_at)
    SELECT gen_random_uuid(), 'swertres', 'bench-' || at, (CAST(:users AS uuid[]))[1 + at % :players], 'PHP', :total,
           'wallet', 'posted', now()
    FROM generate_series(0, :tickets - 1) AS at
"""
_ENTRIES: Final = """
    INSERT INTO bet_entries (id, ticket_id, draw_id, stake_minor, state, number, leaf)
    SELECT gen_random_uuid(), id, :draw, total_minor, 'posted', row_number() OVER (), '' FROM bet_tickets
"""
# Every second line is on six numbers, as a rumble is.
_LINES: Final = """
    INSERT INTO bet_lines (ticket_id, place, draw_id, kind, selection, stake_minor, numerator, denominator, marks,
                           wins_minor)
    SELECT ticket_id, place, :draw, 'straight', '', :stake, 450, cardinality(outcomes), outcomes,
           :stake * 450 / cardinality(outcomes)
    FROM (SELECT ticket_id, place, CASE place % 2 WHEN 0 THEN ARRAY[drawn] ELSE ARRAY[drawn, (drawn + 166) % 1000,
                 (drawn + 332) % 1000, (drawn + 498) % 1000, (drawn + 664) % 1000, (drawn + 830) % 1000] END AS outcomes
          FROM (SELECT ticket_id, place, ((number * 10 + place) * 7919 % 1000)::integer AS drawn
                FROM bet_entries, generate_series(0, 9) AS place WHERE number % :parts = :part) AS chosen) AS line
"""
_PARTS: Final = 20  # no statement may take longer than an answer is waited for
_EXPOSURES: Final = """
    INSERT INTO bet_exposures (draw_id, mark, amount_minor)
    SELECT draw_id, mark, sum(wins_minor) FROM bet_lines, unnest(marks) AS mark GROUP BY draw_id, mark
"""
# What is made up is true by itself, and takes as long as it takes.
_UNCHECKED: Final = "SET LOCAL session_replication_role = replica; SET LOCAL statement_timeout = 0"
_WORST: Final = "SELECT max(amount_minor) FROM bet_exposures"
_READ: Final = """
    SELECT count(*), sum(wins_minor) FROM bet_lines
    WHERE draw_id = :draw AND marks @> ARRAY[CAST(:drawn AS integer)]
"""


def run(stage: Stage) -> Iterator[Row]:
    """All lines of one draw are settled and every winner is paid, each with a notice; every commit is durable."""
    lines = stage.scale.bet_lines
    stage.make_database("settling")
    app = stage.application(stage.settings("settling", NO_NODE, UNVERIFIED_LIMITS="none"))
    with app.app_context():
        users = _players(max(10, lines // 1_000))
        hot, next_one = _draws()
        _fill(hot, users, max(1, lines // 10))
        reading = seconds_of(lambda: _read(hot))
        alone = [seconds_of(partial(_sell, next_one, users[at % len(users)])) for at in range(_SALES)]
        with _selling(app, next_one, users) as beside:
            counting = seconds_of(lambda: _settle(hot))
            paying_all = seconds_of(_pay)
        assert calendar.locked(hot).settled_at is not None
        db.session.remove()
        db.engine.dispose()
    total, dearest = counting + paying_all, max(beside, default=0.0) * 1e3
    note = f"{counting:.1f} s until all is owed; {goal(total, _GOAL, 's')}"
    yield Row(f"{lines:,} lines settled and paid", "s", total, reading, "the lines read once", note)
    typical = statistics.median(beside or alone) * 1e3
    yield Row(
        "a sale meanwhile", "ms", typical, statistics.median(alone) * 1e3, "alone", f"the slowest {dearest:.0f} ms"
    )


def _players(count: int) -> list[UUID]:
    found = []
    for at in range(count):
        with transaction():
            user_id = accounts.user_with_phone(f"+509341{at:05}")
            born = (date(1950, 1, 1) + timedelta(days=at)).isoformat()
            profiles.register(user_id, Proposed("Marie Bench", born, "PH", "PHP"), "en")
        found.append(user_id)
    with transaction():
        ledger.post(
            [
                Posting(_BANK, AccountRef("wallet", str(user_id), "PHP"), _STAKE * 10_000, "bench", str(user_id), "in")
                for user_id in found
            ]
        )
    return found


def _draws() -> tuple[UUID, UUID]:
    """One that is sold already, and the next one."""
    with transaction():
        ledger.post(postings.funded(new_id(), SwertresGame.name, _BANK, _MONEY))
        calendar.make_ahead(SwertresGame())
        capacity.count()
    first, second, *_ = calendar_queries.open_draws(SwertresGame.name)
    ids = first.id, second.id
    db.session.rollback()
    return ids


def _fill(draw_id: UUID, users: list[UUID], tickets: int) -> None:
    given: dict[str, Any] = {"draw": draw_id, "stake": _STAKE, "total": 10 * _STAKE, "tickets": tickets}
    with transaction():
        for setting in _UNCHECKED.split("; "):
            db.session.execute(text(setting))
        given["users"], given["players"] = users, len(users)
        for statement in (_TICKETS, _ENTRIES):
            db.session.execute(text(statement), given)
        for part in range(_PARTS):
            db.session.execute(text(_LINES), {**given, "part": part, "parts": _PARTS})
        db.session.execute(text(_EXPOSURES))
    with transaction():
        draw = calendar.locked(draw_id)
        worst = int(db.session.execute(text(_WORST)).scalar_one())
        assert capacity.widen(draw_id, worst)
        draw.worst_minor, draw.sales, draw.sold_minor = worst, tickets, 10 * _STAKE * tickets
        draw.state, draw.sealed_at = "sealed", read_now()
        staked = postings.stakes(draw_id, "PHP")
        ledger.post([Posting(_BANK, staked, draw.sold_minor, "bench", "stakes", "in")])
    with transaction():
        db.session.execute(text("ANALYZE"))


def _read(draw_id: UUID) -> None:
    db.session.execute(text(_READ), {"draw": draw_id, "drawn": _DRAWN}).one()
    db.session.rollback()


def _settle(draw_id: UUID) -> None:
    with transaction():
        assert result.settle(draw_id, _DRAWN, final_at=read_now() + timedelta(hours=24))


def _pay() -> None:
    due = paying.due()
    db.session.rollback()
    for one in due:
        jobs.pay_all(one)


def _sell(draw_id: UUID, user_id: UUID) -> None:
    wanted = Wanted(new_id(), user_id, SwertresGame.name, (Line(draw_id, "straight", "047", _STAKE),))
    with transaction():
        (answer,) = sale.accept([wanted])
    assert isinstance(answer, Accepted), answer


@contextmanager
def _selling(app: Flask, draw_id: UUID, users: list[UUID]) -> Iterator[list[float]]:
    """One sale after the other, by all players in turn; how long each took."""
    seconds: list[float] = []
    is_over = threading.Event()

    def sell() -> None:
        with app.app_context():
            while not is_over.is_set():
                begin = time.perf_counter()
                _sell(draw_id, users[len(seconds) % len(users)])
                seconds.append(time.perf_counter() - begin)
                time.sleep(0.01)

    seller = threading.Thread(target=sell, daemon=True)
    seller.start()
    try:
        yield seconds
    finally:
        is_over.set()
        seller.join()
