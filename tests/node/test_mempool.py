"""What the mempool takes and refuses."""

from __future__ import annotations

import pytest

from dev.node.process import NodeError
from dev.node.scripts import address_script
from dev.node.transactions import NULL_OUTPOINT, Transaction, TxIn, TxOut, outpoint
from tests.node.conftest import Purse


def send(node, tx):
    return node.call("sendrawtransaction", tx.raw.hex())


def refusal(node, tx):
    with pytest.raises(NodeError) as caught:
        send(node, tx)
    return caught.value.code, caught.value.message


def mine(node, count=1):
    return node.call("generatetoaddress", count, node.call("getnewaddress"))


@pytest.mark.parametrize("kind", ["bech32", "bech32m"])
def test_a_good_transaction_enters_and_is_confirmed(node, kind):
    purse = Purse(node, kind)
    tx = purse.spend(purse.fund(100_000))
    txid = send(node, tx)
    assert txid in node.call("getrawmempool")
    assert send(node, tx) == txid, "sending it again is no error"
    assert node.call("gettxout", txid, 0)["confirmations"] == 0
    assert node.call("gettxout", txid, 0, False) is None
    (name,) = mine(node)
    found = node.call("getrawtransaction", txid, True)
    assert (found["blockhash"], found["confirmations"]) == (name, 1)
    assert node.call("getrawtransaction", txid, False, name) == tx.raw.hex()
    assert refusal(node, tx) == (-27, "Transaction outputs already in utxo set")


@pytest.mark.parametrize("kind", ["bech32", "bech32m"])
def test_a_bad_signature_is_refused(node, kind):
    purse = Purse(node, kind)
    tx = purse.spend(purse.fund(100_000))
    witness = bytearray(tx.witness[0][0])
    witness[40] ^= 1
    forged = Transaction(tx.version, tx.vin, tx.vout, tx.locktime, ((bytes(witness), *tx.witness[0][1:]),))
    code, message = refusal(node, forged)
    assert code == -26
    assert message.startswith("mempool-script-verify-flag-failed (")


def test_an_input_nobody_made_is_missing(node, purse):
    coin = purse.fund(50_000)
    tx = purse.spend((outpoint(b"\x11" * 32, 0), coin[1]))
    assert refusal(node, tx) == (-25, "bad-txns-inputs-missingorspent")
    (trial,) = node.call("testmempoolaccept", [tx.raw.hex()])
    assert (trial["allowed"], trial["reject-reason"]) == (False, "missing-inputs")


def test_an_input_spent_in_a_block_is_missing(node, purse):
    coin = purse.fund(50_000)
    send(node, purse.spend(coin))
    mine(node)
    assert refusal(node, purse.spend(coin, fee=5000)) == (-25, "bad-txns-inputs-missingorspent")


def test_a_double_spend_must_pay_more(node, purse):
    coin = purse.fund(100_000)
    first, cheap, better = purse.spend(coin, fee=1000), purse.spend(coin, fee=1001), purse.spend(coin, fee=3000)
    send(node, first)
    child = purse.spend(*purse.outputs(first), fee=500)
    send(node, child)
    code, message = refusal(node, purse.spend(coin, fee=900))
    assert (code, message.startswith("insufficient fee, rejecting replacement")) == (-26, True)
    assert refusal(node, cheap)[0] == -26
    send(node, better)
    pool = node.call("getrawmempool")
    assert better.txid[::-1].hex() in pool
    assert not {first.txid[::-1].hex(), child.txid[::-1].hex()} & set(pool)


def test_a_block_throws_out_what_it_contradicts(node, purse):
    coin = purse.fund(100_000)
    loser, winner = purse.spend(coin, fee=5000), purse.spend(coin, fee=1000)
    send(node, loser)
    child = purse.spend(*purse.outputs(loser))
    send(node, child)
    node.call("generateblock", node.call("getnewaddress"), [winner.raw.hex()])
    pool = node.call("getrawmempool")
    assert loser.txid[::-1].hex() not in pool
    assert child.txid[::-1].hex() not in pool
    assert node.call("getrawtransaction", winner.txid[::-1].hex(), 1)["confirmations"] == 1


def test_a_young_coinbase_cannot_be_spent(node, purse):
    (name,) = node.call("generatetoaddress", 1, purse.address)
    reward = node.call("getblock", name, 2)["tx"][0]
    value = int(reward["vout"][0]["value"] * 10**8)
    coin = (outpoint(bytes.fromhex(reward["txid"])[::-1], 0), purse.fund(1000)[1]._replace(value=value))
    code, message = refusal(node, purse.spend(coin))
    assert (code, message.split(",")[0]) == (-26, "bad-txns-premature-spend-of-coinbase")
    mine(node, 98)
    send(node, purse.spend(coin))


