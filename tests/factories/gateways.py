"""Simulated gateways in a process of their own, as the demo runs them, and somebody who takes their notices."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from dev import merchant
from dev.processes import free_port

SHOP = "http://127.0.0.1:9"
"""Where payers are sent back to: nobody is there."""


@dataclass
class Gateways:
    """`python -m dev.gateways`. `environ`: all that a client needs, by the names of the demo's env file."""

    environ: dict[str, str]
    keep: Path | None = None
    arguments: tuple[str, ...] = ()
    process: subprocess.Popen[bytes] | None = None

    def begin(self) -> Gateways:
        kept = ["--keep", str(self.keep)] if self.keep else []
        command = [sys.executable, "-m", "dev.gateways", "--hang", "1", *kept, *self.arguments]
        self.process = subprocess.Popen(command, env={**os.environ, **self.environ}, stdout=subprocess.PIPE)
        assert self.process.stdout is not None
        assert b"gateways answer at" in self.process.stdout.readline()
        return self

    def end(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait(20)
            if self.process.stdout:
                self.process.stdout.close()

    def url(self, provider: str, path: str = "") -> str:
        return self.environ[f"DEMO_{provider.upper()}_URL"] + path

    def control(self, provider: str, **order: Any) -> dict[str, Any]:
        """What goes wrong, and how time passes: dev/gateways/control.py says what can be ordered."""
        answer = requests.post(self.url(provider, "/_control"), json=order, timeout=30)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def notices(self, provider: str) -> list[dict[str, Any]]:
        """What it sent so far, the newest last."""
        found: list[dict[str, Any]] = requests.get(self.url(provider, "/_control/notices"), timeout=30).json()
        return found

    def press(self, page: str, act: str, payer: str | None = None) -> requests.Response:
        """What a payer's browser does on a hosted page; redirects are not followed."""
        form = {"act": act} | ({} if payer is None else {"payer": payer})
        if payer is None:
            shown = requests.get(page, timeout=30, allow_redirects=False).text
            typed = re.search(r'name="payer" value="([^"]*)"', shown)
            form |= {"payer": typed[1]} if typed else {}
        return requests.post(page, data=form, timeout=30, allow_redirects=False)


@dataclass
class Shop:
    """Somebody's webhook: it keeps what arrives, and answers with the statuses in `answers`, then with 200."""

    url: str
    arrived: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)

    def __call__(self, environ: Any, start: Any) -> Any:
        request = Request(environ)
        self.arrived.append((dict(request.headers), request.get_data()))
        return Response(status=self.answers.pop(0) if self.answers else 200)(environ, start)


def accounts(folder: Path) -> dict[str, str]:
    """The environment of a process of one's own, with accounts at all providers."""
    return merchant.settings(folder, {}, SHOP, {name: free_port() for name in merchant.PROVIDERS})


@pytest.fixture(scope="module")
def _gateways(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateways]:
    one = Gateways(accounts(tmp_path_factory.mktemp("gateways"))).begin()
    yield one
    one.end()


@pytest.fixture
def gateways(_gateways: Gateways) -> Gateways:
    """One process for each file of tests, with nothing wrong, and notices that go nowhere until a target is named."""
    for name in merchant.PROVIDERS:
        _gateways.control(name, clear=1, rate=0, speed=1, targets=[])
    return _gateways


@pytest.fixture
def shop() -> Iterator[Shop]:
    """Takes notices: `gateways.control("stripe", targets=[shop.url])`."""
    port = free_port()
    one = Shop(f"http://127.0.0.1:{port}/hook")
    server = make_server("127.0.0.1", port, one, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield one
    server.shutdown()
    server.server_close()
