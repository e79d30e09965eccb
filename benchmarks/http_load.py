"""Requests over a few kept connections at once, from as little Python as possible: the servers need the cores."""

from __future__ import annotations

import os
import socket
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from dev.processes import Child, free_port

CONNECTIONS, THREADS = 8, 4
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

    def cpu(self) -> Cpu:
        """What its workers have taken of processors so far."""
        assert self.child.process is not None
        workers = Path(f"/proc/{self.child.process.pid}/task/{self.child.process.pid}/children").read_text().split()
        taken = [cpu_of(worker) for worker in workers]
        return Cpu(sum(one.python for one in taken), sum(one.kernel for one in taken))


@dataclass(frozen=True, slots=True)
class Cpu:
    """Seconds of processors: Python's with its libraries', and the kernel's on their behalf."""

    python: float
    kernel: float

    def since(self, begun: Cpu) -> Cpu:
        """What came after `begun`."""
        return Cpu(self.python - begun.python, self.kernel - begun.kernel)


def cpu_of(process: str) -> Cpu:
    """What a process has taken so far."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    ticks = os.sysconf("SC_CLK_TCK")
    return Cpu(int(fields[11]) / ticks, int(fields[12]) / ticks)


@contextmanager
def serving_process(
    module: str,
    environment: Mapping[str, str],
    log: Path,
    port: int | None = None,
    *,
    folder: Path = _TOP,
    threads: int = THREADS,
) -> Iterator[Web]:
    """The same, with what it costs; with another number of threads than the Procfile's, if one is said."""
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
        str(threads),
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


def post(path: str, body: bytes, **headers: str) -> bytes:
    """A request as it is sent: JSON, unless its headers say else."""
    fields = {"Host": "localhost", "Content-Type": "application/json", "Content-Length": str(len(body))}
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"POST {path} HTTP/1.1\r\n{head}\r\n".encode() + body


class Load:
    """Sends the same kind of request again and again over kept connections, and insists on one status."""

    def __init__(self, port: int, requests: Sequence[bytes], status: int, connections: int = CONNECTIONS) -> None:
        self._port, self._requests, self._status, self._connections = port, requests, status, connections

    def run(self) -> None:
        """Send every request once."""
        parts = [self._requests[at :: self._connections] for at in range(self._connections)]
        with ThreadPoolExecutor(self._connections) as pool:
            list(pool.map(self._send, parts))

    def _send(self, requests: Sequence[bytes]) -> None:
        with socket.create_connection(("127.0.0.1", self._port), 60) as connection:
            for request in requests:
                connection.sendall(request)
                answer = _answer(connection)
                if int(answer[9:12]) != self._status:
                    line = request.partition(b"\r\n")[0].decode()
                    raise RuntimeError(f"{line} was answered {answer[:500]!r}")


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
