"""Requests over a few kept connections at once, from as little Python as possible: the servers need the cores."""

from __future__ import annotations

import os
import socket
import sys
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from dev.processes import Child, free_port

CONNECTIONS = 8
_TOP = Path(__file__).resolve().parent.parent


@contextmanager
def serving(
    module: str, environment: Mapping[str, str], log: Path, port: int | None = None, *, folder: Path = _TOP
) -> Iterator[int]:
    """gunicorn with two workers of four threads, as the Procfile runs it, on the code in `folder`; its port."""
    with serving_process(module, environment, log, port, folder=folder) as web:
        yield web.port


@dataclass(frozen=True, slots=True)
class Web:
    """A web server that runs."""

    port: int
    child: Child

    def cpu_seconds(self) -> float:
        """What its workers have taken of processors so far, in the kernel too."""
        assert self.child.process is not None
        workers = Path(f"/proc/{self.child.process.pid}/task/{self.child.process.pid}/children").read_text().split()
        return sum(_cpu_seconds(worker) for worker in workers)


def _cpu_seconds(process: str) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def serving_process(
    module: str, environment: Mapping[str, str], log: Path, port: int | None = None, *, folder: Path = _TOP
) -> Iterator[Web]:
    """The same, with what it costs."""
    port = port or free_port()
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        module,
        "--bind",
        f"127.0.0.1:{port}",
        "--worker-class",
        "gthread",
        "--workers",
        "2",
        "--threads",
        "4",
        "--graceful-timeout",
        "5",
        "--keep-alive",
        "30",
        "--no-control-socket",
    ]
    child = Child("web", command, dict(environment), folder)
    with log.open("ab") as output:
        child.start(output)
    try:
        _wait(port, child)
        yield Web(port, child)
    finally:
        child.stop()


def _wait(port: int, child: Child) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and child.alive():
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError("the web server did not start")


class Load:
    """Posts the same kind of request again and again over kept connections, and insists on one status."""

    def __init__(self, port: int, path: str, bodies: list[bytes], status: int) -> None:
        self._port, self._path, self._bodies, self._status = port, path, bodies, status

    def run(self) -> None:
        """Send every body once."""
        parts = [self._bodies[at::CONNECTIONS] for at in range(CONNECTIONS)]
        with ThreadPoolExecutor(CONNECTIONS) as pool:
            list(pool.map(self._send, parts))

    def _send(self, bodies: list[bytes]) -> None:
        with socket.create_connection(("127.0.0.1", self._port), 60) as connection:
            for body in bodies:
                head = f"POST {self._path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                connection.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
                answer = _answer(connection)
                if int(answer[9:12]) != self._status:
                    raise RuntimeError(f"{self._path} answered {answer[:500]!r}")


def _answer(connection: socket.socket) -> bytes:
    """One whole answer, by its Content-Length."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += _receive(connection)
    head, _, body = data.partition(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")
    )
    while len(body) < length:
        body += _receive(connection)
    return head + body


def _receive(connection: socket.socket) -> bytes:
    part = connection.recv(65536)
    if not part:
        raise RuntimeError("the server closed the connection")
    return part
