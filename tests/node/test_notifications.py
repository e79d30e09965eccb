"""ZMQ frames as bitcoind sends them."""

from __future__ import annotations

import struct

import zmq

from dev.node.transactions import parse_transaction


def test_blocks_and_transactions_are_published_in_bitcoinds_frames(node):
    context = zmq.Context()
    socket = context.socket(zmq.SUB)
    socket.setsockopt(zmq.RCVTIMEO, 5000)
    socket.setsockopt(zmq.SUBSCRIBE, b"hashblock")
    socket.setsockopt(zmq.SUBSCRIBE, b"rawtx")
    socket.connect(node.zmq_url)
    address = node.call("getnewaddress")

    def until_block():
        frames = []
        while not frames or frames[-1][0] != b"hashblock":
            frames.append(socket.recv_multipart())
        return frames

    try:
        # a subscription takes a moment to arrive: the first block that is heard starts the count
        socket.setsockopt(zmq.RCVTIMEO, 200)
        for _ in range(25):
            (name,) = node.call("generatetoaddress", 1, address)
            try:
                frames = until_block()
                break
            except zmq.Again:
                continue
        socket.setsockopt(zmq.RCVTIMEO, 5000)
        while frames[-1][1].hex() != name:
            frames = until_block()
        topic, body, counter = frames[-1]
        first = struct.unpack("<I", counter)[0]
        txid = node.call("sendtoaddress", address, 1)
        topic, body, _ = socket.recv_multipart()
        assert (topic, parse_transaction(body).txid[::-1].hex()) == (b"rawtx", txid)
        (name,) = node.call("generatetoaddress", 1, address)
        frames = until_block()
        assert [parse_transaction(frame[1]).txid[::-1].hex() for frame in frames[:-1]] == node.call("getblock", name)[
            "tx"
        ]
        assert frames[-1] == [b"hashblock", bytes.fromhex(name), struct.pack("<I", first + 1)]
        counters = [struct.unpack("<I", frame[2])[0] for frame in frames[:-1]]
        assert counters == list(range(counters[0], counters[0] + len(counters)))
    finally:
        socket.close()
        context.term()
    assert {entry["type"] for entry in node.call("getzmqnotifications")} >= {"pubhashblock", "pubrawtx"}
