"""HTTP with one deadline for a whole call: `urllib3` counts anew with each byte, and leaves out looking a name up."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from certifi import where
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError
from urllib3.response import BaseHTTPResponse

from app.core.dependencies.aside import TookTooLong, in_time
from app.core.dependencies.watchdog import Watchdog

_watchdog: ContextVar[Watchdog] = ContextVar("watchdog")

_KEPT = 10  # connections: more threads than that seldom ask at once

if TYPE_CHECKING:
    _Base = HTTPConnection
else:
    _Base = object


class _Watched(_Base):
    """Tells the call's watchdog of the connection, a new one or one that was kept."""

    def _new_conn(self) -> socket.socket:
        watchdog = _watchdog.get()
        try:
            made = in_time(super()._new_conn, watchdog.seconds)
        except TookTooLong:
            raise ConnectTimeoutError(self, "no connection within the deadline") from None
        watchdog.watch(made)
        return made

    def getresponse(self) -> BaseHTTPResponse:  # type: ignore[override]
        if self.sock is not None:
            _watchdog.get().watch(self.sock)
        return super().getresponse()


class _Plain(_Watched, HTTPConnection):
    pass


class _Tls(_Watched, HTTPSConnection):
    pass


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _Tls


def pool(url: str) -> HTTPConnectionPool:
    """Connections to an address's host, whose every call stands inside `watched()`.

    Without a session around them, which reads cookies, redirects and proxies anew for each question and takes more time
    than asking it: neither these nor ~/.netrc have a place between us and the node.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme == "https":
        return _TlsPool(host, parts.port, maxsize=_KEPT, cert_reqs="CERT_REQUIRED", ca_certs=where())
    return _PlainPool(host, parts.port, maxsize=_KEPT)


@contextmanager
def watched(seconds: float) -> Iterator[Watchdog]:
    """Around one call, which is cut off after so long."""
    with Watchdog(seconds) as watchdog:
        token = _watchdog.set(watchdog)
        try:
            yield watchdog
        finally:
            _watchdog.reset(token)
