"""One deadline for a whole conversation: a server that drips a byte now and then keeps nobody for long."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from types import TracebackType
from typing import Self


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
        self._let_go()

    def watch(self, connection: socket.socket) -> None:
        """A second handle: TLS takes the first one away, and what is shut down is the connection itself."""
        self._let_go()
        self._handle = socket.socket(fileno=os.dup(connection.fileno()))
        if self.barked:
            self._bark()

    def _let_go(self) -> None:
        if self._handle is not None:
            self._handle.close()

    def _bark(self) -> None:
        self.barked = True
        if self._handle is not None:
            with contextlib.suppress(OSError):  # it is over already
                self._handle.shutdown(socket.SHUT_RDWR)