def test_policy_and_arithmetic(node, purse):
    coin = purse.fund(100_000)
    cases = {
        "min relay fee not met": purse.spend(coin, fee=0),
        "bad-txns-in-belowout": purse.spend(coin, fee=-1),
        "dust": purse.spend(coin, fee=99_900),
        "scriptpubkey": purse.spend(coin, to=b"\x99\x98"),
        "non-final": purse.spend(coin, locktime=100_000),
        "non-BIP68-final": purse.spend(coin, sequence=10),
        "coinbase": Transaction(2, (TxIn(NULL_OUTPOINT, b"\x01\x02", 0),), (TxOut(1000, purse.script),)),
        "bad-txns-vout-empty": Transaction(2, (TxIn(coin[0], b"", 0),), ()),
        "bad-txns-inputs-duplicate": Transaction(2, (TxIn(coin[0], b"", 0),) * 2, (TxOut(1000, purse.script),)),
    }
    assert {reason: refusal(node, tx)[1].split(",")[0] for reason, tx in cases.items()} == {
        reason: reason for reason in cases
    }


def test_a_fee_above_the_callers_limit_is_refused(node, purse):
    tx = purse.spend(purse.fund(10_000_000), fee=5_000_000)
    code, message = refusal(node, tx)
    assert (code, message) == (-25, "Fee exceeds maximum configured by user (e.g. -maxtxfee, maxfeerate)")
    assert node.call("sendrawtransaction", tx.raw.hex(), 0) == tx.txid[::-1].hex()


def test_trying_leaves_nothing_behind(node, purse):
    parent = purse.spend(purse.fund(100_000))
    child = purse.spend(*purse.outputs(parent))
    before = node.call("getrawmempool")
    trial = node.call("testmempoolaccept", [parent.raw.hex(), child.raw.hex()])
    assert [result["allowed"] for result in trial] == [True, True]
    assert trial[0]["vsize"] == parent.vsize
    assert node.call("getrawmempool") == before


def test_entries_show_their_relatives(node, purse):
    parent = purse.spend(purse.fund(100_000), fee=1000)
    child = purse.spend(*purse.outputs(parent), fee=2000)
    ids = [send(node, parent), send(node, child)]
    above, below = (node.call("getmempoolentry", txid) for txid in ids)
    assert (above["descendantcount"], above["spentby"]) == (2, [ids[1]])
    assert (below["ancestorcount"], below["depends"]) == (2, [ids[0]])
    assert int(below["fees"]["ancestor"] * 10**8) == 3000
    assert node.call("getrawmempool", True)[ids[0]] == above
    assert node.call("getmempoolancestors", ids[1]) == [ids[0]]
    mine(node)


def test_chains_end_at_twenty_five(node, purse):
    tx = purse.spend(purse.fund(100_000), fee=200)
    for _ in range(25):
        send(node, tx)
        tx = purse.spend(*purse.outputs(tx), fee=200)
    assert refusal(node, tx)[1].startswith("too-long-mempool-chain")
    mine(node)
    send(node, tx)


def test_a_child_pays_for_its_parent(node, purse):
    parent = purse.spend(purse.fund(100_000), fee=0)
    child = purse.spend(*purse.outputs(parent), fee=2000)
    assert refusal(node, parent)[1].startswith("min relay fee not met")
    result = node.call("submitpackage", [parent.raw.hex(), child.raw.hex()])
    assert result["package_msg"] == "success"
    assert parent.txid[::-1].hex() in node.call("getrawmempool")
    poor = purse.spend(*purse.outputs(child), fee=0)
    poorer = purse.spend(*purse.outputs(poor), fee=1)
    assert node.call("submitpackage", [poor.raw.hex(), poorer.raw.hex()])["package_msg"] == "transaction failed"


def test_invalid_blocks_are_refused_with_the_reason(node, purse):
    coin = purse.fund(50_000)
    tx = purse.spend(coin)
    forged = Transaction(tx.version, tx.vin, tx.vout, tx.locktime, ((b"\x01" * 64,),))
    tip = node.call("getbestblockhash")
    with pytest.raises(NodeError, match="TestBlockValidity failed: block-script-verify-flag-failed"):
        node.call("generateblock", purse.address, [forged.raw.hex()])
    with pytest.raises(NodeError, match="bad-txns-inputs-missingorspent"):
        node.call("generateblock", purse.address, [tx.raw.hex(), purse.spend(coin, fee=7).raw.hex()])
    assert node.call("getbestblockhash") == tip
    made = node.call("generateblock", purse.address, [tx.raw.hex()], False)
    assert node.call("submitblock", made["hex"][:-2] + "ff") is not None
    assert node.call("submitblock", made["hex"]) is None
    assert node.call("submitblock", made["hex"]) == "duplicate"
    assert node.call("getbestblockhash") == made["hash"]


def test_raw_scripts_can_be_mined_to(node):
    made = node.call("generateblock", "raw(51)", [])
    assert node.call("getblock", made["hash"], 2)["tx"][0]["vout"][0]["scriptPubKey"]["hex"] == "51"
    assert address_script("bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080").hex().startswith("0014751e76e8")
