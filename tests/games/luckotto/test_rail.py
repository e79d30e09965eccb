"""What Luckotto has from the rail: orders come back from the journal, jackpots are backed, deep reorgs halt a round."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.ctx import AppContext
from sqlalchemy import func, select

from app.chain.deposits import service as deposits
from app.core.database.session import db, transaction
from app.games.luckotto.game import LUCKOTTO
from app.games.luckotto.models import LuckottoOrder, LuckottoRound
from app.money.payouts.models import Obligation
from app.outcomes.draws import service as draws
from app.outcomes.draws.models import Draw
from app.record.audit.models import Alarm
from app.record.ledger import queries as ledger
from app.record.ledger.entries import AccountRef
from app.selling.windows import jobs
from app.selling.windows.orders import refunds
from app.selling.windows.rounds import backing, settlement
from dev.node.process import NodeProcess
from tests.games.ticket_draw.test_recovery import Backup, recover

from .conftest import Lottery

SEVEN = [1, 2, 3, 4, 5, 6, 7]
MARGIN, ROUNDS_JACKPOT, JACKPOT = 1_000_000, 1_000_000, 924 * 2500
SCRIPT = Path(__file__).parents[3] / "utilities" / "bin" / "luckotto_allocate.py"


@pytest.fixture
def backup(lottery: Lottery, fresh_database: Callable[[str], str]) -> Iterator[Callable[[], Backup]]:
    contexts: list[AppContext] = []
    yield lambda: Backup(lottery, fresh_database, contexts)
    for context in reversed(contexts):
        db.session.remove()
        db.engine.dispose()
        context.pop()


def lottery_on(copy: Backup) -> Lottery:
    again = Lottery(copy.restored().app, copy.world.node)
    again.client = again.app.test_client()
    return again


def test_orders_come_back_from_the_journal_with_their_numbers(lottery: Lottery, backup: Callable[[], Backup]) -> None:
    site = lottery.site_id(edge_percent=10)
    kept = lottery.buy(site, SEVEN, "ada")
    copy = backup()
    lost, partly = lottery.buy(site, SEVEN, "bob"), lottery.buy(site, [2, 3, 4, 5, 6, 8], "cleo")
    lottery.pay(lost)
    lottery.mine()
    lottery.pay(partly, partly["minPaymentSats"])
    lottery.pay_at_once([kept])
    before = [lottery.again(order) for order in (kept, lost, partly)]
    assert before[1]["allocatedNumbers"] == SEVEN != before[0]["allocatedNumbers"]

    again = lottery_on(copy)
    again.scan()
    assert again.client.get(f"/api/luckotto/orders/{lost['id']}").status_code == 404
    assert again.again(kept)["allocatedNumbers"] == SEVEN  # without the lost order nobody is in the way
    assert "2 missing, 2 brought back, 2 payments" in recover(again)
    told = (
        "requestedNumbers",
        "allocatedNumbers",
        "terms",
        "commitment",
        "baseSats",
        "feeSats",
        "totalSats",
        "playerUname",
        "playerIdentifier",
        "paidSats",
        "status",
    )
    for was, order in zip(before, (kept, lost, partly), strict=True):
        found = again.again(order)
        assert {name: found[name] for name in told} == {name: was[name] for name in told}
    assert "0 missing, 0 brought back, 0 payments" in recover(again)
    assert again.breaches() == []
    again.draw(kept["roundNumber"])
    assert again.get(f"/rounds/{kept['roundNumber']}")["status"] == "settled"
    assert again.breaches() == []


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


def rewind_to(lottery: Lottery, height: int) -> None:
    """Lose every block from `height` on, and mine as many others and one; the wallet's payments are in the first."""
    lottery.reorganise(int(lottery.node.call("getblockcount")) - height + 1)
    lottery.scan()


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


@pytest.mark.parametrize("outcome", ["resume", "void"])
def test_a_reorganisation_below_a_seal_halts_the_round_for_a_person(lottery: Lottery, outcome: str) -> None:
    site = lottery.site_id(edge_percent=0)
    ada, bob = lottery.buy(site, SEVEN, "ada"), lottery.buy(site, SEVEN, "bob")
    number = ada["roundNumber"]
    first = lottery.pay(ada)
    lottery.mine()
    height = lottery.tip
    lottery.seal(number)
    second = lottery.pay(bob, 5_000)  # late: after the seal it is nobody's
    lottery.mine()
    root = lottery.lottery_round(number).seal_root
    assert root is not None
    tip = int(lottery.node.call("getblockcount"))
    lottery.node.call("invalidateblock", lottery.node.call("getblockhash", height))
    # The payment is mined at its old height again, in another block: its leaf, and so the seal, is the same.
    lottery.node.call("generateblock", lottery.miner, [first])
    for _ in range(tip - height + 1):
        lottery.node.call("generateblock", lottery.miner, [])
    lottery.scan()
    status, alarms = standing(lottery, number)
    assert status == "halted"
    assert "round_halted" in alarms
    assert (jobs.seal(), jobs.settle()) == (0, 0)
    assert lottery.again(ada)["allocatedNumbers"] == SEVEN
    assert lottery.breaches() == []
    resolve(lottery, number, outcome)
    assert standing(lottery, number)[0] == ("sealed" if outcome == "resume" else "void")
    round_ = lottery.lottery_round(number)
    lottery.mine_to(round_.closing_height + round_.settlement_depth)
    jobs.settle()
    assert lottery.lottery_round(number).status == ("settled" if outcome == "resume" else "void")
    assert lottery.lottery_round(number).seal_root == root
    assert second
    assert lottery.breaches() == []


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


def test_a_closing_block_that_changes_while_drawing_halts_the_draw(lottery: Lottery) -> None:
    whale = lottery.buy(lottery.site_id(), range(1, 13), "whale")
    lottery.pay_at_once([whale])
    number = whale["roundNumber"]
    lottery.seal(number)
    round_ = lottery.lottery_round(number)
    lottery.mine_to(round_.closing_height + round_.settlement_depth)
    with transaction():
        work = settlement.begin_draw(LUCKOTTO, number)
    assert work is not None
    result = draws.run(work)
    lottery.reorganise(4, 6)
    lottery.scan()
    with transaction():
        assert not settlement.settle(LUCKOTTO, number, work, result)
    jobs.settle()  # the main game's round alone
    assert standing(lottery, number)[0] == "halted"
    draw = db.session.scalars(select(Draw).where(Draw.game == "luckotto", Draw.subject == str(number))).one()
    assert draw.state == "halted"
    assert lottery.breaches() == []
    resolve(lottery, number, "resume")
    jobs.settle()
    assert lottery.get(f"/rounds/{number}")["winningOrderId"] == whale["id"]
    assert db.session.scalar(select(func.count()).select_from(Obligation)) == 1
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
    done = subprocess.run([sys.executable, str(SCRIPT), *files], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert db.session.scalar(select(func.count()).select_from(LuckottoOrder)) == 5
    assert db.session.get_one(LuckottoRound, number).sold_tickets == 4
