"""The receivers that the documentation offers: they take what is genuine and refuse everything else."""

from __future__ import annotations

import http.client
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.database.session import transaction
from app.webhooks import service
from app.webhooks.delivery import signing
from app.webhooks.models import WebhookEndpoint
from dev.processes import free_port
from tests.webhooks.conftest import Hooks

EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples"
BODY = b'{"id":"1","type":"order.paid","subject":"order:1","data":{}}'
OLD, NEW = (signing.PREFIX + letter * 43 + "=" for letter in "AB")


class Example:
    """One of the two, running."""

    def __init__(self, command: list[str], secrets: str, log: Path) -> None:
        self.port, self.log = free_port(), log
        self.url = f"http://127.0.0.1:{self.port}/"
        with log.open("wb") as output:
            self._child = subprocess.Popen(
                [*command, str(self.port)],
                env={**os.environ, "TIRAJ_WEBHOOK_SECRET": secrets},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        self.stop()
        raise RuntimeError(log.read_text())

    def stop(self) -> None:
        self._child.kill()
        self._child.wait()

    def post(self, body: bytes, headers: dict[str, str]) -> int:
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        link.request("POST", "/", body, headers)
        status = link.getresponse().status
        link.close()
        return status

    def printed(self) -> str:
        return self.log.read_text()


def command_of(name: str) -> list[str]:
    if name.endswith(".py"):
        return [sys.executable, str(EXAMPLES / name)]
    node = shutil.which("node")
    if node is None:
        pytest.skip("there is no node")
    return [node, str(EXAMPLES / name)]


NAMES = ["webhook_receiver.py", "webhook_receiver.mjs"]


@pytest.fixture(params=NAMES)
def example(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Example]:
    made = Example(command_of(request.param), f"{OLD} {NEW}", tmp_path / "log")
    yield made
    made.stop()


def signed(secrets: list[str], at: float = 0, body: bytes = BODY) -> dict[str, str]:
    return signing.headers(secrets, "1", int(time.time() + at), body)


def test_a_receiver_takes_only_what_is_genuine(example: Example) -> None:
    good = signed([NEW])
    assert example.post(BODY, good) == 204
    assert example.post(BODY, signed([OLD])) == 204
    assert example.post(BODY, signed([signing.PREFIX + "C" * 43 + "=", OLD])) == 204
    assert example.printed().count("order.paid") == 1, "an event that comes again is not handled again"
    refused: list[tuple[bytes, dict[str, str]]] = [
        (BODY, {}),
        (BODY, signed([signing.PREFIX + "C" * 43 + "="])),
        (BODY + b" ", good),
        (BODY, good | {"webhook-id": "2"}),
        (BODY, good | {"webhook-timestamp": str(int(good["webhook-timestamp"]) - 1)}),
        (BODY, good | {"webhook-timestamp": "soon"}),
        (BODY, good | {"webhook-signature": good["webhook-signature"].replace("v1,", "v2,")}),
        (BODY, good | {"webhook-signature": "v1,"}),
        (BODY, signed([NEW], at=-400)),
        (BODY, signed([NEW], at=400)),
    ]
    for body, headers in refused:
        assert example.post(body, headers) == 400, headers
    assert example.printed().count("order.paid") == 1


@pytest.mark.parametrize("name", NAMES)
def test_a_receiver_takes_what_we_send(hooks: Hooks, name: str, tmp_path: Path) -> None:
    site = hooks.site()
    port_holder = hooks.endpoint(site, "http://127.0.0.1:1/")
    with transaction() as session:
        endpoint = session.get_one(WebhookEndpoint, port_holder)
        secret = service.secrets_of(endpoint, service.moment())[0]
    running = Example(command_of(name), secret, tmp_path / "log")
    try:
        with transaction() as session:
            endpoint = session.get_one(WebhookEndpoint, port_holder)
            service.update_endpoint(endpoint, running.url, ["order.paid"], actor="test")
        hooks.happen(site, "order:é", "order:2")
        hooks.deliver()
        assert sorted(line.split(" ")[1] for line in running.printed().splitlines()) == ["order:2", "order:é"]
        assert hooks.states() == ["delivered", "delivered"]
    finally:
        running.stop()
