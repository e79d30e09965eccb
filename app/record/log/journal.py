"""The log's second disk: every entry is written here before a checkpoint over it is signed.

A database that is restored from yesterday would number today's entries anew, and sign another history than the one that
was published. What this file holds beyond the database says so, and gives the entries back. One line of JSON is an
entry; lines are only ever added, and one that a crash left unfinished is cut off by the next writer.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

from app.core.dependencies import file_lock

_LONGEST_LINE: Final = 1 << 18


class Numbered(NamedTuple):
    """An entry as the file has it."""

    number: int
    kind: str
    subject: str
    data: str


class LogJournalDamaged(ValueError):
    """Its last lines cannot be read, and no crash explains it."""


class LogJournal:
    """One file, written by one process at a time."""

    def __init__(self, path: Path, seconds: float) -> None:
        """`seconds` is how long to wait for the file's lock."""
        self.path, self.seconds = path, seconds

    def last(self) -> Numbered | None:
        """The entry with the highest number; None if there is none.

        Raises LogJournalDamaged.
        """
        if not self.path.exists():
            return None
        with self.path.open("rb") as file:
            file.seek(max(0, os.fstat(file.fileno()).st_size - _LONGEST_LINE))
            whole = file.read().rpartition(b"\n")[0]
        return _read(whole.rpartition(b"\n")[2]) if whole else None

    def append(self, entries: Iterable[Numbered]) -> None:
        """Add entries that follow the last one; when this returns they are on the disk. Known ones are left out.

        Raises:
            FileHeld: somebody holds its lock, and did not let go in time.
            LogJournalDamaged: there is a gap.
            OSError: it cannot be written.
        """
        with self._held() as descriptor:
            last = self.last()
            following = last.number + 1 if last else 0
            for entry in entries:
                if entry.number < following:
                    continue
                if entry.number > following:
                    raise LogJournalDamaged(f"entry {following} is missing")
                _write_all(descriptor, json.dumps(entry, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
                following += 1
            os.fsync(descriptor)

    def check(self) -> None:
        """Find out whether entries could be added. Raises FileHeld, OSError."""
        with self._held():
            pass

    def read(self, first: int = 0) -> Iterator[Numbered]:
        """All entries from a number on. Raises LogJournalDamaged."""
        if not self.path.exists():
            return
        with self.path.open("rb") as file:
            for line in file:
                if line.endswith(b"\n") and (entry := _read(line)).number >= first:
                    yield entry

    @contextmanager
    def _held(self) -> Iterator[int]:
        """The file, locked, without a line that was never finished: nothing was signed over it."""
        descriptor = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            file_lock.lock(descriptor, self.seconds)
            size = os.fstat(descriptor).st_size
            tail = os.pread(descriptor, _LONGEST_LINE, max(0, size - _LONGEST_LINE))
            os.ftruncate(descriptor, size - len(tail.rpartition(b"\n")[2]))
            yield descriptor
        finally:
            os.close(descriptor)


def _read(line: bytes) -> Numbered:
    try:
        number, kind, subject, data = json.loads(line)
    except (ValueError, RecursionError):
        raise LogJournalDamaged("a line of the log's journal cannot be read") from None
    return Numbered(number, kind, subject, data)


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
