"""Hints from the node that a block or a transaction came. They may go silent at any time: polling stays the truth."""

from __future__ import annotations

import time
from types import TracebackType

import zmq


class Hints:
    """Waits for the node's next message, or for a while. Without an address it only waits."""

    def __init__(self, url: str | None) -> None:
        self._context: zmq.Context[zmq.Socket[bytes]] | None = None
        self._socket: zmq.Socket[bytes] | None = None
        if url:
            self._context = zmq.Context()
            self._socket = self._context.socket(zmq.SUB)
            self._socket.setsockopt(zmq.LINGER, 0)
            self._socket.setsockopt(zmq.RCVHWM, 1_000)
            for topic in (b"hashblock", b"rawtx"):
                self._socket.setsockopt(zmq.SUBSCRIBE, topic)
            self._socket.connect(url)

    def __enter__(self) -> Hints:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._socket is not None and self._context is not None:
            self._socket.close()
            self._context.term()

    def wait(self, seconds: float) -> bool:
        """Whether something happened within `seconds`; what it was is asked of the node."""
        if self._socket is None:
            time.sleep(seconds)
            return False
        if not self._socket.poll(int(seconds * 1000)):
            return False
        while self._socket.poll(0):  # a burst is one hint
            self._socket.recv_multipart()
        return True
