"""The providers' simulator in a process of its own, as the demo runs it, and settings that use it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
from flask import Flask

from app.record.notifications.channels.settings import MessageSettings
from dev import carriers
from dev.processes import free_port


@dataclass
class Simulator:
    """`python -m dev.messages`."""

    url: str
    keep: Path
    environ: dict[str, str]
    process: subprocess.Popen[bytes] | None = None

    def begin(self) -> Simulator:
        port = self.url.rpartition(":")[2]
        command = [sys.executable, "-m", "dev.messages", "--port", port, "--keep", str(self.keep)]
        self.process = subprocess.Popen(command, env={**os.environ, **self.environ}, stdout=subprocess.PIPE)
        assert self.process.stdout is not None
        assert b"arrive at" in self.process.stdout.readline()
        return self

    def end(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.communicate()

    def fault(self, wire: str, kind: str, **more: float) -> None:
        answer = requests.post(f"{self.url}/faults", json={"wire": wire, "kind": kind, **more}, timeout=10)
        assert answer.status_code == 201, answer.text

    def arrived(self, to: str) -> list[dict[str, Any]]:
        """What a phone shows, the newest first."""
        everything = requests.get(self.url, headers={"Accept": "application/json"}, timeout=10).json()
        return [one for one in everything if one["to"] == to]


def use(app: Flask, simulator: Simulator, **values: object) -> None:
    """The application's settings, with the simulator's accounts in them."""
    given = {name.lower(): value for name, value in simulator.environ.items()}
    read = MessageSettings(**{**given, "alarm_sms_to": None, "message_seconds": 1.0, **values})  # type: ignore[arg-type]
    changes = {name: getattr(read, name) for name in MessageSettings.model_fields}
    app.config["SETTINGS"] = app.config["SETTINGS"].model_copy(update=changes)


@pytest.fixture(scope="module")
def _simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    folder = tmp_path_factory.mktemp("messages")
    port = free_port()
    one = Simulator(f"http://127.0.0.1:{port}", folder / "kept", carriers.settings(folder, {}, port)).begin()
    yield one
    one.end()


@pytest.fixture
def simulator(_simulator: Simulator) -> Simulator:
    """One for each file of tests, with nothing wrong."""
    requests.post(f"{_simulator.url}/faults/clear", json={}, timeout=10)
    return _simulator
