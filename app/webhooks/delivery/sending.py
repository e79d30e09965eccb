"""One request over the network: bounded in time and bytes, to a judged address, redirected nowhere."""

from __future__ import annotations

import http.client
import io
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from app.core.database.session import in_transaction
from app.core.dependencies.destination import (
    DEFAULT_PORTS,
    NotAllowed,
    Resolver,
    connect,
    resolve,
    system_resolver,
    tls_context,
)

CONNECT_SECONDS: Final = 3.0
TOTAL_SECONDS: Final = 10.0
_BODY_SECONDS: Final = 2.0  # once the head is there, the rest is only for the log
_MOST_BYTES: Final = 16 * 1024
KEPT_BYTES: Final = 1024


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a try went. `status` is None without an answer; `error` is a code, empty for success."""

    status: int | None
    error: str
    answer: str = ""
    retry_after: str = ""
    seconds: float = 0.0

    @property
    def succeeded(self) -> bool:
        return self.error == ""


def post(
    url: str, body: bytes, headers: Mapping[str, str], *, allow_private: bool, resolver: Resolver | None = None
) -> Outcome:
    """Send `body` and hear the answer. Never raises for anything that the other side may do."""
    if in_transaction():
        raise RuntimeError("no request goes out inside a transaction")
    begin = time.monotonic()
    try:
        outcome = _exchange(url, body, headers, begin + TOTAL_SECONDS, resolver or system_resolver, allow_private)
    except NotAllowed:
        outcome = Outcome(None, "address_not_allowed")
    except socket.gaierror:
        outcome = Outcome(None, "name_unknown")
    except TimeoutError:
        outcome = Outcome(None, "timeout")
    except ssl.SSLError:
        outcome = Outcome(None, "tls_failed")
    except (http.client.HTTPException, ValueError):
        outcome = Outcome(None, "answer_not_understood")
    except OSError:
        outcome = Outcome(None, "connection_failed")
    return Outcome(outcome.status, outcome.error, outcome.answer, outcome.retry_after, time.monotonic() - begin)


def _exchange(
    url: str, body: bytes, headers: Mapping[str, str], deadline: float, resolver: Resolver, allow_private: bool
) -> Outcome:
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or DEFAULT_PORTS[parts.scheme]
    until = min(deadline, time.monotonic() + CONNECT_SECONDS)
    addresses = resolve(host, port, _left(until), resolver, allow_private=allow_private)
    link = connect(addresses, port, _left(until))
    try:
        if parts.scheme == "https":
            link.settimeout(_left(until))  # of the whole handshake
            link = tls_context().wrap_socket(link, server_hostname=host)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        _send(link, _request(parts.netloc, target, body, headers), deadline)
        return _judge(_read(link, deadline))
    finally:
        link.close()


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _request(netloc: str, target: str, body: bytes, headers: Mapping[str, str]) -> bytes:
    lines = {
        "Host": netloc,
        "User-Agent": "Tiraj-Webhooks/1",
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        "Accept": "*/*",
        "Accept-Encoding": "identity",
        "Connection": "close",
        **headers,
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"POST {target} HTTP/1.1\r\n{head}\r\n".encode("ascii") + body


def _send(link: socket.socket, data: bytes, deadline: float) -> None:
    """All of it before the deadline. A side that answers before it has read everything is heard all the same."""
    view = memoryview(data)
    try:
        while view:
            link.settimeout(_left(deadline))
            view = view[link.send(view) :]
    except (BrokenPipeError, ConnectionResetError):
        return


def _read(link: socket.socket, deadline: float) -> bytes:
    """The head and what is kept of the body, or as much of it as comes in time; each byte counts against one clock."""
    data = bytearray()
    while len(data) < _MOST_BYTES and not _is_enough(bytes(data)):
        headed = data.find(b"\r\n\r\n") >= 0
        if headed:
            deadline = min(deadline, time.monotonic() + _BODY_SECONDS)
        try:
            link.settimeout(_left(deadline))
            part = link.recv(min(4096, _MOST_BYTES - len(data)))
        except (TimeoutError, ConnectionResetError, ssl.SSLError):
            if headed:
                break
            raise
        if not part:
            break
        data += part
    return bytes(data)


def _is_enough(data: bytes) -> bool:
    """Whether the head has come with the whole body, or with all that is kept of it."""
    head, found, body = data.partition(b"\r\n\r\n")
    if not found or head[9:10] == b"1":
        return False
    lowered = head.lower()
    if head[9:12] in (b"204", b"304") or len(body) >= KEPT_BYTES:
        return True
    for line in lowered.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name == b"content-length" and value.strip().isdigit():
            return len(body) >= int(value.strip()[:12])
    return b"transfer-encoding: chunked" in lowered and body.endswith(b"0\r\n\r\n")


class _Heard:
    """What `http.client` reads an answer from: the bytes that have come."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def makefile(self, mode: str) -> io.BytesIO:
        return io.BytesIO(self._data)


def _judge(data: bytes) -> Outcome:
    while data[9:10] == b"1" and b"\r\n\r\n" in data:  # an interim answer; the real one follows
        data = data.partition(b"\r\n\r\n")[2]
    if b"\r\n\r\n" not in data:
        raise http.client.HTTPException("the head is not whole")
    response = http.client.HTTPResponse(_Heard(data), method="POST")  # type: ignore[arg-type]
    response.begin()
    try:
        kept = response.read(KEPT_BYTES)
    except http.client.IncompleteRead as cut:
        kept = cut.partial
    except (http.client.HTTPException, ValueError):
        kept = b""
    answer = kept[:KEPT_BYTES].decode("utf-8", "replace").replace("\0", "\ufffd")
    status = response.status
    error = "" if 200 <= status < 300 else "redirected" if 300 <= status < 400 else f"http_{status}"
    return Outcome(status, error, answer, (response.getheader("Retry-After") or "")[:100])
