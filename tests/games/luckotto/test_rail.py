"""What Luckotto has from the rail: orders come back from the journal, jackpots are backed, deep reorgs halt a round."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import func, select

from app.chain.deposits import service as deposits
from app.core.database.session import db, transaction
from app.games.luckotto.game import LUCKOTTO
from app.games.luckotto.models import LuckottoOrder, LuckottoRound
from app.record.audit.models import Alarm
from app.record.ledger import queries as ledger
from app.record.ledger.entries import AccountRef
from app.selling.windows import jobs
from app.selling.windows.orders import refunds
from app.selling.windows.rounds import backing
from dev.node.process import NodeProcess
from tests import scripts

from .conftest import Lottery

SEVEN = [1, 2, 3, 4, 5, 6, 7]
MARGIN, ROUNDS_JACKPOT, JACKPOT = 1_000_000, 1_000_000, 924 * 2500


def fund(lottery: Lottery, sats: int) -> None:
    with transaction():
        address = deposits.new_reserve_address().address
    lottery.send(address, sats)
    lottery.mine()


def statuses(lottery: Lottery) -> tuple[str, str]:
    """Of the rounds that sell now, the main game's and Luckotto's."""
    found = (lottery.round(1), lottery.lottery_round(1))
    assert found[0].sales_end_height == found[1].sales_end_height > lottery.tip
    return found[0].status, found[1].status


def test_the_house_backs_the_jackpots_of_both_games_together(chain_app: Flask, node: NodeProcess) -> None:
    lottery = Lottery(chain_app, node)
    lottery.scan()
    lottery.mine()
    fund(lottery, JACKPOT + MARGIN)  # enough for either, not for both
    assert statuses(lottery) == ("open", "unbacked")
    assert backing.promised_jackpots() == ROUNDS_JACKPOT
    fund(lottery, ROUNDS_JACKPOT - 1)
    assert statuses(lottery) == ("open", "unbacked")
    fund(lottery, 1_000)
    assert statuses(lottery) == ("open", "open")
    assert backing.promised_jackpots() == ROUNDS_JACKPOT + JACKPOT
    assert lottery.breaches() == []


def resolve(lottery: Lottery, number: int, outcome: str) -> None:
    """As an operator does, who names the game."""
    done = lottery.app.test_cli_runner().invoke(
        args=[
            "rounds",
            "resolve",
            str(number),
            "--game",
            "luckotto",
            f"--{outcome}",
            "--operator",
            "olga",
            "--reason",
            "looked at the chain",
        ]
    )
    db.session.rollback()
    assert done.exit_code == 0, done.output


def standing(lottery: Lottery, number: int) -> tuple[str, set[str]]:
    round_ = lottery.lottery_round(number)
    return round_.status, set(db.session.scalars(select(Alarm.code).where(Alarm.closed_at.is_(None))))


def test_what_bought_nothing_waits_for_its_refund_after_a_halt_too(lottery: Lottery) -> None:
    """Its payment is taken back and credited again below the seal: a resumed round must not keep it."""
    site = lottery.site_id(edge_percent=0)
    bob = lottery.buy(site, SEVEN, "bob")
    number = bob["roundNumber"]
    txid = lottery.pay(bob, 5_000)
    lottery.mine()
    height = lottery.tip
    lottery.seal(number)
    assert lottery.again(bob)["status"] == "underfunded"
    tip = int(lottery.node.call("getblockcount"))
    lottery.node.call("invalidateblock", lottery.node.call("getblockhash", height))
    lottery.node.call("generateblock", lottery.miner, [txid])
    for _ in range(tip - height + 1):
        lottery.node.call("generateblock", lottery.miner, [])
    lottery.scan()
    assert standing(lottery, number)[0] == "halted"
    assert ledger.balance(AccountRef("suspense", "underfunded")) == 0
    resolve(lottery, number, "resume")
    assert ledger.balance(AccountRef("suspense", "underfunded")) == 5_000
    round_ = lottery.lottery_round(number)
    lottery.mine_to(round_.closing_height + round_.settlement_depth)
    jobs.settle()
    assert lottery.lottery_round(number).status == "settled"
    assert lottery.breaches() == []
    for refunded in (1, 0):
        with transaction():
            assert refunds.decide(LUCKOTTO, "operator:olga", "it bought nothing", number) == refunded
    assert ledger.balance(AccountRef("partner", site)) == 5_000
    assert lottery.breaches() == []


def test_the_script_replays_a_round_that_was_reorganised(lottery: Lottery, tmp_path: Path) -> None:
    site = lottery.site_id()
    orders = [lottery.buy(site, SEVEN, f"p{at}") for at in range(4)]
    txids = [lottery.pay(order) for order in orders]
    lottery.pay(lottery.buy(site, SEVEN, "cleo"), 2_000)
    lottery.mine()
    height = lottery.tip
    first: list[Any] = [lottery.again(order)["allocatedNumbers"] for order in orders]
    lottery.node.call("invalidateblock", lottery.node.call("getblockhash", height))
    for txid in reversed(txids):
        lottery.node.call("generateblock", lottery.miner, [txid])
    lottery.scan()
    number = orders[0]["roundNumber"]
    assert lottery.again(orders[3])["allocatedNumbers"] == SEVEN
    assert [lottery.again(order)["allocatedNumbers"] for order in orders] != first
    assert lottery.breaches() == []
    lottery.draw(number)
    files = lottery.save_records(number, tmp_path)
    done = scripts.run("luckotto_allocate.py", *map(str, files))
    assert done.returncode == 0, done.stdout
    assert db.session.scalar(select(func.count()).select_from(LuckottoOrder)) == 5
    assert db.session.get_one(LuckottoRound, number).sold_tickets == 4
