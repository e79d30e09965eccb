"""Somebody keeps a row and does not let go. Whoever needs it waits for so long; nobody else waits for him."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from flask import Flask, current_app

from app.chain import service as chain
from app.core.database.leadership import dsn
from app.core.database.session import db, transaction
from app.games.luckotto.models import LuckottoRound
from app.selling.windows import jobs
from dev.node.process import NodeProcess
from tests.factories.standing import seconds_of
from tests.factories.world import World
from tests.worlds import Worlds

SLACK = 3.0


@pytest.fixture
def world(chain_app: Flask, node: NodeProcess, worlds: Worlds) -> World:
    return World(chain_app, node, worlds).begin()


@contextmanager
def held(world: World, query: str) -> Iterator[None]:
    db.session.remove()
    with psycopg.connect(dsn(world.environment["DATABASE_URL"])) as outside:
        outside.execute(query)  # type: ignore[call-overload]
        yield
        outside.rollback()
    db.session.remove()


def statuses(world: World, number: int) -> tuple[str, str]:
    ticket = world.round(number).status
    return ticket, db.session.get_one(LuckottoRound, number, populate_existing=True).status


ROWS = {
    "the round": "SELECT 1 FROM rounds WHERE round_number = {number} FOR UPDATE",
    "its promise is read by somebody": "SELECT 1 FROM rounds WHERE round_number = {number} FOR SHARE",
}


@pytest.mark.parametrize("row", ROWS)
def test_a_round_keeps_neither_the_scanner_nor_other_rounds(world: World, row: str) -> None:
    """Seal and draw waited for it with the scanner's cursor in their hands, and no other round had its turn."""
    number = world.order(world.site()).round_number
    round_ = world.round(number)
    sales_end, closing, depth = round_.sales_end_height, round_.closing_height, round_.settlement_depth
    query = ROWS[row].format(number=number)
    world.mine_to(sales_end - 1 + depth)
    with held(world, query):
        took, done = while_the_scanner_goes_on(world, jobs.seal)
        assert (done, took < 1 + SLACK) == (1, True)
    assert statuses(world, number) == ("closed", "sealed")
    assert jobs.seal() == 1
    world.mine_to(closing + depth)
    with held(world, query):
        took, done = while_the_scanner_goes_on(world, jobs.settle)
        assert (done, took < 1 + SLACK) == (1, True)
    assert statuses(world, number) == ("sealed", "settled")
    assert jobs.settle() == 1
    assert statuses(world, number) == ("settled", "settled")
    assert world.breaches() == []


_WAITS = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


def while_the_scanner_goes_on(world: World, job: object) -> tuple[float, int]:
    """The job in a thread of its own, and a block meanwhile: it is scanned within what the job may keep it waiting."""
    results: list[tuple[float, int]] = []
    app = current_app._get_current_object()  # type: ignore[attr-defined]

    def work() -> None:
        with app.app_context():
            results.append(seconds_of(job))  # type: ignore[arg-type]
            db.session.remove()

    thread = threading.Thread(target=work)
    thread.start()
    with psycopg.connect(dsn(world.environment["DATABASE_URL"]), autocommit=True) as observer:
        while thread.is_alive() and not observer.execute(_WAITS).fetchone():
            time.sleep(0.01)
    took, _ = seconds_of(world.mine)
    assert took < 1 + SLACK
    thread.join(60)
    return results[0]


@pytest.mark.parametrize(
    "query", ["SELECT 1 FROM ledger_accounts FOR UPDATE", "SELECT 1 FROM partner_sites FOR UPDATE"]
)
def test_accounts_and_sites(world: World, query: str) -> None:
    """Whoever settles gives up in a moment, and it is settled when the row is free."""
    number = world.order(world.site()).round_number
    round_ = world.round(number)
    sales_end, closing, depth = round_.sales_end_height, round_.closing_height, round_.settlement_depth
    world.mine_to(sales_end - 1 + depth)
    with held(world, query):
        took, _ = seconds_of(jobs.seal)
        assert took < 2 + SLACK
        took, _ = seconds_of(world.mine)
        assert took < SLACK  # a block without payments concerns nobody's account
    jobs.seal()
    world.mine_to(closing + depth)
    with held(world, query):
        took, _ = while_the_scanner_goes_on(world, jobs.settle)
        assert took < 4 + SLACK
    jobs.settle()
    assert statuses(world, number) == ("settled", "settled")
    assert world.breaches() == []


def test_who_keeps_the_scanner_out_waits_for_a_moment_alone(world: World) -> None:
    with transaction() as session:
        assert chain.hold_cursor() is not None
        assert session.connection().exec_driver_sql("SHOW lock_timeout").scalar() == "1s"
    with transaction() as session:
        assert session.connection().exec_driver_sql("SHOW lock_timeout").scalar() == "8s"
