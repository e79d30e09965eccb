"""Bitcoin Core's consensus library, opened on one folder.

The library flushes only when it is closed and cannot step back from a block. Both are mended with snapshots: from
time to time the databases are closed, copied and opened again, and whoever needs an older state (after a kill, or to
invalidate a block) starts from a copy and feeds it the blocks that came later.
"""

from __future__ import annotations

import ctypes
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pbk
import pbk.capi.bindings as native
from pbk.script import PrecomputedTransactionData
from pbk.util.exc import ProcessBlockException

SNAPSHOTS_KEPT = 6
SNAPSHOT_LIMIT = 512 * 1024 * 1024


class BlockRejected(Exception):
    """The consensus rules refuse the block; the text is bitcoind's reason, such as `bad-cb-amount`."""


class _Log:
    """Reads the reason of a refusal from the library's log, the only place that has it."""

    def __init__(self) -> None:
        self.reason = ""
        pbk.enable_log_category(pbk.LogCategory.VALIDATION)
        pbk.set_log_level_category(pbk.LogCategory.VALIDATION, pbk.LogLevel.DEBUG)
        self._connection = pbk.LoggingConnection(self._line)

    def _line(self, message: str) -> None:
        if "BlockChecked: block hash=" in message and "state=Valid" not in message:
            self.reason = message.rsplit("state=", 1)[1].strip()
        elif "ERROR: " in message and not self.reason:
            self.reason = message.split("ERROR: ", 1)[1].rsplit(": ", 1)[-1].strip()


_log: _Log | None = None


def _reasons() -> _Log:
    global _log
    if _log is None:
        _log = _Log()
    return _log


def _native(create: object, wrapper: type, raw: bytes) -> object:
    # the library's own constructors copy byte by byte through Python, 25 times slower
    pointer = create((ctypes.c_ubyte * len(raw)).from_buffer_copy(raw), len(raw))  # type: ignore[operator]
    if not pointer:
        raise ValueError("the library cannot parse these bytes")
    return wrapper._from_handle(pointer)  # type: ignore[attr-defined]


class Kernel:
    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._log = _reasons()
        self._failed = False
        callbacks = pbk.ValidationInterfaceCallbacks(block_checked=self._checked)
        self._context = pbk.make_context(pbk.ChainType.REGTEST, callbacks)
        options = pbk.ChainstateManagerOptions(self._context, str(folder), str(folder / "blocks"))
        options.set_worker_threads_num(1)
        self._manager: pbk.ChainstateManager | None = pbk.ChainstateManager(options)
        self._manager.import_blocks([])

    def _checked(self, _data: object, _block: object, state: pbk.BlockValidationState) -> None:
        if state.validation_mode != pbk.ValidationMode.VALID:
            self._failed = True

    def submit(self, raw: bytes) -> None:
        """Validates one block and connects it where it makes the best chain; BlockRejected with the reason."""
        assert self._manager is not None
        self._failed, self._log.reason = False, ""
        try:
            block = _native(native.btck_block_create, pbk.Block, raw)
            self._manager.process_block(block)
        except (ProcessBlockException, ValueError):
            self._failed = True
        if self._failed:
            raise BlockRejected(self._log.reason.split(",")[0] or "rejected")

    def tip(self) -> tuple[int, bytes]:
        assert self._manager is not None
        chain = self._manager.get_active_chain()
        height = chain.height
        return height, bytes(chain.block_tree_entries[height].block_hash)

    def header(self, height: int) -> bytes:
        assert self._manager is not None
        return bytes(self._manager.get_active_chain().block_tree_entries[height].block_header)

    def close(self) -> None:
        """Flushes everything to the folder."""
        self._manager = None


def verify_input(raw: bytes, spent: list[tuple[int, bytes]]) -> int | None:
    """Index of the first input whose script check fails, None when all hold. `spent`: (sats, script) per input."""
    transaction = _native(native.btck_transaction_create, pbk.Transaction, raw)
    scripts = [pbk.ScriptPubkey(script) for _, script in spent]
    outputs = [pbk.TransactionOutput(script, value) for script, (value, _) in zip(scripts, spent, strict=True)]
    prepared = PrecomputedTransactionData(transaction, outputs)
    for i, (script, (value, _)) in enumerate(zip(scripts, spent, strict=True)):
        flags = pbk.ScriptVerificationFlags.ALL
        try:
            if not script.verify(value, transaction, prepared, i, flags):
                return i
        except pbk.ScriptVerifyException:
            return i
    return None


