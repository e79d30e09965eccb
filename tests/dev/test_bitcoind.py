"""What is asked of a node of the user's own before the demo relies on it."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from app.chain.node import rpc
from dev import bitcoind
from dev.console import NOTICE, Console
from dev.node.process import NodeProcess
from dev.processes import free_port
from dev.world.loops import Loop
from dev.world.wallet import Wallet


def test_an_empty_chain_gets_a_first_block_to_be_known_by(make_node: Callable[[], NodeProcess]):
    node = make_node()
    found = bitcoind.examine(node.rpc_url)
    assert node.call("getblockcount") == 1
    assert node.call("getblockhash", 1).endswith(found.chain_id)
    assert bitcoind.examine(node.rpc_url) == found


@pytest.mark.parametrize(
    "url",
    [
        "",
        "127.0.0.1:18443",
        "http://127.0.0.1:18443",
        "http://user:pass@host",
        "ftp://a:b@c:1",
        "http://a:b@c:1/wallets/demo",
        "http://a:b@c:1/rpc",
    ],
)
def test_an_address_that_cannot_work_is_refused(url: str):
    with pytest.raises(bitcoind.UnusableNode, match="BITCOIN_RPC_URL"):
        bitcoind.examine(url)


def test_the_address_may_name_a_wallet(make_node: Callable[[], NodeProcess]):
    """As with a bitcoind that has several: calls of the wallet go there, and so do all others."""
    node = make_node()
    node.call("createwallet", "my demo")
    with pytest.raises(bitcoind.UnusableNode, match=r"BITCOIN_RPC_URL.*/wallet/NAME.*loaded are '', 'my demo'"):
        bitcoind.examine(node.rpc_url)
    with pytest.raises(bitcoind.UnusableNode, match=r"loadwallet NAME.*loaded are '', 'my demo'"):
        bitcoind.examine(f"{node.rpc_url}/wallet/other")
    url = f"{node.rpc_url}/wallet/my%20demo"
    found = bitcoind.examine(url)
    wallet = Wallet(url)
    wallet.ensure_funds(10**8)
    assert wallet.pay(wallet.new_address(), 5_000) in node.call("getrawmempool")
    wallet.mine()
    height, name = wallet.tip()
    assert (node.call("getbestblockhash"), found.chain_id) == (name, node.call("getblockhash", 1)[-8:])
    assert rpc.tip(rpc.NodeClient(url)) == (height, name), "the product's own client keeps the path too"


def test_a_node_without_a_loaded_wallet_is_told_how_to_get_one(make_node: Callable[[], NodeProcess]):
    node = make_node()
    node.call("unloadwallet", "")
    with pytest.raises(bitcoind.UnusableNode, match="createwallet NAME"):
        bitcoind.examine(node.rpc_url)


WALLET = {"walletname": "demo", "private_keys_enabled": True}
CHAIN = {"chain": "regtest", "pruned": False, "blocks": 5, "bestblockhash": "ab" * 32}
LOCKED = "Error: Please enter the wallet passphrase with walletpassphrase first."


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"getblockchaininfo": CHAIN | {"chain": "main"}}, "needs a regtest node; this one is on main"),
        ({"getblockchaininfo": CHAIN | {"pruned": True}}, "without prune"),
        ({"getwalletinfo": WALLET | {"unlocked_until": 0}}, "'demo' is locked.*walletpassphrase"),
        ({"getwalletinfo": WALLET | {"private_keys_enabled": False}}, "no private keys"),
        ({"getwalletinfo": (404, -32601, "Method not found")}, "without disablewallet"),
        ({"getblockchaininfo": (403, 0, "")}, "rpcallowip"),
        ({"getblockchaininfo": (401, 0, "")}, "refuses this user and password"),
        ({"getblockchaininfo": (404, 0, "")}, "is no Bitcoin node"),
    ],
)
def test_what_a_node_cannot_do_is_said_before_anything_starts(answers: dict[str, Any], words: str):
    """Bodies as Bitcoin Core sends them."""
    usable = {"getblockchaininfo": CHAIN, "getwalletinfo": WALLET, "getblockhash": "ab" * 32}
    with answering(usable) as url:
        assert bitcoind.examine(url).chain_id == "ab" * 4
    with answering(usable | answers) as url, pytest.raises(bitcoind.UnusableNode, match=words):
        bitcoind.examine(url)


@pytest.mark.parametrize(
    ("code", "said", "words"),
    [
        (-13, LOCKED, "walletpassphrase PASSPHRASE"),
        (-6, "Insufficient funds", "send it more"),
        (-12, "Error: Keypool ran out, please call keypoolrefill first", "walletpassphrase"),
        (-4, "Error: Private keys are disabled for this wallet", "one with private keys"),
    ],
)
def test_what_stops_the_world_is_on_the_terminal_at_once_with_what_to_do(
    capfd: pytest.CaptureFixture[str], tmp_path: Path, code: int, said: str, words: str
):
    with answering({"sendtoaddress": (500, code, said)}) as url:
        loop = Loop("payments", lambda: Wallet(url).pay("address", 5_000) and None, 2.0, threading.Event())
        loop.turn()
        loop.turn()
    lines = capfd.readouterr().out.encode()
    console = Console(tmp_path / "demo.log")
    console.follow("world", io.BytesIO(lines)).join()
    shown = capfd.readouterr().out.splitlines()
    assert len(shown) == 1, "said once, and the log has the rest"
    assert shown[0].startswith(f"demo: payments: cannot go on: the Bitcoin node says to sendtoaddress: {said}")
    assert words in shown[0]


def test_a_node_that_is_away_for_long_is_on_the_terminal_too(capfd: pytest.CaptureFixture[str]):
    now = [0.0]
    away = Wallet(f"http://user:pass@127.0.0.1:{free_port()}")
    is_back = [False]

    def ask() -> None:
        if not is_back[0]:
            away.height()

    loop = Loop("miner", ask, 2.0, threading.Event(), lambda: now[0])
    for _ in range(15):
        loop.turn()
        now[0] += 2
    is_back[0] = True
    loop.turn()
    told = [line for line in capfd.readouterr().out.splitlines() if line.startswith(NOTICE)]
    assert len(told) == 2
    assert "no Bitcoin node answers" in told[0]
    assert told[1] == f"{NOTICE}miner: goes on"


@contextmanager
def answering(answers: Mapping[str, Any]) -> Iterator[str]:
    """A node that gives these answers; a triple is an HTTP status, and an error's code and message."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            found = answers[asked["method"]]
            status, result, error = 200, found, None
            if isinstance(found, tuple):
                status, code, message = found
                result, error = None, {"code": code, "message": message}
            body = json.dumps({"result": result, "error": error, "id": asked["id"]}).encode()
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body if not isinstance(found, tuple) or found[1] else b"")

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://user:pass@127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def test_nobody_there_and_a_wrong_password_are_told_apart(node: NodeProcess):
    with pytest.raises(bitcoind.UnusableNode, match="no Bitcoin node answers"):
        bitcoind.examine(f"http://user:pass@127.0.0.1:{free_port()}")
    with pytest.raises(bitcoind.UnusableNode, match="refuses"):
        bitcoind.examine(f"http://user:wrong@127.0.0.1:{node.rpc_port}")
