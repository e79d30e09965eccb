"""The chain changes, processes die, jobs run twice: tickets are taken back and given again, and nothing is lost."""

from __future__ import annotations

from sqlalchemy import select, text

from app.core.database.session import db
from app.games.luckotto.models import LuckottoTicket
from app.record.ledger import queries as ledger
from app.record.ledger.entries import AccountRef

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
