"""What a gateway remembers: its objects, bounded, in memory and, if there is a file, in it as well.

A file has a line for each object as it was when it changed; the last line counts. What is on its way (notices, refunds
that are to fail, keys of idempotency, tokens) ends with the process.
"""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

Object = dict[str, Any]
_MOST: Final = 5_000
_LINES: Final = 20 * _MOST


class Shelf:
    """Objects of one kind by their number, the eldest first. Whoever changes one puts it back."""

    def __init__(self, name: str, keep: Callable[[str, str, Object], None]) -> None:
        self.name, self._keep = name, keep
        self._held: OrderedDict[str, Object] = OrderedDict()

    def put(self, number: str, value: Object) -> Object:
        """Kept before anybody is told; the eldest makes room."""
        self._held[number] = value
        while len(self._held) > _MOST:
            self._held.popitem(last=False)
        self._keep(self.name, number, value)
        return value

    def get(self, number: str) -> Object | None:
        return self._held.get(number)

    def newest(self) -> Iterator[Object]:
        return iter(list(reversed(self._held.values())))

    def found(self, matches: Callable[[Object], bool]) -> Object | None:
        """The newest that matches."""
        return next((one for one in self.newest() if matches(one)), None)

    def add(self, number: str, amount: int) -> int:
        """To a running total, which outlives the objects it was made of."""
        total = int((self.get(number) or {"total": 0})["total"]) + amount
        if amount:
            self.put(number, {"total": total})
        return total

    def items(self) -> list[tuple[str, Object]]:
        return list(self._held.items())

    def lay(self, number: str, value: Object) -> None:
        """As it was read from the file."""
        self._held[number] = value
        while len(self._held) > _MOST:
            self._held.popitem(last=False)


class Shelves:
    """All of one gateway."""

    def __init__(self, file: Path | None = None) -> None:
        self._file, self._lines, self._lock = file, 0, threading.Lock()
        self._shelves: dict[str, Shelf] = {}
        if file is not None and file.exists():
            for line in file.read_text().split("\n")[:-1]:  # whoever was killed while it wrote leaves half a line
                name, number, value = json.loads(line)
                self[name].lay(number, value)
        self._write_anew()

    def __getitem__(self, name: str) -> Shelf:
        return self._shelves.setdefault(name, Shelf(name, self._keep))

    def _keep(self, name: str, number: str, value: Object) -> None:
        if self._file is None:
            return
        with self._lock:
            with self._file.open("a") as file:
                file.write(json.dumps([name, number, value]) + "\n")
            self._lines += 1
            if self._lines > _LINES:
                self._write_anew()

    def _write_anew(self) -> None:
        """Each object once."""
        if self._file is None:
            return
        partial = self._file.with_suffix(".partial")
        rows = [[name, number, value] for name, shelf in self._shelves.items() for number, value in shelf.items()]
        partial.write_text("".join(json.dumps(row) + "\n" for row in rows))
        partial.replace(self._file)
        self._lines = len(rows)
