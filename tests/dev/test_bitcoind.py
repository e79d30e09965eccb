"""What is asked of a node of the user's own before the demo relies on it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from dev import bitcoind
from dev.node.process import NodeProcess
from dev.processes import free_port


def test_an_empty_chain_gets_a_first_block_to_be_known_by(make_node: Callable[[], NodeProcess]):
    node = make_node()
    found = bitcoind.examine(node.rpc_url)
    assert node.call("getblockcount") == 1
    assert node.call("getblockhash", 1).endswith(found.chain_id)
    assert bitcoind.examine(node.rpc_url) == found


@pytest.mark.parametrize(
    "url", ["", "127.0.0.1:18443", "http://127.0.0.1:18443", "http://user:pass@host", "ftp://a:b@c:1"]
)
def test_an_address_that_cannot_work_is_refused(url: str):
    with pytest.raises(bitcoind.UnusableNode, match="BITCOIN_RPC_URL"):
        bitcoind.examine(url)


def test_nobody_there_and_a_wrong_password_are_told_apart(node: NodeProcess):
    with pytest.raises(bitcoind.UnusableNode, match="no Bitcoin node answers"):
        bitcoind.examine(f"http://user:pass@127.0.0.1:{free_port()}")
    with pytest.raises(bitcoind.UnusableNode, match="refuses"):
        bitcoind.examine(f"http://user:wrong@127.0.0.1:{node.rpc_port}")
