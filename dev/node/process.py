"""The node as a child process, for tests and the demo's supervisor."""

from __future__ import annotations

import base64
import ctypes
import http.client
import json
import secrets
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

PR_SET_PDEATHSIG = 1
PROJECT = Path(__file__).resolve().parents[2]


class NodeError(Exception):
    """An error the node answered with."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code, self.message = code, message


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


_libc = ctypes.CDLL(None, use_errno=True)


def die_with_parent() -> None:
    """For `preexec_fn`: the child is killed when the thread that started it ends."""
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class NodeProcess:
    """A running node. `call` raises NodeError; numbers with a point come back as Decimal."""

    def __init__(self, child: subprocess.Popen[str], rpc_port: int, zmq_port: int, user: str, password: str) -> None:
        self.child, self.rpc_port, self.zmq_port = child, rpc_port, zmq_port
        self.rpc_url = f"http://{user}:{password}@127.0.0.1:{rpc_port}"
        self.zmq_url = f"tcp://127.0.0.1:{zmq_port}"
        self._token = base64.b64encode(f"{user}:{password}".encode()).decode()
        self._kept = threading.local()

    @property
    def _connection(self) -> http.client.HTTPConnection | None:
        """Each thread's own."""
        return getattr(self._kept, "connection", None)

    @_connection.setter
    def _connection(self, connection: http.client.HTTPConnection | None) -> None:
        self._kept.connection = connection

    @classmethod
    def start(
        cls,
        datadir: Path,
        *,
        rpc_port: int | None = None,
        zmq_port: int | None = None,
        user: str = "dev",
        password: str | None = None,
        log: IO[str] | None = None,
        timeout: float = 60,
        module: str = "dev.node",
    ) -> NodeProcess:
        """Starts a node and waits until it answers. RuntimeError with its last words when it ends before.

        `module`: what is run, where it is a node with more to it.
        """
        rpc_port, zmq_port = rpc_port or free_port(), zmq_port or free_port()
        password = password or secrets.token_hex(16)
        command = [sys.executable, "-m", module, "--datadir", str(datadir)]
        command += ["--rpc-port", str(rpc_port), "--rpc-user", user, "--rpc-password", password]
        command += ["--zmq-port", str(zmq_port)]
        child = subprocess.Popen(
            command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=log, text=True, preexec_fn=die_with_parent
        )
        node = cls(child, rpc_port, zmq_port, user, password)
        node._wait_ready(timeout)
        return node

    def _wait_ready(self, timeout: float) -> None:
        assert self.child.stdout is not None
        until = time.monotonic() + timeout
        while time.monotonic() < until:
            if not select.select([self.child.stdout], [], [], 0.2)[0]:
                continue
            line = self.child.stdout.readline()
            if line.startswith("ready"):
                return
            if not line:
                raise RuntimeError(f"the node ended with status {self.child.wait()} before it was ready")
        self.kill()
        raise RuntimeError(f"the node was not ready within {timeout:.0f} s")

    def request(self, payload: Any, path: str = "/") -> tuple[int, Any]:
        """(HTTP status, parsed body) of any JSON body, over a kept connection."""
        body = payload if isinstance(payload, bytes) else json.dumps(payload, default=str).encode()
        headers = {"Authorization": f"Basic {self._token}", "Content-Type": "application/json"}
        for attempt in (1, 2):
            if self._connection is None:
                self._connection = http.client.HTTPConnection("127.0.0.1", self.rpc_port, timeout=120)
            try:
                self._connection.request("POST", path, body, headers)
                response = self._connection.getresponse()
                text = response.read()
                return response.status, json.loads(text, parse_float=Decimal) if text.strip() else None
            except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
                self._connection.close()
                self._connection = None
                if attempt == 2:
                    raise
        raise AssertionError("unreachable")

    def call(self, method: str, *params: Any, **named: Any) -> Any:
        arguments: Any = {**named, "args": list(params)} if named else list(params)
        _, reply = self.request({"jsonrpc": "1.0", "id": 1, "method": method, "params": arguments})
        if reply["error"] is not None:
            raise NodeError(reply["error"]["code"], reply["error"]["message"])
        return reply["result"]

    @property
    def pid(self) -> int:
        return self.child.pid

    def stop(self, timeout: float = 20) -> None:
        """Ends the node in order."""
        self._end(signal.SIGTERM, timeout)

    def kill(self) -> None:
        """kill -9."""
        self._end(signal.SIGKILL, 10)

    def _end(self, number: signal.Signals, timeout: float) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        if self.child.poll() is None:
            self.child.send_signal(number)
            try:
                self.child.wait(timeout)
            except subprocess.TimeoutExpired:
                self.child.kill()
                self.child.wait()
        if self.child.stdout is not None:
            self.child.stdout.close()
