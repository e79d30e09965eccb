"""One question to somebody else's server: bounded in time and bytes, to a judged address, redirected nowhere."""

from __future__ import annotations

import contextlib
import http.client
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, urlsplit

from app.core.database.session import in_transaction

from .destination import DEFAULT_PORTS, NotAllowed, Resolver, connect, resolve, system_resolver, tls_context
from .watchdog import Watchdog

_CONNECT_SECONDS: Final = 3.0
NO_HEADERS: Final[Mapping[str, str]] = {}


class NoAnswer(Exception):
    """Nothing whole came that could be read; `why` is a code. `left`: the request may have arrived all the same."""

    def __init__(self, why: str, *, left: bool = True) -> None:
        super().__init__(why)
        self.why, self.left = why, left


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, whatever it says. `kind` is its Content-Type in small letters; `retry_after` is in seconds."""

    status: int
    body: bytes
    kind: str
    retry_after: int | None = None


def ask(
    url: str,
    body: bytes | None,
    *,
    most: int,
    seconds: float,
    allow_private: bool,
    resolver: Resolver | None = None,
    headers: Mapping[str, str] = NO_HEADERS,
) -> Answer:
    """GET, or POST where there is a body; an answer of at most `most` bytes, within `seconds` in all.

    Raises NoAnswer.
    """
    if in_transaction():
        raise RuntimeError("no request goes out inside a transaction")
    parts, left = urlsplit(url), False
    with Watchdog(seconds) as watchdog:
        try:
            link = _reach(parts, seconds, resolver or system_resolver, watchdog, allow_private=allow_private)
            left = True
            return _converse(link, parts, body, headers, most)
        except NotAllowed:
            raise NoAnswer("address_not_allowed", left=False) from None
        except socket.gaierror:
            raise NoAnswer("name_unknown", left=False) from None
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise NoAnswer(_named(error, has_barked=watchdog.barked), left=left) from None


def _named(error: Exception, *, has_barked: bool) -> str:
    if has_barked or isinstance(error, TimeoutError):
        return "timeout"
    if isinstance(error, ssl.SSLError):
        return "tls_failed"
    return "connection_failed" if isinstance(error, OSError) else "answer_not_understood"


def _reach(
    parts: SplitResult, seconds: float, resolver: Resolver, dog: Watchdog, *, allow_private: bool
) -> socket.socket:
    """A connection on which nothing was asked yet."""
    host, port = parts.hostname or "", parts.port or DEFAULT_PORTS[parts.scheme]
    until = time.monotonic() + min(seconds, _CONNECT_SECONDS)
    addresses = resolve(host, port, until - time.monotonic(), resolver, allow_private=allow_private)
    link = connect(addresses, port, max(0.1, until - time.monotonic()))
    try:
        dog.watch(link)
        link.settimeout(seconds)
        return tls_context().wrap_socket(link, server_hostname=host) if parts.scheme == "https" else link
    except BaseException:
        link.close()
        raise


def _converse(
    link: socket.socket, parts: SplitResult, body: bytes | None, headers: Mapping[str, str], most: int
) -> Answer:
    wire = http.client.HTTPConnection(parts.hostname or "", parts.port or DEFAULT_PORTS[parts.scheme])
    wire.auto_open = 0
    wire.sock = link
    with contextlib.closing(wire):
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        own = {"Host": parts.netloc, "User-Agent": "Tiraj/1", "Connection": "close"}
        wire.request("GET" if body is None else "POST", target, body, {**own, **headers})
        return _read(wire.getresponse(), most)


def _read(response: http.client.HTTPResponse, most: int) -> Answer:
    data = response.read(most + 1)
    if len(data) > most:
        raise NoAnswer("answer_too_long")
    wait = response.getheader("Retry-After") or ""
    seconds = int(wait) if wait.isascii() and wait.isdigit() and len(wait) < 7 else None
    return Answer(response.status, data, (response.getheader("Content-Type") or "").lower()[:100], seconds)
