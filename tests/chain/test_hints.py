"""The node's hints shorten the wait for a block; without them the wait is only longer."""

from __future__ import annotations

from app.chain.node.hints import Hints
from dev.node.process import NodeProcess


def test_a_block_is_hinted_at(node: NodeProcess) -> None:
    with Hints(node.zmq_url) as hints:
        hints.wait(1)  # the subscription needs a moment
        node.call("generatetoaddress", 1, node.call("getnewaddress"))
        assert hints.wait(60)


def test_silence_is_only_a_wait() -> None:
    with Hints(None) as hints:
        assert not hints.wait(0.01)
    with Hints("tcp://127.0.0.1:1") as hints:  # nobody speaks there
        assert not hints.wait(0.01)
