"""Partners' servers of the tests' own, on real sockets: good ones, and some that mean harm."""

from __future__ import annotations

import contextlib
import json
import socketserver
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True)
class Received:
    """One request as it came."""

    at: float
    head: dict[str, str]
    body: bytes

    @property
    def told(self) -> dict[str, Any]:
        found = json.loads(self.body)
        assert isinstance(found, dict)
        return found


Behaviour = Callable[["_Conversation", Received], None]


def answer(status: int, body: bytes = b"", *lines: str) -> Behaviour:
    """An answer with a length."""
    head = "".join(f"{line}\r\n" for line in (f"Content-Length: {len(body)}", *lines))

    def behave(talk: _Conversation, request: Received) -> None:
        talk.write(f"HTTP/1.1 {status} Something\r\n{head}\r\n".encode() + body)

    return behave


OK = answer(200, b"thank you")


def hang(talk: _Conversation, request: Received) -> None:
    """Say nothing until the other side has had enough."""
    talk.until_closed()


def drip(talk: _Conversation, request: Received) -> None:
    """A head that never ends, a byte at a time."""
    talk.write(b"HTTP/1.1 200 OK\r\nX: ")
    while talk.write(b"a"):
        time.sleep(0.2)


def drip_body(talk: _Conversation, request: Received) -> None:
    """A body that never ends, a byte at a time."""
    talk.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    while talk.write(b"a"):
        time.sleep(0.2)


def flood(talk: _Conversation, request: Received) -> None:
    """A gigabyte, unless nobody listens any more."""
    talk.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
    for _ in range(1000):
        if not talk.write(b"x" * 1_000_000):
            return


def flood_head(talk: _Conversation, request: Received) -> None:
    """A head without an end, fast."""
    talk.write(b"HTTP/1.1 200 OK\r\n")
    for _ in range(1000):
        if not talk.write(b"X: " + b"x" * 100_000 + b"\r\n"):
            return


class Receiver(socketserver.ThreadingTCPServer):
    """Keeps what it was sent; `behaviour` may be changed at any time."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, behaviour: Behaviour = OK, context: ssl.SSLContext | None = None, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Conversation)
        self.behaviour, self.context = behaviour, context
        self.received: list[Received] = []
        self.connections = 0
        self.written = 0

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    def told(self) -> list[str]:
        """The types it was told, in order."""
        return [request.told["type"] for request in self.received]

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()


class _Conversation(socketserver.BaseRequestHandler):
    server: Receiver

    def handle(self) -> None:
        self.server.connections += 1
        try:
            if self.server.context is not None:
                self.request = self.server.context.wrap_socket(self.request, server_side=True)
            request = self._hear()
        except OSError:
            return
        if request is not None:
            self.server.received.append(request)
            self.server.behaviour(self, request)
        with contextlib.suppress(OSError):
            self.request.close()

    def write(self, data: bytes) -> bool:
        try:
            self.request.sendall(data)
        except OSError:
            return False
        self.server.written += len(data)
        return True

    def until_closed(self) -> None:
        with contextlib.suppress(OSError):
            self.request.settimeout(30)
            while self.request.recv(4096):
                pass

    def _hear(self) -> Received | None:
        data = b""
        while b"\r\n\r\n" not in data:
            part = self.request.recv(65536)
            if not part:
                return None
            data += part
        head, _, body = data.partition(b"\r\n\r\n")
        lines = head.decode().split("\r\n")
        fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
        while len(body) < int(fields["content-length"]):
            body += self.request.recv(65536)
        return Received(time.monotonic(), {"": lines[0], **fields}, body)
