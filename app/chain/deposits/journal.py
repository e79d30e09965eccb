"""The terms journal: what an address commits to, on a disk of its own, before anybody can pay to it.

Without its terms a coin cannot be spent. Orders are in the database; this file is the second place. One line of JSON is
one order; lines are only ever added, may repeat, and the last one may be torn by a crash.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from app.core.dependencies import file_lock


class JournalDamaged(ValueError):
    """Lines that no crash explains cannot be read; all others were given before this was raised."""


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """What it takes to know and spend a deposit address. `internalKey` and `commitment` are hexadecimal.

    `roundTerms` is the text that the terms refer to by its hash; lines of version 1 have none.
    """

    orderId: str
    game: str
    terms: str
    internalKey: str
    commitment: str
    address: str
    roundTerms: str = ""


# What the next writer puts behind a line that a crash left unfinished. No whole line ends like this.
_TORN = b"#torn\n"
_LATER = frozenset({"roundTerms"})
_FIELDS = frozenset(JournalEntry.__dataclass_fields__) - _LATER


class Journal:
    """Appends entries to a file and reads them back. Several processes may append to one file."""

    def __init__(self, path: str | Path, seconds: float = 10) -> None:
        """`seconds` is how long to wait for the file's lock."""
        self.path, self.seconds = Path(path), seconds

    def append(self, entries: Iterable[JournalEntry]) -> None:
        """Add entries; when this returns they are on the disk.

        Raises:
            FileHeld: somebody holds its lock, and did not let go in time.
            OSError: it cannot be written. In either case nothing may be shown.
        """
        lines = b"".join(_line(entry) for entry in entries)
        if not lines:
            return
        descriptor = self._locked()
        try:
            size = os.fstat(descriptor).st_size
            if size and os.pread(descriptor, 1, size - 1) != b"\n":
                lines = _TORN + lines
            _write_all(descriptor, lines)
            os.fsync(descriptor)
            if not size:
                _sync_folder(self.path.parent)
        finally:
            os.close(descriptor)

    def check(self) -> None:
        """Find out whether entries could be added. Raises as `append` does."""
        os.close(self._locked())

    def _locked(self) -> int:
        descriptor = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            file_lock.lock(descriptor, self.seconds)
        except BaseException:
            os.close(descriptor)
            raise
        return descriptor

    def read(self) -> Iterator[JournalEntry]:
        """All whole entries in order, repeated ones too; none if there is no file."""
        return read(self.path)


def append(path: str | Path, entries: Iterable[JournalEntry]) -> None:
    """`Journal(path).append(entries)`."""
    Journal(path).append(entries)


def read(path: str | Path) -> Iterator[JournalEntry]:
    """The whole entries of a journal file, repeated ones too.

    Raises JournalDamaged, after the last entry, if lines were unreadable that no torn write explains.
    """
    damaged = []
    if not Path(path).exists():
        return
    with open(path, "rb") as file:
        for number, line in enumerate(file, start=1):
            if line.endswith(_TORN) or not line.endswith(b"\n"):
                continue  # the order was never shown, for its line was never finished
            try:
                entry = _entry(line)
            except (ValueError, RecursionError):
                damaged.append(str(number))
            else:
                yield entry
    if damaged:
        raise JournalDamaged(f"unreadable lines of the terms journal: {', '.join(damaged)}")


def _line(entry: JournalEntry) -> bytes:
    record = {name: value for name, value in asdict(entry).items() if value or name not in _LATER}
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _entry(line: bytes) -> JournalEntry:
    record = json.loads(line)
    if not isinstance(record, dict) or not record.keys() >= _FIELDS:
        raise ValueError("fields are missing")
    values = {name: record[name] for name in (*_FIELDS, *(_LATER & record.keys()))}
    if not all(isinstance(value, str) for value in values.values()):
        raise ValueError("fields are text")
    return JournalEntry(**values)


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def _sync_folder(folder: Path) -> None:
    # A new file's name is durable only when its folder is.
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
