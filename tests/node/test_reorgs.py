"""Blocks taken back and brought back, and a node killed in between."""

from __future__ import annotations

import pytest

from tests.node.conftest import Purse


def mine(node, count=1):
    return node.call("generatetoaddress", count, node.call("getnewaddress"))


@pytest.mark.parametrize("depth", [1, 2, 6])
def test_a_longer_branch_replaces_blocks_and_can_be_left_again(node, depth):
    old = mine(node, depth)
    node.call("invalidateblock", old[0])
    fork = node.call("getblockcount")
    assert node.call("getblockheader", old[-1])["confirmations"] == -1
    new = mine(node, depth + 1)
    assert not set(old) & set(new), "the same heights give other blocks"
    node.call("reconsiderblock", old[0])
    assert node.call("getbestblockhash") == new[-1], "the longer branch stays"
    node.call("invalidateblock", new[0])
    assert node.call("getbestblockhash") == old[-1], "A, B, and A again"
    node.call("reconsiderblock", new[0])
    assert node.call("getblockhash", fork + 1) == new[0]
    statuses = {tip["hash"]: (tip["status"], tip["branchlen"]) for tip in node.call("getchaintips")}
    assert statuses[old[-1]] == ("valid-fork", depth)
    assert statuses[new[-1]] == ("active", 0)


def test_the_first_seen_of_equal_branches_wins(node):
    (old,) = mine(node)
    node.call("invalidateblock", old)
    (new,) = mine(node)
    node.call("reconsiderblock", old)
    assert node.call("getbestblockhash") == old
    assert new != old


def test_transactions_return_to_the_mempool_with_their_children(node, purse):
    parent = purse.spend(purse.fund(100_000))
    txid = node.call("sendrawtransaction", parent.raw.hex())
    child = purse.spend(*purse.outputs(parent))
    child_id = node.call("sendrawtransaction", child.raw.hex())
    (name,) = mine(node)
    assert node.call("getrawmempool") == []
    node.call("invalidateblock", name)
    assert set(node.call("getrawmempool")) >= {txid, child_id}
    assert node.call("gettxout", child_id, 0, False) is None
    mine(node)
    assert node.call("getrawtransaction", child_id, 1)["confirmations"] == 1


def test_the_wallet_forgets_what_was_made_and_spent_in_a_block_that_is_gone(start_node):
    """A payment out of unconfirmed change, both in one block, and then neither: the first had spent a lost reward."""
    node = start_node()
    address = node.call("getnewaddress")
    node.call("generatetoaddress", 101, address)
    for _ in range(12):  # one mature reward: each payment hangs on the change of the one before
        node.call("sendtoaddress", address, "0.5")
    (name,) = mine(node)
    node.call("invalidateblock", node.call("getblockhash", 1))
    mine(node, 110)
    assert node.call("getrawmempool") == []
    unspent = node.call("listunspent", 0)
    gone = [coin for coin in unspent if node.call("gettxout", coin["txid"], coin["vout"]) is None]
    assert gone == []
    assert node.call("getbalance") == sum(coin["amount"] for coin in unspent)
    node.call("sendtoaddress", address, str(node.call("getbalance") - 1))
    assert name != node.call("getbestblockhash")


def test_a_payment_double_spent_across_a_reorg_is_gone(node, purse):
    coin = purse.fund(100_000)
    paid, instead = purse.spend(coin, fee=1000), purse.spend(coin, fee=9000)
    node.call("sendrawtransaction", paid.raw.hex())
    (name,) = mine(node)
    node.call("invalidateblock", name)
    node.call("generateblock", node.call("getnewaddress"), [instead.raw.hex()])
    assert paid.txid[::-1].hex() not in node.call("getrawmempool")
    assert node.call("gettxout", instead.txid[::-1].hex(), 0)["confirmations"] == 1


