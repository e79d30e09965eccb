"""Real connections at once: nothing is lost, nothing is written twice, nobody waits in a circle."""

import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from app.core.database.session import db, transaction
from app.core.errors import DomainError
from app.record.ledger import checks, queries, statements
from app.record.ledger.entries import AccountRef, Posting
from app.record.ledger.service import hold, post

COINS = AccountRef("coins")
POOLS = [AccountRef("pool", f"rounds-{number}") for number in range(6)]
THREADS = 8

pytestmark = pytest.mark.usefixtures("either_way")


def at_once(app, work, items):
    """Each item in a transaction of its own, eight at a time; the results, or the codes of refusals."""

    def one(item):
        with app.app_context():
            try:
                with transaction():
                    return work(item)
            except DomainError as refused:
                return refused.code

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(one, items))


def breaches():
    return [breach for check in checks.CHECKS for breach in check()]


def many_calls(turn=0):
    """Each over all accounts, named in an order of its own."""
    random.seed(7)
    return [
        [
            Posting(COINS, pool, 10, "payment", f"{turn}-{number}-{pool.owner}", "credit")
            for pool in random.sample(POOLS, 6)
        ]
        for number in range(100)
    ]


def test_no_update_is_lost_and_nobody_waits_in_a_circle(committed_db):
    assert sum(at_once(committed_db, post, many_calls())) == 600
    assert (queries.balance(COINS), queries.total("pool"), breaches()) == (6000, 6000, [])


def test_without_one_order_of_locks_they_do_wait_in_a_circle(committed_db, monkeypatch):
    """The test above sees what it is for."""
    for name in ("LOCK_ACCOUNTS", "LOCK_KNOWN_ACCOUNTS"):
        in_order = getattr(statements, name)
        monkeypatch.setattr(statements, name, in_order.replace("ORDER BY account.id", "ORDER BY random()"))
    with transaction() as session:
        name = session.scalar(text("SELECT current_database()"))
        session.execute(text(f"ALTER DATABASE {name} SET deadlock_timeout = '20ms'"))
    db.engine.dispose()
    again_and_again = (at_once(committed_db, post, many_calls(turn)) for turn in range(20))  # a busy machine: seldom
    with pytest.raises(OperationalError, match="deadlock"):
        list(again_and_again)
    assert breaches() == []


def test_the_same_call_by_many_at_once_is_written_once(committed_db):
    call = [Posting(COINS, pool, 10, "payment", pool.owner, "credit") for pool in POOLS]
    shuffled = [random.sample(call, len(call)) for _ in range(24)]
    assert sum(at_once(committed_db, post, shuffled)) == len(call)
    assert (queries.balance(COINS), breaches()) == (60, [])


def test_a_balance_is_spent_once_by_many(committed_db):
    with transaction():
        post([Posting(COINS, POOLS[0], 100, "payment", "1", "credit")])
    spends = [[Posting(POOLS[0], AccountRef("result"), 30, "round", str(n), "settle")] for n in range(10)]
    outcomes = at_once(committed_db, post, spends)
    assert (outcomes.count(1), outcomes.count("insufficient_funds")) == (3, 7)
    assert (queries.balance(POOLS[0]), breaches()) == (10, [])


def test_a_hold_asked_for_by_many_is_held_once(committed_db):
    with transaction():
        post([Posting(COINS, POOLS[0], 100, "payment", "1", "credit")])
    outcomes = at_once(committed_db, lambda _: hold(POOLS[0], 60, "payout", "1"), range(12))
    assert outcomes.count(True) == 1
    assert (queries.available(POOLS[0]), breaches()) == (40, [])
