"""Notifications as bitcoind publishes them: topic, body, a little-endian counter per topic."""

from __future__ import annotations

import struct
from typing import Any

import zmq

from dev.node.chainstate import Chainstate, Change
from dev.node.transactions import Transaction

TOPICS = ("hashblock", "hashtx", "rawblock", "rawtx")


class Publisher:
    """Not thread-safe: everything is sent under the node's lock."""

    def __init__(self, port: int, chain: Chainstate) -> None:
        self._chain = chain
        self._counters = dict.fromkeys(TOPICS, 0)
        self.address = f"tcp://127.0.0.1:{port}"
        self._context = zmq.Context()
        self._socket = self._context.socket(zmq.PUB)
        self._socket.setsockopt(zmq.LINGER, 0)
        self._socket.setsockopt(zmq.SNDHWM, 1000)
        self._socket.bind(self.address)

    def _send(self, topic: str, body: bytes) -> None:
        counter = self._counters[topic]
        self._counters[topic] = (counter + 1) & 0xFFFFFFFF
        self._socket.send_multipart([topic.encode(), body, struct.pack("<I", counter)])

    def transaction_added(self, tx: Transaction) -> None:
        self._send("hashtx", tx.txid[::-1])
        self._send("rawtx", tx.raw)

    def chain_changed(self, change: Change) -> None:
        for _, transactions in [*change.disconnected, *change.connected]:
            for tx in transactions:
                self.transaction_added(tx)
        tip = self._chain.tip
        self._send("hashblock", tip.hash[::-1])
        self._send("rawblock", self._chain.raw(tip))

    def describe(self) -> list[dict[str, Any]]:
        return [{"type": f"pub{topic}", "address": self.address, "hwm": 1000} for topic in TOPICS]

    def close(self) -> None:
        self._socket.close()
        self._context.term()
