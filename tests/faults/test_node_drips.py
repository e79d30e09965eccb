"""A node that answers a byte now and then, never long enough without one for a socket's own time-out; or whose name
nobody knows in time. The whole call has one deadline."""

from __future__ import annotations

import socket
import threading
import time
from typing import Any

import pytest
from flask import Flask

from app import create_app
from app.chain import jobs
from app.chain.node import rpc
from app.chain.scan import mempool
from app.core.database.session import db
from dev.node.process import NodeProcess
from tests.factories.speaking import Talk, server
from tests.factories.standing import at_once, seconds_of
from tests.factories.world import World

CONNECT, READ, LONG = 0.4, 0.6, 1.0
SLACK = 2.0
BODY = b'{"result": null, "error": null, "id": 1}' + b" " * 200


def drips(at_once_: bytes, then: bytes) -> Talk:
    def talk(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(at_once_)
        for byte in then:
            connection.sendall(bytes([byte]))
            time.sleep(READ / 4)

    return talk


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
WAYS = {
    "its head": drips(b"", HEAD + b"X: y\r\n" * 60),
    "its body": drips(HEAD + b"Content-Length: %d\r\n\r\n" % len(BODY), BODY),
    "a body of no length": drips(HEAD + b"Connection: close\r\n\r\n", BODY),
    "chunks": drips(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n" * 40),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_call_is_cut_off(way: str) -> None:
    with server(WAYS[way]) as address:
        client = rpc.NodeClient(f"http://user:secret@{address}", (CONNECT, READ), long=LONG)
        for method, longest in (("getblockchaininfo", READ), ("getblock", LONG), ("sendrawtransaction", LONG)):
            begin = time.monotonic()
            with pytest.raises(rpc.NodeStandsStill) as given_up:
                client.call(method, "00")
            assert time.monotonic() - begin < CONNECT + longest + SLACK
            assert given_up.value.maybe_done


def test_a_handshake_is_cut_off() -> None:
    """TLS before a word of HTTP: a record is announced, and its bytes drip in."""
    with server(drips(b"\x16\x03\x03\x40\x00", b"\x02" * 100)) as address:
        client = rpc.NodeClient(f"https://user:secret@{address}", (CONNECT, READ))
        begin = time.monotonic()
        with pytest.raises(rpc.NodeStandsStill):
            client.call("getblockchaininfo")
        assert time.monotonic() - begin < CONNECT + READ + SLACK


def test_a_name_that_is_looked_up_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    over, truth = threading.Event(), socket.getaddrinfo

    def look_up(host: Any, *args: Any, **kwargs: Any) -> Any:
        if host == "node.example.com":
            over.wait(30)
        return truth("127.0.0.1", *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    client = rpc.NodeClient("http://user:secret@node.example.com:8332", (CONNECT, READ))
    try:
        begin = time.monotonic()
        with pytest.raises(rpc.NodeStandsStill) as given_up:
            client.call("sendrawtransaction", "00")
        assert time.monotonic() - begin < CONNECT + READ + SLACK
        assert not given_up.value.maybe_done  # nothing was sent
    finally:
        over.set()


@pytest.fixture
def world(chain_app: Flask, node: NodeProcess) -> World:
    return World(chain_app, node).begin()


def test_orders_and_the_scanner(world: World) -> None:
    """Each of them waited as long as the node pleased, the scanner as the one who leads."""
    site = world.site()
    who = {"partnerName": site.name, "playerPublicIdentifier": "ada", "playerPrivateIdentifier": "p"}
    chosen = {
        "partnerId": str(site.id),
        "playerUname": "Ada",
        "playerIdentifier": "ada",
        "requestedNumbers": [1, 2, 3, 4, 5, 6, 7],
    }
    db.session.remove()
    with server(WAYS["its body"]) as address:
        app = create_app(
            {
                **world.environment,
                "BITCOIN_RPC_URL": f"http://user:secret@{address}",
                "NODE_SECONDS": str(READ),
                "NODE_BLOCK_SECONDS": str(LONG),
                "BREAKER_SECONDS": "30",
            }
        )
        with app.app_context():
            client = app.test_client()
            answers = at_once(
                app,
                [
                    lambda: client.post("/api/slips", json=who),
                    lambda: client.post("/api/luckotto/orders", json=chosen),
                    lambda: client.get("/api/ready"),
                ],
            )
            assert [answer.status_code for _, answer in answers] == [503] * 3
            assert max(seconds for seconds, _ in answers) < 1.0 + READ + SLACK
            took, _ = seconds_of(lambda: jobs.look(mempool.Watcher()))
            assert took < SLACK
            db.session.remove()
            db.engine.dispose()
