"""Witnesses of a log that an application of the test's own serves: the published script, and servers that lie."""

from __future__ import annotations

import http.server
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from werkzeug.serving import make_server

from app.core.config import current_settings
from app.core.database.session import transaction
from app.record.log import jobs as log_jobs
from app.record.log import service as log
from app.record.log.witnesses import jobs
from tests.record.log.test_followed import WITNESS, Quiet, witness
from tests.settings import LOG_KEY

Reply = Callable[[http.server.BaseHTTPRequestHandler, bytes], None]


class Ada:
    """The published script, as somebody runs it on a machine of his own."""

    def __init__(self, log_url: str, folder: Path, name: str) -> None:
        self._key, self._state, self._log = folder / f"{name}.key", folder / name, log_url
        self.name = f"witness.example/{name}"
        self.key = witness("keygen", self.name, "--key", str(self._key)).stdout.strip()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.at = f"127.0.0.1:{probe.getsockname()[1]}"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def push(self) -> str:
        return f"http://{self.at}/add-checkpoint"

    @property
    def pull(self) -> str:
        return f"http://{self.at}/checkpoint"

    def begin(self) -> Ada:
        words = ["--log-key", str(LOG_KEY.verifier), "--key", str(self._key), "--state", str(self._state)]
        command = [sys.executable, "-I", str(WITNESS), "follow", self._log, *words, "--listen", self.at]
        self._process = subprocess.Popen(
            [*command, "--interval", "3600"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            host, _, port = self.at.partition(":")
            with socket.socket() as probe:
                if probe.connect_ex((host, int(port))) == 0:
                    return self
            time.sleep(0.05)
        raise AssertionError("it does not listen")

    def has_cosigned(self) -> bool:
        """Whether it serves anything yet."""
        return (self._state / "checkpoint").exists()

    def end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


@pytest.fixture
def witnesses(committed_db: Flask, tmp_path: Path) -> Iterator[Callable[[str], Ada]]:
    """Begins a witness of that name, which follows the log of this application."""
    server = make_server("127.0.0.1", 0, committed_db, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    made: list[Ada] = []

    def begin(name: str) -> Ada:
        made.append(Ada(f"http://127.0.0.1:{server.port}/log", tmp_path, name).begin())
        return made[-1]

    yield begin
    for one in made:
        one.end()
    server.shutdown()
    thread.join()


@pytest.fixture
def served() -> Iterator[Callable[[Reply], str]]:
    """The address of a server that answers as it likes."""
    servers: list[http.server.ThreadingHTTPServer] = []

    def serve(reply: Reply) -> str:
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                reply(self, self.rfile.read(int(self.headers["Content-Length"])))

            def do_GET(self) -> None:
                reply(self, b"")

            def log_message(self, *arguments: object) -> None:
                """Nobody's business."""

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_address[1]}"

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


def answer(handler: http.server.BaseHTTPRequestHandler, status: int, body: bytes, **headers: str) -> None:
    handler.send_response(status)
    own = {name.replace("_", "-"): value for name, value in headers.items()}
    for name, value in {"Content-Type": "text/plain", "Content-Length": str(len(body)), **own}.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(body)


def name_in_settings(app: Flask, *words: str, quorum: int | None = None, **other: Any) -> None:
    """The settings name these witnesses from now on."""
    update = {"log_witnesses": " ".join(words), "log_quorum": quorum, **other}
    app.config["SETTINGS"] = current_settings(app).model_copy(update=update)


def tell(count: int) -> None:
    with transaction():
        for number in range(count):
            log.tell("thing", f"thing {number}", {"number": number})
    log_jobs.sequence()


def collect() -> int:
    """Whoever rests is asked all the same: a test has no minute to wait."""
    with transaction() as session:
        session.execute(text("UPDATE log_witnesses SET rests_until = NULL"))
    return jobs.collect() + jobs.collect_offered()
