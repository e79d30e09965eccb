"""A log on this machine, and a witness who follows it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.utilities.witness.log import PublishedLog, Site
from tests.utilities.witness.script import witness


class Told(NamedTuple):
    status: int
    out: str
    err: str


class Follows:
    """A witness with a key and a memory, run within this process."""

    def __init__(self, folder: Path, site: Site, log: PublishedLog, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.site, self.log, self._capsys = folder, site, log, capsys
        self.key, self.state = folder / "key", folder / "state"
        assert self.run("keygen", "witness.example/w1", "--key", str(self.key)).status == 0

    @property
    def vkey(self) -> str:
        return str(witness.read_signer(str(self.key)).key)

    def run(self, *arguments: str) -> Told:
        self._capsys.readouterr()
        try:
            status = witness.main(list(arguments))
        except SystemExit as ended:  # argparse
            status = int(ended.code or 0)
        return Told(status, *self._capsys.readouterr())

    def arguments(self, *more: str) -> list[str]:
        log_key = ["--log-key", self.log.signer.vkey]
        return ["follow", self.site.url, *log_key, "--key", str(self.key), "--state", str(self.state), *more]

    def once(self, *more: str) -> Told:
        return self.run(*self.arguments("--once", *more))

    def cosigned(self) -> bytes:
        return (self.state / "checkpoint").read_bytes()

    def evidence(self) -> list[str]:
        return [path.read_text() for path in sorted(self.state.glob("evidence-*.txt"))]


@pytest.fixture
def log(tmp_path: Path) -> PublishedLog:
    return PublishedLog(tmp_path / "log")


@pytest.fixture
def site(log: PublishedLog) -> Iterator[Site]:
    site = Site(log.folder)
    yield site
    site.end()


@pytest.fixture
def follower(tmp_path: Path, site: Site, log: PublishedLog, capsys: pytest.CaptureFixture[str]) -> Follows:
    return Follows(tmp_path, site, log, capsys)