def test_balance_is_as_before_after_there_and_back(node):
    names = mine(node, 3)
    balance, coins = node.call("getbalance"), node.call("listunspent", 1)
    node.call("invalidateblock", names[0])
    node.call("reconsiderblock", names[0])
    assert node.call("getbalance") == balance
    assert sorted(c["txid"] for c in node.call("listunspent", 1)) == sorted(c["txid"] for c in coins)


def test_a_submitted_side_branch_takes_over_when_it_is_longer(start_node, node):
    other = start_node()
    for height in range(1, node.call("getblockcount") + 1):
        assert other.call("submitblock", node.call("getblock", node.call("getblockhash", height), 0)) is None
    ours = mine(node, 2)
    theirs = other.call("generatetoaddress", 3, other.call("getnewaddress"))
    answers = [node.call("submitblock", other.call("getblock", name, 0)) for name in theirs]
    assert answers == ["inconclusive", "inconclusive", None]
    assert node.call("getbestblockhash") == theirs[-1]
    assert node.call("getblockheader", ours[-1])["confirmations"] == -1
    orphan = other.call("generatetoaddress", 2, other.call("getnewaddress"))
    assert node.call("submitblock", other.call("getblock", orphan[1], 0)) == "prev-blk-not-found"


def test_chain_wallet_and_invalidation_survive_kill_9(start_node, tmp_path):
    node = start_node(tmp_path)
    mine(node, 120)
    txid = node.call("sendtoaddress", node.call("getnewaddress"), 3)
    names = mine(node, 10)
    node.call("invalidateblock", names[4])
    last = mine(node, 2)
    unconfirmed = node.call("sendtoaddress", Purse(node).address, 1)
    facts = [node.call("getbestblockhash"), node.call("getbalance"), node.call("getrawtransaction", txid)]
    address = node.call("getnewaddress")
    node.kill()
    node = start_node(tmp_path)
    assert [node.call("getbestblockhash"), node.call("getbalance"), node.call("getrawtransaction", txid)] == facts
    assert last[-1] == facts[0]
    assert unconfirmed in node.call("getrawmempool")
    assert node.call("getnewaddress") != address
    node.call("reconsiderblock", names[4])
    assert node.call("getbestblockhash") == names[-1]
    node.stop()
    assert start_node(tmp_path).call("getbestblockhash") == names[-1]


def test_a_torn_tail_of_the_journal_is_ignored(start_node, tmp_path):
    node = start_node(tmp_path)
    names = mine(node, 5)
    node.kill()
    journal = tmp_path / "blocks.journal"
    journal.write_bytes(journal.read_bytes()[:-7])
    node = start_node(tmp_path)
    assert node.call("getbestblockhash") == names[3]
    assert len(mine(node, 2)) == 2
    node.kill()
    assert start_node(tmp_path).call("getblockcount") == 6


def test_kills_while_mining_lose_nothing_that_was_told(start_node, tmp_path):
    told: list[str] = []
    for _ in range(4):
        node = start_node(tmp_path)
        assert told == [node.call("getblockhash", height + 1) for height in range(len(told))]
        # blocks mined without being told may stand on top: they count from here on
        told += [node.call("getblockhash", h) for h in range(len(told) + 1, node.call("getblockcount") + 1)]
        for _ in range(3):
            told += mine(node, 17)
        connection = node._connection
        assert connection is not None
        body = b'{"method":"generatetoaddress","params":[400,"%s"],"id":1}' % node.call("getnewaddress").encode()
        connection.request("POST", "/", body, {"Authorization": f"Basic {node._token}"})
        node.kill()


def test_broken_databases_are_rebuilt_from_the_journal(start_node, tmp_path):
    node = start_node(tmp_path)
    names = mine(node, 250)
    node.stop()
    snapshots = list((tmp_path / "snapshots").iterdir())
    assert snapshots
    for folder in [tmp_path / "kernel", *snapshots]:
        for file in (folder / "chainstate").iterdir():
            file.write_bytes(b"")
    node = start_node(tmp_path)
    assert node.call("getbestblockhash") == names[-1]
    node.call("invalidateblock", names[-1])
    assert node.call("getbestblockhash") == names[-2]
