"""One node on one data folder: chain, mempool, wallet and notifications, wired together."""

from __future__ import annotations

import fcntl
import os
import threading
import time
from pathlib import Path
from typing import IO

from dev.node.chainstate import Chainstate, Change
from dev.node.mempool import Mempool
from dev.node.policy import Rejected
from dev.node.transactions import DecodeError, Transaction, parse_transaction
from dev.node.wallet import Wallet
from dev.node.zmq import Publisher

DAY = 24 * 3600


class FolderInUse(Exception):
    """Another process owns the data folder."""


def lock_folder(datadir: Path) -> IO[str]:
    """Takes the folder for this process; FolderInUse when another has it. Held as long as the file is open."""
    datadir.mkdir(parents=True, exist_ok=True)
    lock = (datadir / ".lock").open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.seek(0)
        owner = lock.read().strip() or "unknown"
        raise FolderInUse(f"Cannot obtain a lock on {datadir}: a node with process id {owner} uses it") from error
    lock.seek(0)
    lock.truncate()
    lock.write(str(os.getpid()))
    lock.flush()
    return lock


class MempoolFile:
    """Accepted transactions, one line each, so that a restart finds them again, also after a kill."""

    LIMIT = 16 * 1024 * 1024

    def __init__(self, path: Path, mempool: Mempool) -> None:
        self._path, self._mempool = path, mempool
        self._file: IO[str] | None = None

    def load(self) -> None:
        lines = self._path.read_text().splitlines() if self._path.exists() else []
        for line in lines:
            try:
                self._mempool.accept(parse_transaction(bytes.fromhex(line)))
            except (Rejected, ValueError, DecodeError):
                continue  # confirmed or replaced since, or a torn last line
        self.rewrite()

    def rewrite(self) -> None:
        if self._file is not None:
            self._file.close()
        fresh = self._path.with_suffix(".new")
        fresh.write_text("".join(entry.tx.raw.hex() + "\n" for entry in self._mempool.entries.values()))
        os.replace(fresh, self._path)
        self._file = self._path.open("a")

    def transaction_added(self, tx: Transaction) -> None:
        if self._file is not None:
            self._file.write(tx.raw.hex() + "\n")
            self._file.flush()
            if self._file.tell() > self.LIMIT:
                self.rewrite()

    def chain_changed(self, change: Change) -> None:
        if change.disconnected or not self._mempool.entries:
            self.rewrite()


class Node:
    def __init__(self, datadir: Path, zmq_port: int | None) -> None:
        self.started = time.time()
        self.lock = threading.RLock()
        self.tip_moved = threading.Event()
        self.stopping = False
        self.stop_requested = threading.Event()
        self.wallet_names = {""}
        self._initial_download = True
        self.chain = Chainstate(datadir)
        self.mempool = Mempool(self.chain)
        self.wallet = Wallet(datadir, self.chain, self.mempool)
        self._file = MempoolFile(datadir / "mempool.hex", self.mempool)
        self.mempool.added.append(self.wallet.transaction_added)
        self._file.load()
        self.publisher = Publisher(zmq_port, self.chain) if zmq_port is not None else None
        self.mempool.added.append(self._file.transaction_added)
        listeners = [self.mempool.chain_changed, self.wallet.chain_changed, self._file.chain_changed]
        if self.publisher is not None:
            self.mempool.added.append(self.publisher.transaction_added)
            listeners.append(self.publisher.chain_changed)
        self.chain.listeners += [*listeners, self._ring]

    def _ring(self, _change: Change) -> None:
        self.tip_moved.set()
        self.tip_moved.clear()

    def in_initial_download(self) -> bool:
        """True until the tip has once been less than a day old."""
        if self._initial_download and self.chain.tip.header.time > time.time() - DAY:
            self._initial_download = False
        return self._initial_download

    def request_stop(self) -> None:
        self.stopping = True
        self.stop_requested.set()

    def close(self) -> None:
        """Flushes and closes everything; the next start needs no rebuilding."""
        with self.lock:
            self._file.rewrite()
            self.chain.close()
            if self.publisher is not None:
                self.publisher.close()
