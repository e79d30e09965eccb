"""SMTP with one deadline for the whole conversation, from looking up the server's name to goodbye."""

from __future__ import annotations

import smtplib
import socket
import ssl
from typing import Any

from app.core.dependencies.aside import in_time
from app.core.dependencies.watchdog import Watchdog


class WatchedSMTP(smtplib.SMTP):
    """Tells its watchdog of its connection."""

    def __init__(self, watchdog: Watchdog, host: str, port: int) -> None:
        self._watchdog = watchdog
        super().__init__(host, port, timeout=watchdog.seconds + 1)

    def _get_socket(self, *args: Any) -> socket.socket:
        # Aside, for name servers that do not answer keep whoever asks them as long as the system likes.
        plain: socket.socket = in_time(lambda: super(WatchedSMTP, self)._get_socket(*args), self._watchdog.seconds)  # type: ignore[misc]
        self._watchdog.watch(plain)
        return plain


class WatchedTLS(smtplib.SMTP_SSL, WatchedSMTP):
    """The same under TLS from the first byte."""

    def __init__(self, watchdog: Watchdog, host: str, port: int, context: ssl.SSLContext) -> None:
        self._watchdog = watchdog
        smtplib.SMTP_SSL.__init__(self, host, port, timeout=watchdog.seconds + 1, context=context)
