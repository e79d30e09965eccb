"""The chain changes, processes die, jobs run twice: tickets are taken back and given again, and nothing is lost."""

from __future__ import annotations

from itertools import combinations

import pytest
from sqlalchemy import func, select, text

from app.core.database.session import db
from app.games.luckotto.models import LuckottoPayment, LuckottoTicket, LuckottoWin
from app.money.payouts.models import Obligation
from app.record.ledger import queries as ledger
from app.record.ledger.entries import AccountRef
from app.selling.windows import jobs
from tests.faults.test_kills import KILLED, run, scan, settle

from .conftest import Lottery

SEVEN = [1, 2, 3, 4, 5, 6, 7]


def tickets() -> dict[str, int]:
    db.session.rollback()
    return {str(row.id): row.numbers for row in db.session.scalars(select(LuckottoTicket))}


def mine_each(lottery: Lottery, *txids: str | None) -> None:
    """A block for each of these transactions, or an empty one."""
    for txid in txids:
        lottery.node.call("generateblock", lottery.miner, [txid] if txid else [])
    lottery.scan()


def covered() -> int:
    return db.session.scalar(text("SELECT count(*) FROM luckotto_combinations")) or 0


def test_a_lost_block_takes_its_tickets_back_and_the_next_gives_them_again(lottery: Lottery) -> None:
    site = lottery.site_id()
    ada, bob = lottery.buy(site, SEVEN, "ada"), lottery.buy(site, SEVEN, "bob")
    lottery.pay_at_once([ada])
    first = tickets()
    lottery.pay_at_once([bob])
    assert set(tickets()) == {ada["id"], bob["id"]}
    lottery.reorganise(1, 0)
    lottery.scan()
    lottery.node.call("generateblock", lottery.miner, [])
    lottery.scan()
    assert tickets() == first
    assert covered() == 7
    assert lottery.again(bob)["status"] in ("seen", "waiting")
    assert [payment["status"] for payment in lottery.again(bob)["payments"] if payment["blockHeight"]] == ["orphaned"]
    assert lottery.breaches() == []
    lottery.mine()  # the wallet's transaction is still there
    assert set(tickets()) == {ada["id"], bob["id"]}
    assert lottery.again(bob)["status"] == "allocated"
    assert lottery.breaches() == []


def test_another_order_of_payments_gives_other_numbers(lottery: Lottery) -> None:
    """Bob's payment is mined first after the reorganisation: then he has the numbers, and Ada the nearest set."""
    site = lottery.site_id()
    ada, bob = lottery.buy(site, SEVEN, "ada"), lottery.buy(site, SEVEN, "bob")
    first, second = lottery.pay(ada), lottery.pay(bob)
    mine_each(lottery, first, second)
    assert lottery.again(ada)["allocatedNumbers"] == SEVEN
    tip = lottery.node.call("getblockcount")
    lottery.node.call("invalidateblock", lottery.node.call("getblockhash", tip - 1))
    mine_each(lottery, second, first, None)
    ada, bob = lottery.again(ada), lottery.again(bob)
    assert bob["allocatedNumbers"] == SEVEN
    assert len(set(ada["allocatedNumbers"]) & set(SEVEN)) == 5
    assert {order["status"] for order in (ada, bob)} == {"allocated"}
    assert lottery.breaches() == []


def test_an_order_that_got_nothing_gets_its_numbers_when_the_others_block_is_lost(lottery: Lottery) -> None:
    site = lottery.site_id(edge_percent=0)
    whale, bob = lottery.buy(site, range(1, 13), "whale"), lottery.buy(site, SEVEN, "bob")
    lottery.pay(bob, 10_000)
    lottery.mine()
    first, second = lottery.pay(whale), lottery.pay(bob, 8_000)
    mine_each(lottery, first, second)
    assert lottery.again(bob)["status"] == "unallocated"
    tip = lottery.node.call("getblockcount")
    lottery.node.call("invalidateblock", lottery.node.call("getblockhash", tip - 1))
    mine_each(lottery, second, None, first)
    assert lottery.again(bob)["allocatedNumbers"] == SEVEN
    assert lottery.again(whale)["status"] == "unallocated"
    assert ledger.balance(AccountRef("suspense", "unallocated")) == whale["totalSats"]
    assert lottery.breaches() == []


def test_after_the_draw_nothing_changes(lottery: Lottery) -> None:
    site = lottery.site_id()
    whale = lottery.buy(site, range(1, 13), "whale")
    lottery.pay_at_once([whale])
    number = whale["roundNumber"]
    lottery.draw(number)
    before = lottery.get(f"/rounds/{number}")
    lottery.reorganise(4)  # the closing block too, deeper than any round waits
    lottery.scan()
    jobs.seal()
    jobs.settle()
    assert lottery.get(f"/rounds/{number}") == before
    assert db.session.scalar(select(func.count()).select_from(Obligation)) == 1


@pytest.mark.parametrize("step", ["credit.assessed", "credit.written", "credit.listeners_told"])
def test_a_scanner_killed_while_allocating_allocates_once(lottery: Lottery, step: str) -> None:
    site = lottery.site_id()
    orders = [lottery.buy(site, SEVEN, player) for player in ("ada", "bob", "cleo")]
    for order in orders:
        lottery.pay(order)
    lottery.node.call("generatetoaddress", 1, lottery.miner)
    assert run(lottery, scan, fail_at=step) == KILLED
    assert tickets() == {}
    assert run(lottery, scan) == 0
    assert run(lottery, scan) == 0
    given = list(tickets().values())
    assert len(given) == 3
    assert all((first & second).bit_count() < 6 for first, second in combinations(given, 2))
    assert db.session.scalar(select(func.count()).select_from(LuckottoPayment)) == 3
    assert lottery.breaches() == []


@pytest.mark.parametrize("step", ["seal.written", "settle.drawing", "settle.drawn", "settle.claimed", "settle.won"])
def test_a_worker_killed_while_settling_settles_once(lottery: Lottery, step: str) -> None:
    whale = lottery.buy(lottery.site_id(), range(1, 13), "whale")
    lottery.pay_at_once([whale])
    number = whale["roundNumber"]
    round_ = lottery.lottery_round(number)
    lottery.mine_to(round_.sales_end_height - 1 + round_.settlement_depth)
    if step.startswith("seal"):
        assert run(lottery, settle, fail_at=step) == KILLED
    assert run(lottery, settle) == 0
    round_ = lottery.lottery_round(number)
    lottery.mine_to(round_.closing_height + round_.settlement_depth)
    if step.startswith("settle"):
        assert run(lottery, settle, fail_at=step) == KILLED
    assert run(lottery, settle) == 0
    assert run(lottery, settle) == 0
    assert lottery.get(f"/rounds/{number}")["status"] == "settled"
    assert lottery.again(whale)["status"] == "won"
    assert db.session.scalar(select(func.count()).select_from(LuckottoWin)) == 1
    assert db.session.scalar(select(func.count()).select_from(Obligation)) == 1
    assert lottery.breaches() == []