@dataclass(frozen=True)
class Snapshot:
    """A closed copy of the databases: the first `count` blocks of the journal but `excluded`, no block after them."""

    folder: Path
    count: int
    tip: str
    excluded: frozenset[str]


class SnapshotShelf:
    """The copies kept beside the live folder. One is complete when its description stands in it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def all(self) -> list[Snapshot]:
        found = []
        for path in self._folder.iterdir():
            try:
                facts = json.loads((path / "snapshot.json").read_text())
                found.append(Snapshot(path, facts["count"], facts["tip"], frozenset(facts["excluded"])))
            except (OSError, ValueError, KeyError):
                self.discard(path)
        return sorted(found, key=lambda snapshot: snapshot.count)

    @staticmethod
    def discard(folder: Path) -> None:
        # the description first: killed in between, what is left must not look complete
        (folder / "snapshot.json").unlink(missing_ok=True)
        shutil.rmtree(folder, ignore_errors=True)

    def take(self, source: Path, count: int, tip: str, excluded: Iterable[str]) -> None:
        """Copies the closed folder `source`. Of the older copies the newest and ever sparser ones stay."""
        if sum(file.stat().st_blocks * 512 for file in source.rglob("*")) > SNAPSHOT_LIMIT:
            return
        target = self._folder / f"{count:08d}"
        self.discard(target)
        copy_sparse(source, target)
        facts = {"count": count, "tip": tip, "excluded": sorted(excluded)}
        (target / "snapshot.json").write_text(json.dumps(facts))
        shelf = self.all()
        while len(shelf) > SNAPSHOTS_KEPT:
            self.discard(shelf.pop(self._least_missed(shelf)).folder)

    @staticmethod
    def _least_missed(shelf: list[Snapshot]) -> int:
        """The copy whose loss costs least: gaps may be as long as they lie back."""
        newest = shelf[-1].count
        costs = {
            i: (shelf[i + 1].count - shelf[i - 1].count) / (newest - shelf[i].count) for i in range(1, len(shelf) - 1)
        }
        return min(costs, key=lambda i: costs[i])

    def usable(self, excluded: set[str], order: dict[str, int]) -> Snapshot | None:
        """The newest copy that holds exactly what should count among the blocks it covers."""
        for snapshot in reversed(self.all()):
            if {name for name in excluded if order[name] < snapshot.count} == snapshot.excluded:
                return snapshot
        return None


def copy_sparse(source: Path, target: Path) -> None:
    """Copies a tree and leaves the holes of preallocated files unwritten."""
    for path in sorted(source.rglob("*")):
        place = target / path.relative_to(source)
        if path.is_dir():
            place.mkdir(parents=True, exist_ok=True)
        elif path.name not in ("LOCK", "snapshot.json"):
            place.parent.mkdir(parents=True, exist_ok=True)
            _copy_file(path, place)


def _copy_file(source: Path, target: Path, chunk: int = 1 << 16) -> None:
    with source.open("rb") as reading, target.open("wb") as writing:
        size = os.fstat(reading.fileno()).st_size
        for start, end in _written(reading.fileno(), size):
            reading.seek(start)
            writing.seek(start)
            while piece := reading.read(min(chunk, end - reading.tell())):
                if piece.count(0) == len(piece):
                    writing.seek(len(piece), 1)
                else:
                    writing.write(piece)
        writing.truncate(size)


def _written(file: int, size: int) -> Iterator[tuple[int, int]]:
    """From where to where somebody has written, as far as the file system knows: what lies between are zeros."""
    end = 0
    while end < size:
        try:
            start = os.lseek(file, end, os.SEEK_DATA)
        except OSError:  # nothing more, or it cannot tell
            return
        end = os.lseek(file, start, os.SEEK_HOLE)
        yield start, end
