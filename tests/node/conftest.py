"""Nodes for tests, and a purse whose keys the test holds, to make transactions the node's wallet would not make."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dev.node.chainstate import Coin
from dev.node.keys import KeyChain, sign
from dev.node.process import NodeProcess
from dev.node.scripts import script_address
from dev.node.transactions import Transaction, TxIn, TxOut, outpoint, parse_transaction

HEIGHT = 130  # thirty mature coinbases


class Purse:
    def __init__(self, node: NodeProcess, kind: str = "bech32m") -> None:
        self.node, self.kind = node, kind
        self.keys = KeyChain(secrets.token_bytes(32))
        self.script = self.keys.script(kind, 0, 0)
        self.address = script_address(self.script)

    def fund(self, sats: int, confirm: bool = True) -> tuple[bytes, Coin]:
        txid = self.node.call("sendtoaddress", self.address, f"{sats / 1e8:.8f}")
        if confirm:
            self.node.call("generatetoaddress", 1, self.node.call("getnewaddress"))
        tx = parse_transaction(bytes.fromhex(self.node.call("getrawtransaction", txid)))
        return next(self.outputs(tx))

    def outputs(self, tx: Transaction, height: int = -1) -> Iterator[tuple[bytes, Coin]]:
        """The transaction's outputs to this purse."""
        for vout, out in enumerate(tx.vout):
            if out.script == self.script:
                yield outpoint(tx.txid, vout), Coin(out.value, out.script, height, False)

    def spend(
        self,
        *coins: tuple[bytes, Coin],
        fee: int = 1000,
        to: bytes | None = None,
        sequence: int = 0xFFFFFFFD,
        locktime: int = 0,
    ) -> Transaction:
        """A signed transaction of everything in `coins` to one output."""
        value = sum(coin.value for _, coin in coins) - fee
        vin = tuple(TxIn(key, b"", sequence) for key, _ in coins)
        tx = Transaction(2, vin, (TxOut(value, to or self.script),), locktime)
        held = [coin for _, coin in coins]
        return sign(tx, held, [self.keys.secret(self.kind, 0, 0)] * len(coins))


@pytest.fixture(scope="session")
def start_node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., NodeProcess]]:
    """Starts nodes that end with the session."""
    started: list[NodeProcess] = []

    def start(folder: Path | None = None, **options: Any) -> NodeProcess:
        node = NodeProcess.start(folder or tmp_path_factory.mktemp("node"), **options)
        started.append(node)
        return node

    yield start
    for node in started:
        node.kill()


@pytest.fixture(scope="module")
def node(start_node: Callable[..., NodeProcess]) -> NodeProcess:
    """One node with a funded wallet for a module's tests."""
    node = start_node()
    node.call("generatetoaddress", HEIGHT, node.call("getnewaddress"))
    return node


@pytest.fixture
def purse(node: NodeProcess) -> Purse:
    return Purse(node)
