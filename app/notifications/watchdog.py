"""SMTP with one deadline for the whole conversation: a server that drips a byte now and then keeps nobody for long."""

from __future__ import annotations

import contextlib
import smtplib
import socket
import ssl
import threading
from types import TracebackType
from typing import Any, Self


class Watchdog:
    """Cuts a conversation off after so many seconds, wherever it stands. `barked` says that it had to."""

    def __init__(self, seconds: float) -> None:
        self.seconds, self.barked = seconds, False
        self._handle: socket.socket | None = None
        self._timer = threading.Timer(seconds, self._bark)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        if self._handle is not None:
            self._handle.close()

    def watch(self, connection: socket.socket) -> None:
        """A second handle: TLS takes the first one away, and what is shut down is the connection itself."""
        self._handle = connection.dup()
        if self.barked:
            self._bark()

    def _bark(self) -> None:
        self.barked = True
        if self._handle is not None:
            with contextlib.suppress(OSError):  # it is over already
                self._handle.shutdown(socket.SHUT_RDWR)


class WatchedSMTP(smtplib.SMTP):
    """Tells its watchdog of its connection."""

    def __init__(self, watchdog: Watchdog, host: str, port: int) -> None:
        self._watchdog = watchdog
        super().__init__(host, port, timeout=watchdog.seconds + 1)

    def _get_socket(self, *args: Any) -> socket.socket:
        plain: socket.socket = super()._get_socket(*args)  # type: ignore[misc]
        self._watchdog.watch(plain)
        return plain


class WatchedTLS(smtplib.SMTP_SSL, WatchedSMTP):
    """The same under TLS from the first byte."""

    def __init__(self, watchdog: Watchdog, host: str, port: int, context: ssl.SSLContext) -> None:
        self._watchdog = watchdog
        smtplib.SMTP_SSL.__init__(self, host, port, timeout=watchdog.seconds + 1, context=context)
