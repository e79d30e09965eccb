"""A partner's server in a process of its own, so that its work is in nobody else's figures.

`python -m benchmarks.shop` prints its port, thanks for every request, and ends with its standard input.
"""

from __future__ import annotations

import contextlib
import os
import socketserver
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 256


class _Thanks(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        """Hear one request."""
        length = 0
        with contextlib.suppress(OSError):
            while (line := self.rfile.readline()) not in (b"\r\n", b""):
                name, _, value = line.partition(b":")
                length = int(value) if name.lower() == b"content-length" else length
            self.rfile.read(length)
            self.wfile.write(b"HTTP/1.1 204 No Content\r\n\r\n")


@contextmanager
def open_shop() -> Iterator[int]:
    """Its port, while it is open."""
    shop = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.shop"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert shop.stdout is not None
        yield int(shop.stdout.readline())
    finally:
        shop.communicate()


def _main() -> None:
    server = _Server(("127.0.0.1", 0), _Thanks)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_address[1], flush=True)
    sys.stdin.read()
    os._exit(0)  # threads that still wait for a request have nothing to lose


if __name__ == "__main__":
    _main()
