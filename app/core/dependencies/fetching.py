"""One question to somebody else's server: bounded in time and bytes, to a judged address, redirected nowhere."""

from __future__ import annotations

import contextlib
import http.client
import socket
import ssl
import time
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from app.core.database.session import in_transaction

from .destination import DEFAULT_PORTS, NotAllowed, Resolver, connect, resolve, system_resolver, tls_context
from .watchdog import Watchdog

_CONNECT_SECONDS: Final = 3.0


class NoAnswer(Exception):
    """Nothing whole came that could be read; `why` is a code."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, whatever it says. `kind` is its Content-Type in small letters."""

    status: int
    body: bytes
    kind: str


def ask(
    url: str,
    body: bytes | None,
    *,
    most: int,
    seconds: float,
    allow_private: bool,
    resolver: Resolver | None = None,
) -> Answer:
    """GET, or POST where there is a body; an answer of at most `most` bytes, within `seconds` in all.

    Raises NoAnswer.
    """
    if in_transaction():
        raise RuntimeError("no request goes out inside a transaction")
    with Watchdog(seconds) as watchdog:
        try:
            return _exchange(url, body, most, seconds, resolver or system_resolver, allow_private, watchdog)
        except NotAllowed:
            raise NoAnswer("address_not_allowed") from None
        except socket.gaierror:
            raise NoAnswer("name_unknown") from None
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise NoAnswer(_named(error, has_barked=watchdog.barked)) from None


def _named(error: Exception, *, has_barked: bool) -> str:
    if has_barked or isinstance(error, TimeoutError):
        return "timeout"
    if isinstance(error, ssl.SSLError):
        return "tls_failed"
    return "connection_failed" if isinstance(error, OSError) else "answer_not_understood"


def _exchange(
    url: str, body: bytes | None, most: int, seconds: float, resolver: Resolver, allow_private: bool, dog: Watchdog
) -> Answer:
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or DEFAULT_PORTS[parts.scheme]
    until = time.monotonic() + min(seconds, _CONNECT_SECONDS)
    addresses = resolve(host, port, until - time.monotonic(), resolver, allow_private=allow_private)
    link = connect(addresses, port, max(0.1, until - time.monotonic()))
    with contextlib.closing(link):
        dog.watch(link)
        link.settimeout(seconds)
        if parts.scheme == "https":
            link = tls_context().wrap_socket(link, server_hostname=host)
        wire = http.client.HTTPConnection(host, port)
        wire.auto_open = 0
        wire.sock = link
        with contextlib.closing(wire):
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            headers = {"Host": parts.netloc, "User-Agent": "Tiraj/1", "Connection": "close"}
            wire.request("GET" if body is None else "POST", target, body, headers)
            return _read(wire.getresponse(), most)


def _read(response: http.client.HTTPResponse, most: int) -> Answer:
    data = response.read(most + 1)
    if len(data) > most:
        raise NoAnswer("answer_too_long")
    return Answer(response.status, data, (response.getheader("Content-Type") or "").lower()[:100])
