"""Coins that leave without a plan are seen, booked and told; and our addresses can be spent from, with the signer's key
and the terms alone."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from app.chain.deposits import service as deposits
from app.chain.deposits.commitment import commitment
from app.chain.models import Coin, CoinSpend
from app.core.database.session import db, transaction
from app.record.audit.models import Alarm
from app.record.events.models import Event
from app.record.ledger import queries as ledger
from app.record.ledger.entries import AccountRef
from dev.node.process import NodeError, NodeProcess
from tests.factories.coins import FEE_SATS, Unspent, find, signer_secret, spend, tweaked
from tests.factories.partners import OTHER_ADDRESS
from tests.factories.world import RESERVE_SATS, Placed, World
from tests.worlds import Worlds

ROUNDS_BRANCH, RESERVE_BRANCH = 1, 0


@pytest.fixture
def world(chain_app: Flask, node: NodeProcess, worlds: Worlds) -> World:
    return World(chain_app, node, worlds).begin()


def balance(kind: str) -> int:
    db.session.rollback()
    return ledger.balance(AccountRef(kind))


def spendable(world: World, order: Placed, txid: str) -> Unspent:
    """What the signer makes of a deposit: the round's key, tweaked by the hash of the order's terms."""
    key = tweaked(signer_secret(ROUNDS_BRANCH, order.round_number), commitment(order.terms))
    return find(world.node, txid, order.address, key)


def spend_in_a_block(world: World, coin: Unspent) -> str:
    transaction_ = spend([coin], [(OTHER_ADDRESS, coin.sats - FEE_SATS)])
    txid: str = world.node.call("sendrawtransaction", transaction_.raw.hex())
    world.mine()
    return txid


def test_a_deposit_that_leaves_unplanned_is_a_visible_loss_until_its_block_goes(world: World) -> None:
    order = world.order(world.site())
    coin = spendable(world, order, world.send(order.address, 50_000))
    world.mine()
    txid = spend_in_a_block(world, coin)
    assert balance("unexplained") == 50_000
    assert balance("coins") == RESERVE_SATS
    alarm = db.session.scalars(select(Alarm).where(Alarm.code == "unplanned_spend")).one()
    assert alarm.detail == {"txid": txid, "sats": 50_000}
    event = db.session.scalars(select(Event).where(Event.type == "coin.spent_unplanned")).one()
    assert event.payload["txid"] == txid
    assert world.round(order.round_number).sold_tickets == 45  # the player's tickets do not suffer from our loss
    assert world.breaches() == []

    tip = world.tip
    world.node.call("invalidateblock", world.node.call("getblockhash", tip))
    world.node.call("generateblock", world.miner, [])
    world.node.call("generateblock", world.miner, [])
    world.scan()
    assert balance("unexplained") == 0
    assert balance("coins") == RESERVE_SATS + 50_000
    assert [spend.orphaned_at is not None for spend in db.session.scalars(select(CoinSpend))] == [True]
    assert world.breaches() == []
    world.mine()  # and mined again
    assert balance("unexplained") == 50_000
    assert world.breaches() == []


def test_a_reserve_coin_that_leaves_unplanned(world: World) -> None:
    coin = db.session.scalars(select(Coin).where(Coin.reserve_key_index == 0)).one()
    script, txid = deposits.commitment.script_pubkey(deposits.account_key().reserve_output_key(0)), coin.txid
    key = tweaked(signer_secret(RESERVE_BRANCH, 0), b"")
    unspent = Unspent(txid[::-1].hex(), coin.vout, coin.amount_sats, script, key)
    db.session.rollback()
    spend_in_a_block(world, unspent)
    assert (balance("unexplained"), balance("coins"), balance("capital")) == (RESERVE_SATS, 0, RESERVE_SATS)
    assert world.breaches() == []
    world.reorganise(1)
    world.scan()
    assert world.breaches() == []


def test_paid_and_spent_in_one_block(world: World) -> None:
    order = world.order(world.site())
    coin = spendable(world, order, world.send(order.address, 50_000))
    spend_in_a_block(world, coin)
    assert balance("unexplained") == 50_000
    assert world.round(order.round_number).sold_tickets == 45
    assert world.breaches() == []
    world.reorganise(1, 2)
    world.scan()
    assert world.breaches() == []


def test_a_key_without_the_terms_cannot_spend(world: World) -> None:
    order = world.order(world.site())
    txid = world.send(order.address, 50_000)
    key = tweaked(signer_secret(ROUNDS_BRANCH, order.round_number), b"")
    coin = find(world.node, txid, order.address, key)
    with pytest.raises(NodeError):
        world.node.call("sendrawtransaction", spend([coin], [(OTHER_ADDRESS, 40_000)]).raw.hex())
    world.mine()


def test_the_reserve_grows_and_shrinks_with_its_blocks(world: World) -> None:
    with transaction():
        address = deposits.new_reserve_address().address
    world.send(address, 700_000)
    world.mine()
    assert (balance("capital"), balance("coins")) == (RESERVE_SATS + 700_000,) * 2
    tip = world.tip
    world.node.call("invalidateblock", world.node.call("getblockhash", tip))
    world.node.call("generateblock", world.miner, [])
    world.node.call("generateblock", world.miner, [])
    world.scan()
    assert (balance("capital"), balance("coins")) == (RESERVE_SATS,) * 2
    assert world.breaches() == []
    world.mine()
    assert balance("capital") == RESERVE_SATS + 700_000
    assert world.breaches() == []
