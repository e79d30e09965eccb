"""The chain as the RPC sees it: block tree, active chain, coins and transaction index over kernel and journal."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from dev.node.blockstore import BLOCK, INVALIDATE, RECONSIDER, BlockStore
from dev.node.kernel import BlockRejected, Kernel, SnapshotShelf, copy_sparse
from dev.node.transactions import (
    Header,
    PlacedTransaction,
    Transaction,
    outpoint,
    parse_block,
    parse_header,
    parse_transaction,
    shown,
)

SNAPSHOT_EVERY = 200
COINBASE_MATURITY = 100


class Coin(NamedTuple):
    value: int
    script: bytes
    height: int
    coinbase: bool


class Spent(NamedTuple):
    prevout: bytes
    coin: Coin


@dataclass(eq=False)
class BlockIndex:
    """One block of the tree. `position`/`length`: where its bytes lie in the journal (genesis: nowhere)."""

    header: Header
    height: int
    previous: BlockIndex | None
    work: int
    order: int = -1
    position: int = 0
    length: int = 0
    transactions: int = 1
    spent: list[Spent] = field(default_factory=list)

    @property
    def hash(self) -> bytes:
        return self.header.hash

    @property
    def name(self) -> str:
        return shown(self.header.hash)

    @property
    def median_time(self) -> int:
        times, block = [], self
        for _ in range(11):
            times.append(block.header.time)
            if block.previous is None:
                break
            block = block.previous
        return sorted(times)[len(times) // 2]


@dataclass(frozen=True)
class Change:
    """What one step did to the active chain."""

    disconnected: list[tuple[BlockIndex, list[Transaction]]]
    connected: list[tuple[BlockIndex, list[Transaction]]]


def target_of(bits: int) -> int:
    return (bits & 0x7FFFFF) << 8 * ((bits >> 24) - 3)


class Chainstate:
    def __init__(self, folder: Path) -> None:
        self._live = folder / "kernel"
        self._shelf = SnapshotShelf(folder / "snapshots")
        self._journal = BlockStore(folder / "blocks.journal")
        self.blocks: dict[bytes, BlockIndex] = {}
        self.active: list[BlockIndex] = []
        self.coins: dict[bytes, Coin] = {}
        self.positions: dict[bytes, tuple[BlockIndex, int, int]] = {}
        self.listeners: list[Callable[[Change], None]] = []
        self._ordered: list[BlockIndex] = []
        self._invalid: set[bytes] = set()
        self._best_header: int | None = None
        self._excluded: set[bytes] = set()
        self._genesis_raw = b""
        self._load()

    # -- opening and closing

    def _load(self) -> None:
        records = list(self._journal.load())
        self._plant_genesis()
        for kind, payload, position in records:
            if kind == BLOCK:
                self._index(parse_header(payload), position, len(payload))
            elif kind == INVALIDATE:
                self._invalid.add(payload)
            elif kind == RECONSIDER:
                self._clear_marks(payload)
        self._recount_excluded()
        self._open_kernel()
        self._follow()

    def _plant_genesis(self) -> None:
        header = parse_header(bytes.fromhex(GENESIS[:160]))
        genesis = BlockIndex(header, 0, None, self._work(header))
        self._genesis_raw = bytes.fromhex(GENESIS)
        self.blocks[genesis.hash] = genesis
        self.active = [genesis]

    def _open_kernel(self) -> None:
        """Opens the live folder if it was closed in order, else a copy of the newest fitting snapshot; then feeds it
        the blocks of the journal it lacks."""
        excluded = {block.name for block in self._ordered if self.is_excluded(block)}
        known = self._open_live(excluded)
        while known is None:
            known = self._open_copy(excluded)
        self._snapshot_count = known
        for block in self._ordered[known:]:
            if block.name not in excluded:
                try:
                    self.kernel.submit(self.raw(block))
                except BlockRejected:
                    continue  # a side branch that had failed before, too

    def _open_copy(self, excluded: set[str]) -> int | None:
        """Opens the newest fitting snapshot, or an empty folder: how many blocks it covers. None when the copy is
        broken; it is thrown away then."""
        shutil.rmtree(self._live, ignore_errors=True)
        snapshot = self._shelf.usable(excluded, {block.name: block.order for block in self._ordered})
        if snapshot is None:
            self.kernel = Kernel(self._live)
            return 0
        copy_sparse(snapshot.folder, self._live)
        if snapshot.count <= len(self._ordered) and self._opens_at(snapshot.tip):
            return snapshot.count
        self._shelf.discard(snapshot.folder)
        return None

    def _opens_at(self, tip: str) -> bool:
        try:
            self.kernel = Kernel(self._live)
        except RuntimeError:
            return False
        if shown(self.kernel.tip()[1]) == tip:
            return True
        self.kernel.close()
        return False

    def _open_live(self, excluded: set[str]) -> int | None:
        marker = self._live / "closed.json"
        try:
            facts = json.loads(marker.read_text())
            marker.unlink()
        except (OSError, ValueError):
            return None
        same = set(facts["excluded"]) == excluded and facts["count"] <= len(self._ordered)
        return int(facts["count"]) if same and self._opens_at(facts["tip"]) else None

    def close(self) -> None:
        self.kernel.close()
        excluded = sorted(block.name for block in self._ordered if self.is_excluded(block))
        facts = {"count": len(self._ordered), "tip": self.tip.name, "excluded": excluded}
        (self._live / "closed.json").write_text(json.dumps(facts))
        self._journal.close()

    # -- the tree

    @staticmethod
    def _work(header: Header) -> int:
        return (1 << 256) // (target_of(header.bits) + 1)

    def _index(self, header: Header, position: int, length: int) -> BlockIndex:
        previous = self.blocks[header.previous]
        work = previous.work + self._work(header)
        block = BlockIndex(header, previous.height + 1, previous, work, len(self._ordered), position, length)
        self.blocks[block.hash] = block
        self._ordered.append(block)
        self._best_header = None
        return block

    @property
    def tip(self) -> BlockIndex:
        return self.active[-1]

    @property
    def size_on_disk(self) -> int:
        return self._journal.size

    def is_active(self, block: BlockIndex) -> bool:
        return block.height < len(self.active) and self.active[block.height] is block

    def is_excluded(self, block: BlockIndex) -> bool:
        """True when it or an ancestor was invalidated."""
        return block.hash in self._excluded

    @property
    def best_header_height(self) -> int:
        if self._best_header is None:
            heights = (block.height for block in self._ordered if block.hash not in self._excluded)
            self._best_header = max(heights, default=0)
        return self._best_header

    def _recount_excluded(self) -> None:
        self._excluded, self._best_header = set(), None
        if self._invalid:
            for block in self._ordered:
                if block.hash in self._invalid or block.header.previous in self._excluded:
                    self._excluded.add(block.hash)

    def raw(self, block: BlockIndex) -> bytes:
        return self._journal.read(block.position, block.length) if block.previous else self._genesis_raw

    def parsed(self, block: BlockIndex) -> list[Transaction]:
        return [placed.transaction for placed in parse_block(self.raw(block))[1]]

    def find_transaction(self, txid: bytes) -> tuple[Transaction, BlockIndex] | None:
        """A transaction of the active chain."""
        place = self.positions.get(txid)
        if place is None:
            return None
        block, offset, length = place
        return parse_transaction(self._journal.read(block.position + offset, length)), block

    def tips(self) -> list[BlockIndex]:
        parents = {block.previous for block in self.blocks.values()}
        leaves = [block for block in self.blocks.values() if block not in parents]
        if self.tip not in leaves:
            leaves.append(self.tip)
        return sorted(leaves, key=lambda block: -block.height)

    # -- changing it

    def submit(self, raw: bytes, durable: bool = True) -> BlockIndex:
        """Adds one block; BlockRejected with bitcoind's reason. Without `durable` the caller calls `sync` before it
        tells anybody."""
        header = parse_header(raw)
        known = self.blocks.get(header.hash)
        if known is not None:
            raise BlockRejected("duplicate-invalid" if self.is_excluded(known) else "duplicate")
        previous = self.blocks.get(header.previous)
        if previous is None:
            raise BlockRejected("prev-blk-not-found")
        if self.is_excluded(previous):
            raise BlockRejected("bad-prevblk")
        try:
            self.kernel.submit(raw)
        except BlockRejected:
            self._follow()
            raise
        block = self._index(header, self._journal.append(BLOCK, raw), len(raw))
        if durable:
            self._journal.sync()
        self._follow()
        if len(self._ordered) - self._snapshot_count >= SNAPSHOT_EVERY:
            self._snapshot()
        return block

    def sync(self) -> None:
        self._journal.sync()

    def _snapshot(self) -> None:
        self._journal.sync()
        self.kernel.close()
        excluded = {block.name for block in self._ordered if self.is_excluded(block)}
        self._shelf.take(self._live, len(self._ordered), self.tip.name, excluded)
        self._snapshot_count = len(self._ordered)
        self.kernel = Kernel(self._live)

    def invalidate(self, block: BlockIndex) -> None:
        """Takes the block and everything on top of it out of consideration."""
        self._mark(INVALIDATE, block.hash)
        self._invalid.add(block.hash)
        self._reopen()

    def reconsider(self, block: BlockIndex) -> None:
        """Undoes `invalidate` for the block, its ancestors and its descendants."""
        self._mark(RECONSIDER, block.hash)
        self._clear_marks(block.hash)
        self._reopen()

    def _mark(self, kind: bytes, name: bytes) -> None:
        self._journal.append(kind, name)
        self._journal.sync()

    def _clear_marks(self, name: bytes) -> None:
        def related(mark: bytes) -> bool:
            upper, lower = sorted((self.blocks[mark], self.blocks[name]), key=lambda b: -b.height)
            at: BlockIndex | None = upper
            while at is not None and at.height > lower.height:
                at = at.previous
            return at is lower

        self._invalid = {mark for mark in self._invalid if not related(mark)}

    def _reopen(self) -> None:
        self._recount_excluded()
        self.kernel.close()
        self._open_kernel()
        self._follow()

    def _follow(self) -> None:
        """Moves coins and indexes to the kernel's best chain and tells the listeners."""
        tip_hash = self.kernel.tip()[1]
        if tip_hash == self.tip.hash:
            return
        branch: list[BlockIndex] = []
        at = self.blocks[tip_hash]
        while not self.is_active(at):
            branch.append(at)
            assert at.previous is not None
            at = at.previous
        disconnected, connected = [], []
        while self.tip is not at:
            block = self.tip
            disconnected.append((block, self._disconnect(block)))
        listening = bool(self.listeners)
        for block in reversed(branch):
            transactions = self._connect(block)
            if listening:
                connected.append((block, transactions))
        change = Change(disconnected, connected)
        for listener in self.listeners:
            listener(change)

    def _connect(self, block: BlockIndex) -> list[Transaction]:
        placed = parse_block(self.raw(block))[1]
        block.transactions = len(placed)
        block.spent = []
        for item in placed:
            self._connect_transaction(block, item)
        self.active.append(block)
        return [item.transaction for item in placed]

    def _connect_transaction(self, block: BlockIndex, item: PlacedTransaction) -> None:
        transaction = item.transaction
        coinbase, txid = transaction.is_coinbase, transaction.txid
        if not coinbase:
            for put in transaction.vin:
                block.spent.append(Spent(put.prevout, self.coins.pop(put.prevout)))
        for vout, out in enumerate(transaction.vout):
            if out.script[:1] != b"\x6a":
                self.coins[outpoint(txid, vout)] = Coin(out.value, out.script, block.height, coinbase)
        self.positions[txid] = (block, item.offset, item.length)

    def _disconnect(self, block: BlockIndex) -> list[Transaction]:
        transactions = self.parsed(block)
        for transaction in transactions:
            self.positions.pop(transaction.txid, None)
        for prevout, coin in block.spent:
            self.coins[prevout] = coin
        for transaction in transactions:
            for vout in range(len(transaction.vout)):
                self.coins.pop(outpoint(transaction.txid, vout), None)
        self.active.pop()
        return transactions


GENESIS = (
    "0100000000000000000000000000000000000000000000000000000000000000000000003ba3edfd7a7b12b27ac72c3e67768f617fc81bc3"
    "888a51323a9fb8aa4b1e5e4adae5494dffff7f2002000000"
    "0101000000010000000000000000000000000000000000000000000000000000000000000000ffffffff4d04ffff001d0104455468652054"
    "696d65732030332f4a616e2f32303039204368616e63656c6c6f72206f6e206272696e6b206f66207365636f6e64206261696c6f7574206"
    "66f722062616e6b73ffffffff0100f2052a01000000434104678afdb0fe5548271967f1a67130b7105cd6a828e03909a67962e0ea1f61deb"
    "649f6bc3f4cef38c4f35504e51ec112de5c384df7ba0b8d578a4c702b6bf11d5fac00000000"
)
