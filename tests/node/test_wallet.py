"""The development wallet, alone and beside its command line."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from decimal import Decimal

import pytest

from dev.node.keys import KeyChain
from dev.node.process import PROJECT, NodeError
from dev.node.scripts import script_address
from tests.node.conftest import Purse
from tests.settings import EXPLORE

HALVINGS = 34 if EXPLORE else 20
"""After twenty a block pays less than its fees, after thirty-three nothing but them."""


def mine(node, count=1):
    return node.call("generatetoaddress", count, node.call("getnewaddress"))


def test_keys_are_those_of_bips_84_and_86():
    seed = bytes.fromhex(
        "5eb00bbddcf069084889a8ab9155568165f5c453ccb85e70811aaed6f6da5fc1"
        "9a5ac40b389cd370d086206dec8aa6c43daea6690f20ad3d8d48b2d2ce9e38e4"
    )
    chain = KeyChain(seed)
    # the well-known twelve-word test seed, coin type 1
    assert script_address(chain.script("bech32", 0, 0)) == "bcrt1q6rz28mcfaxtmd6v789l9rrlrusdprr9pz3cppk"
    assert script_address(chain.script("bech32m", 0, 0)).startswith(
        "bcrt1p8wpt9v4frpf3tkn0srd97pksgsxc5hs52lafxwru9kgeephvs7rq"
    )


def test_a_payment_has_exact_amount_fee_and_change(node):
    purse = Purse(node)
    before = node.call("getbalance")
    txid = node.call("sendtoaddress", purse.address, "1.25", fee_rate=7)
    tx = node.call("getrawtransaction", txid, 1)
    entry = node.call("getmempoolentry", txid)
    assert Decimal("1.25") in [out["value"] for out in tx["vout"] if out["scriptPubKey"]["address"] == purse.address]
    fee = entry["fees"]["base"]
    assert 7 <= fee * 10**8 / entry["vsize"] < 7.3
    assert node.call("getbalance") == before - Decimal("1.25") - fee
    seen = node.call("gettransaction", txid)
    assert (seen["amount"], seen["fee"], seen["confirmations"]) == (Decimal("-1.25"), -fee, 0)
    mine(node)
    assert node.call("gettransaction", txid)["confirmations"] == 1


def test_the_recipient_can_pay_the_fee(node):
    purse = Purse(node)
    txid = node.call("sendtoaddress", address=purse.address, amount=2, subtractfeefromamount=True)
    fee = node.call("getmempoolentry", txid)["fees"]["base"]
    paid = [out["value"] for out in node.call("getrawtransaction", txid, 1)["vout"]]
    assert 2 - fee in paid


def test_many_recipients_in_one_transaction(node):
    purses = [Purse(node) for _ in range(40)]
    txid = node.call("sendmany", "", {purse.address: "0.01" for purse in purses})
    paid = {out["scriptPubKey"]["address"] for out in node.call("getrawtransaction", txid, 1)["vout"]}
    assert {purse.address for purse in purses} <= paid


@pytest.mark.parametrize(
    ("amount", "code"), [(10**6, -6), ("0.00000001", -6), (0, -6), (-1, -3), ("1e", -3), ("0.000000001", -3)]
)
def test_what_cannot_be_paid_is_refused(node, amount, code):
    with pytest.raises(NodeError) as caught:
        node.call("sendtoaddress", Purse(node).address, amount)
    assert caught.value.code == code


def test_young_rewards_are_immature(start_node):
    node = start_node()
    mine(node, 100)
    assert node.call("getbalance") == 0
    assert node.call("getbalances")["mine"]["immature"] == 5000
    mine(node)
    assert node.call("getbalance") == 50
    assert node.call("getwalletinfo")["immature_balance"] == 5000


def test_payments_of_others_count_when_confirmed(node, purse):
    coin = purse.fund(5_000_000)
    address = node.call("getnewaddress")
    before = node.call("getbalance")
    script = bytes.fromhex(node.call("validateaddress", address)["scriptPubKey"])
    txid = node.call("sendrawtransaction", purse.spend(coin, to=script).raw.hex())
    assert node.call("getbalance") == before
    assert node.call("getbalances")["mine"]["untrusted_pending"] == Decimal("0.04999000")
    assert [c["address"] for c in node.call("listunspent", 0, 0) if c["txid"] == txid] == [address]
    node.call("generatetoaddress", 1, purse.address)
    assert [c["amount"] for c in node.call("listunspent", 1, 1) if c["txid"] == txid] == [Decimal("0.04999000")]


def test_a_hundred_payments_fit_into_one_block(node):
    purse = Purse(node)
    start = time.perf_counter()
    ids = [node.call("sendtoaddress", purse.address, "0.0001") for _ in range(100)]
    assert time.perf_counter() - start < 15
    (name,) = mine(node)
    assert set(ids) <= set(node.call("getblock", name)["tx"])


def test_the_wallet_lives_on_when_the_subsidy_has_run_out(start_node):
    node = start_node()
    address = node.call("getnewaddress")
    mine_to = ("generatetoaddress", 150, address)
    for _ in range(HALVINGS):
        node.call(*mine_to)
        for _ in range(2):
            node.call("sendtoaddress", node.call("getnewaddress"), "0.5")
    tip = node.call("getblock", node.call("getbestblockhash"), 2)
    reward = tip["tx"][0]["vout"][0]["value"]
    assert tip["height"] == 150 * HALVINGS
    assert reward < Decimal("0.0001"), "fees at most"
    assert node.call("getbalance") > 14_000
    start = time.perf_counter()
    for _ in range(5):
        node.call("sendtoaddress", Purse(node).address, "0.5")
    assert time.perf_counter() - start < 10, "with thousands of coins"
    mine(node)
    node.call("sendtoaddress", address, node.call("getbalance") / 2)
    mine(node)


def reserve(folder, count=1):
    command = [sys.executable, "-m", "dev.node.wallet_cli", "reserve", "--datadir", str(folder), "--count", str(count)]
    return subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True)


def test_testing_wallet_receive_indexes_are_reserved_safely_under_concurrent_cli_use(start_node, tmp_path):
    node = start_node(tmp_path)
    before = [node.call("getnewaddress") for _ in range(3)]
    processes = [reserve(tmp_path, count=3) for _ in range(20)]
    between = [node.call("getnewaddress") for _ in range(10)]
    rows = [json.loads(line) for process in processes for line in process.communicate(timeout=60)[0].splitlines()]
    assert all(process.returncode == 0 for process in processes)
    addresses = [row["address"] for row in rows] + before + between
    assert len(set(addresses)) == len(addresses) == 73
    indexes = sorted(row["index"] for row in rows)
    assert len(set(indexes)) == 60
    assert set(indexes) <= set(range(73))
    assert all(node.call("getaddressinfo", address)["ismine"] for address in addresses)
    node.kill()
    (row,) = [json.loads(line) for line in reserve(tmp_path).communicate(timeout=60)[0].splitlines()]
    assert row["index"] == 73


def test_an_address_reserved_on_the_command_line_receives(start_node, tmp_path):
    node = start_node(tmp_path)
    row = json.loads(reserve(tmp_path, 100).communicate(timeout=60)[0].splitlines()[-1])
    node.call("generatetoaddress", 101, row["address"])
    assert node.call("getbalance") == 50
