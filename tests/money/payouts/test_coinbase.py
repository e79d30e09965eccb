"""A miner's reward is ours from its block on, and pays nothing before 100 confirmations."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from flask import Flask

from app.chain.deposits import service as deposits
from app.core.database.session import db, transaction
from app.core.errors import DomainError
from app.money.payouts import queries
from app.money.payouts.drafts import coins, generation
from app.money.payouts.signed import psbt
from app.selling.windows import games
from app.selling.windows.orders import refunds
from app.selling.windows.rounds import backing
from dev.node.process import NodeProcess
from tests.factories.world import World
from tests.worlds import Worlds

from .conftest import OPERATOR, RATE, Desk
from .signers import by_libsecp
from .test_anchors import earn, pay_balances

OTHERS = "bcrt1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqc8gma6"


@pytest.fixture(scope="module")
def node(make_node: Callable[[], NodeProcess]) -> NodeProcess:
    """A young chain, whose rewards are whole: halved with every 150 blocks, they would buy no round."""
    young = make_node()
    young.call("generatetoaddress", 110, young.call("getnewaddress"))
    return young


class House(World):
    """Its reserve is a miner's reward and nothing else."""

    def _settle_in(self) -> None:
        self.scan()
        with transaction():
            address = deposits.new_reserve_address().address
        self.node.call("generatetoaddress", 1, address)
        self.scan()


@pytest.fixture
def house(chain_app: Flask, node: NodeProcess, worlds: Worlds) -> Desk:
    return Desk(House(chain_app, node, worlds).begin(late=True))


@pytest.fixture
def older(house: Desk) -> Desk:
    """The same, where the reward has 99 confirmations."""
    house.world.recalled("99 confirmations", lambda: house.world.mine(98))
    return house


def debt(desk: Desk, sats: int) -> None:
    """A partner's balance that may be paid now."""
    site = desk.world.site(payout_address=OTHERS)
    desk.make_payable(site)
    earn(site, sats)


def spendable(desk: Desk) -> Sequence[int]:
    tip = desk.world.tip
    return [coin.sats for coin in coins.candidates(tip, 3)]


def would_take(desk: Desk, raw: bytes) -> tuple[bool, str]:
    (verdict,) = desk.world.node.call("testmempoolaccept", [raw.hex()], 0)
    return verdict["allowed"], verdict.get("reject-reason", "")


def test_a_reward_is_chosen_at_a_hundred_confirmations_as_the_node_counts_them(older: Desk) -> None:
    house = older
    reward = house.balance("coins")
    assert reward > 0
    debt(house, 1_000_000)
    assert spendable(house) == []
    with pytest.raises(DomainError, match="payout_funds_missing"):
        pay_balances()
    with transaction():  # what a choice without the rule would have drafted, signed
        at_once = [coin for coin in coins_of_any_age() if coin.sats == reward]
        made = psbt.Transaction(generation.spending(at_once), (psbt.TxOut(reward - 1_000, b"\x51\x20" + bytes(32)),))
    signed = psbt.decode(by_libsecp(psbt.encode(made))).signed
    assert would_take(house, signed) == (False, "bad-txns-premature-spend-of-coinbase")

    house.world.mine()  # 100
    assert would_take(house, signed) == (True, "")
    assert spendable(house) == [reward]
    paid = pay_balances()
    house.upload(paid)
    assert house.broadcast(paid) == "broadcast"
    house.bury()
    assert house.state(paid) == "confirmed"
    assert house.paid(OTHERS) == 1_000_000


def coins_of_any_age() -> list[coins.Candidate]:
    return coins.candidates(10_000_000, 0)


def test_a_reward_backs_no_round_when_it_is_young(house: Desk) -> None:
    reward = house.balance("coins")
    assert backing.immature_coins() == reward
    assert backing.free_coins() == 0
    shown, words = told_of_the_wallet(house)
    assert (shown["heldSats"], shown["immatureSats"], shown["freeSats"]) == (reward, reward, 0)
    assert f"{reward} of it not mature" in words


def test_a_reward_backs_no_round_before_it_is_mature(older: Desk) -> None:
    house = older
    reward = house.balance("coins")
    assert (backing.free_coins(), backing.immature_coins()) == (0, reward)
    house.world.mine()
    db.session.rollback()
    assert (backing.free_coins(), backing.immature_coins()) == (reward, 0)
    assert house.world.breaches() == []


def test_a_deposit_that_a_miner_paid_with_his_reward(desk: Desk) -> None:
    """It buys the whole round, and far more than that waits for its refund: none of it backs or pays anything yet."""
    world = desk.world
    order = world.order(world.site(edge_percent=0))
    held, free = desk.balance("coins"), backing.free_coins()
    world.node.call("generatetoaddress", 1, order.address)
    world.scan()
    reward, pool = desk.balance("coins") - held, desk.balance("pool", f"rounds-{order.round_number}")
    assert (pool, desk.total("suspense")) == (1_000_000, reward - pool)
    assert (backing.immature_coins(), backing.free_coins()) == (pool, free)
    world.finish(order.round_number)
    tip = world.tip
    with transaction():
        assert refunds.decide(games.game_called("rounds"), OPERATOR, "it bought nothing") == 1
    assert desk.total("partner") == reward - pool
    assert (backing.immature_coins(), reward in spendable(desk)) == (reward, False)
    with pytest.raises(DomainError, match="payout_nothing_to_sweep"), transaction():
        generation.sweep(RATE, OPERATOR)
    world.mine(100)
    assert world.tip > tip
    assert (backing.immature_coins(), reward in spendable(desk)) == (0, True)
    assert world.breaches() == []


def told_of_the_wallet(desk: Desk) -> tuple[Any, str]:
    """What operators see of it, for a program and in words."""
    runner = desk.world.app.test_cli_runner()
    db.session.rollback()
    shown = json.loads(runner.invoke(args=["wallet", "balance", "--json"]).output)
    return shown, runner.invoke(args=["wallet", "balance"]).output


def test_operators_see_when_it_is_spendable(older: Desk) -> None:
    reward = older.balance("coins")
    older.world.mine()
    shown, _ = told_of_the_wallet(older)
    assert (shown["immatureSats"], shown["freeSats"]) == (0, reward)


def test_a_draft_whose_reward_became_young_again_is_not_sent(older: Desk) -> None:
    """The chain is shorter by one: the node would refuse, so nothing is sent, and in words."""
    house = older
    debt(house, 1_000_000)
    house.world.mine()
    payout_id = pay_balances()
    house.upload(payout_id)
    house.world.node.call("invalidateblock", house.world.node.call("getbestblockhash"))
    with pytest.raises(DomainError, match="payout_would_be_refused") as refused:
        house.broadcast(payout_id)
    assert "100 confirmations" in str(refused.value.params["why"])
    assert house.state(payout_id) == "signed"
    assert house.payout(payout_id).broadcast_at is None
    house.world.mine(2)
    assert house.broadcast(payout_id) == "broadcast"
    assert queries.inputs_of(payout_id)
