"""Receive indexes, handed out once each to however many processes ask at the same time."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_FOLDER, _SEED, _STATE, _LOCK = "wallet", "seed", "receive.json", "lock"


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / _LOCK).open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _replace(path: Path, text: str) -> None:
    """Writes a file so that after a kill or a power cut the old or the new one stands there, whole."""
    fresh = path.with_suffix(".new")
    fd = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.write(fd, text.encode())
        os.fsync(fd)
    finally:
        os.close(fd)
    os.replace(fresh, path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


class ReceiveIndexes:
    """The seed and the indexes given out, in one data folder."""

    def __init__(self, datadir: Path) -> None:
        self._folder = datadir / _FOLDER
        self._state = self._folder / _STATE

    def seed(self) -> bytes:
        """The wallet's seed, made at first use."""
        path = self._folder / _SEED
        with _locked(self._folder):
            if not path.exists():
                _replace(path, secrets.token_hex(32))
            return bytes.fromhex(path.read_text())

    def _read(self) -> dict[str, int]:
        try:
            return {branch: int(number) for branch, number in json.loads(self._state.read_text()).items()}
        except FileNotFoundError:
            return {}

    def used(self) -> dict[str, int]:
        """How many indexes each branch has given out."""
        return self._read()

    def reserve(self, branch: str, count: int = 1) -> range:
        """The next `count` indexes of the branch, on disk before they are returned."""
        if count < 1:
            raise ValueError("count must be at least 1")
        with _locked(self._folder):
            state = self._read()
            first = state.get(branch, 0)
            state[branch] = first + count
            _replace(self._state, json.dumps(state))
        return range(first, first + count)
