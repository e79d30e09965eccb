"""Unconfirmed transactions: real script checks, fees, replacement, chains of dependants."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from dev.node.chainstate import COINBASE_MATURITY, Chainstate, Change, Coin
from dev.node.kernel import verify_input
from dev.node.policy import (
    ANCESTOR_LIMIT,
    DESCENDANT_LIMIT,
    INCREMENTAL_RATE,
    MAX_REPLACED,
    MIN_RELAY_RATE,
    Rejected,
    check_consensus,
    check_standard,
    fee_at,
    money,
    script_failure,
)
from dev.node.transactions import Transaction, outpoint, shown

UNCONFIRMED = -1
SEQUENCE_FINAL = 0xFFFFFFFF


@dataclass(eq=False)
class Entry:
    tx: Transaction
    fee: int
    time: int
    height: int
    parents: set[bytes] = field(default_factory=set)
    children: set[bytes] = field(default_factory=set)

    @property
    def signals_replacement(self) -> bool:
        return any(put.sequence < SEQUENCE_FINAL - 1 for put in self.tx.vin)


class Mempool:
    def __init__(self, chain: Chainstate) -> None:
        self.chain = chain
        self.entries: dict[bytes, Entry] = {}
        self.spenders: dict[bytes, bytes] = {}
        self.sequence = 1
        self.added: list[Callable[[Transaction], None]] = []
        self._verified: set[bytes] = set()

    # -- looking

    def coin(self, prevout: bytes) -> Coin | None:
        """The output, confirmed or not, whoever spends it in the pool."""
        entry = self.entries.get(prevout[:32])
        if entry is None:
            return self.chain.coins.get(prevout)
        vout = int.from_bytes(prevout[32:], "little")
        if vout >= len(entry.tx.vout):
            return None
        out = entry.tx.vout[vout]
        return Coin(out.value, out.script, UNCONFIRMED, False)

    def ancestors(self, parents: Iterable[bytes]) -> set[bytes]:
        return self._reach(parents, lambda entry: entry.parents)

    def descendants(self, txid: bytes) -> set[bytes]:
        return self._reach([txid], lambda entry: entry.children)

    def _reach(self, start: Iterable[bytes], step: Callable[[Entry], set[bytes]]) -> set[bytes]:
        found: set[bytes] = set()
        queue = list(start)
        while queue:
            txid = queue.pop()
            if txid not in found:
                found.add(txid)
                queue.extend(step(self.entries[txid]))
        return found

    # -- accepting

    def accept(self, tx: Transaction, *, dry: bool = False, minimum_fee: bool = True) -> Entry:
        """Checks a transaction and, unless `dry`, adds it; Rejected with bitcoind's reason."""
        check_consensus(tx)
        check_standard(tx)
        self._check_final(tx)
        known = self.entries.get(tx.txid)
        if known is not None:
            same = known.tx.wtxid == tx.wtxid
            raise Rejected("txn-already-in-mempool" if same else "txn-same-nonwitness-data-in-mempool")
        coins = self._inputs(tx)
        fee = self._fee(tx, coins)
        if minimum_fee and fee < fee_at(MIN_RELAY_RATE, tx.vsize):
            raise Rejected("min relay fee not met", f"{fee} < {fee_at(MIN_RELAY_RATE, tx.vsize)}")
        entry = Entry(tx, fee, int(time.time()), self.chain.tip.height)
        entry.parents = {put.prevout[:32] for put in tx.vin if put.prevout[:32] in self.entries}
        replaced = self._replacement(entry)
        self._check_chain_limits(entry, replaced)
        self._verify_scripts(tx, coins)
        if not dry:
            for txid in replaced:
                self._drop(txid)
            self._add(entry)
        return entry

    def _check_final(self, tx: Transaction) -> None:
        limit = self.chain.tip.height + 1 if tx.locktime < 500_000_000 else self.chain.tip.median_time
        if tx.locktime and tx.locktime >= limit and any(put.sequence != SEQUENCE_FINAL for put in tx.vin):
            raise Rejected("non-final")

    def _inputs(self, tx: Transaction) -> list[Coin]:
        coins = []
        for put in tx.vin:
            coin = self.coin(put.prevout)
            if coin is None:
                if any(outpoint(tx.txid, vout) in self.chain.coins for vout in range(len(tx.vout))):
                    raise Rejected("txn-already-known")
                raise Rejected("bad-txns-inputs-missingorspent", missing_inputs=True)
            coins.append(coin)
        self._check_sequence_locks(tx, coins)
        return coins

    def _check_sequence_locks(self, tx: Transaction, coins: list[Coin]) -> None:
        if tx.version < 2:
            return
        for put, coin in zip(tx.vin, coins, strict=True):
            if put.sequence & (1 << 31):
                continue
            next_height = self.chain.tip.height + 1
            height = next_height if coin.height == UNCONFIRMED else coin.height
            if put.sequence & (1 << 22):
                since = self.chain.active[max(height - 1, 0)].median_time
                ready = since + ((put.sequence & 0xFFFF) << 9) <= self.chain.tip.median_time
            else:
                ready = height + (put.sequence & 0xFFFF) <= next_height
            if not ready:
                raise Rejected("non-BIP68-final")

    def _fee(self, tx: Transaction, coins: list[Coin]) -> int:
        for coin in coins:
            depth = self.chain.tip.height + 1 - coin.height
            if coin.coinbase and depth < COINBASE_MATURITY:
                raise Rejected("bad-txns-premature-spend-of-coinbase", f"tried to spend coinbase at depth {depth}")
        value_in, value_out = sum(coin.value for coin in coins), sum(out.value for out in tx.vout)
        if value_in < value_out:
            raise Rejected("bad-txns-in-belowout", f"value in ({money(value_in)}) < value out ({money(value_out)})")
        return value_in - value_out

    def _replacement(self, entry: Entry) -> list[bytes]:
        """Ids the transaction would push out, dependants first; Rejected unless it pays for that (BIP 125's fees)."""
        conflicts = {self.spenders[put.prevout] for put in entry.tx.vin if put.prevout in self.spenders}
        if not conflicts:
            return []
        txid = shown(entry.tx.txid)
        if self.ancestors(entry.parents) & conflicts:
            raise Rejected("bad-txns-spends-conflicting-tx", f"{txid} spends conflicting transaction")
        replaced = set().union(*(self.descendants(conflict) for conflict in conflicts))
        if len(replaced) > MAX_REPLACED:
            raise Rejected("too many potential replacements", f"rejecting replacement {txid}")
        for conflict in conflicts:
            old = self.entries[conflict]
            if entry.fee * old.tx.vsize <= old.fee * entry.tx.vsize:
                rates = [money(e.fee * 1000 // e.tx.vsize) + " BTC/kvB" for e in (entry, old)]
                detail = f"rejecting replacement {txid}; new feerate {rates[0]} <= old feerate {rates[1]}"
                raise Rejected("insufficient fee", detail)
        if entry.parents - set().union(*(self.entries[conflict].parents for conflict in conflicts)):
            raise Rejected("replacement-adds-unconfirmed", f"replacement {txid} adds unconfirmed input")
        paid = sum(self.entries[old].fee for old in replaced)
        if entry.fee < paid:
            detail = f"rejecting replacement {txid}, less fees than conflicting txs; "
            raise Rejected("insufficient fee", f"{detail}{money(entry.fee)} < {money(paid)}")
        relay = fee_at(INCREMENTAL_RATE, entry.tx.vsize)
        if entry.fee - paid < relay:
            detail = f"rejecting replacement {txid}, not enough additional fees to relay; "
            raise Rejected("insufficient fee", f"{detail}{money(entry.fee - paid)} < {money(relay)}")
        return [old for old in reversed(self.entries) if old in replaced]

    def _check_chain_limits(self, entry: Entry, replaced: list[bytes]) -> None:
        ancestors = self.ancestors(entry.parents)
        if len(ancestors) + 1 > ANCESTOR_LIMIT:
            raise Rejected("too-long-mempool-chain", f"too many unconfirmed ancestors [limit: {ANCESTOR_LIMIT}]")
        for ancestor in ancestors:
            if len(self.descendants(ancestor) - set(replaced)) + 1 > DESCENDANT_LIMIT:
                detail = f"too many descendants for tx {shown(ancestor)} [limit: {DESCENDANT_LIMIT}]"
                raise Rejected("too-long-mempool-chain", detail)

    def _verify_scripts(self, tx: Transaction, coins: list[Coin]) -> None:
        if tx.wtxid in self._verified:  # commits to its coins by their ids, so it stays true
            return
        failed = verify_input(tx.raw, [(coin.value, coin.script) for coin in coins])
        if failed is not None:
            witness = tx.witness[failed] if tx.witness else ()
            spent = tx.vin[failed].prevout
            where = f"{shown(spent[:32])}:{int.from_bytes(spent[32:], 'little')}"
            raise Rejected(
                f"mempool-script-verify-flag-failed ({script_failure(coins[failed].script, witness)})",
                f"input {failed} of {shown(tx.txid)} (wtxid {shown(tx.wtxid)}), spending {where}",
            )
        self._verified.add(tx.wtxid)

    def _add(self, entry: Entry) -> None:
        txid = entry.tx.txid
        self.entries[txid] = entry
        for put in entry.tx.vin:
            self.spenders[put.prevout] = txid
        for parent in entry.parents:
            self.entries[parent].children.add(txid)
        self.sequence += 1
        for listener in self.added:
            listener(entry.tx)

    # -- removing

    def _drop(self, txid: bytes) -> None:
        entry = self.entries.pop(txid)
        for put in entry.tx.vin:
            self.spenders.pop(put.prevout, None)
        for parent in entry.parents & self.entries.keys():
            self.entries[parent].children.discard(txid)
        for child in entry.children & self.entries.keys():
            self.entries[child].parents.discard(txid)
        self.sequence += 1

    def drop_with_descendants(self, txid: bytes) -> None:
        gone = self.descendants(txid)
        for old in [old for old in reversed(self.entries) if old in gone]:
            self._drop(old)

    def chain_changed(self, change: Change) -> None:
        """Takes out what blocks confirmed or spent elsewhere; after a reorganisation takes everything in anew."""
        for _, transactions in change.connected:
            for tx in transactions:
                if tx.txid in self.entries:
                    self._drop(tx.txid)
                for put in tx.vin:
                    rival = self.spenders.get(put.prevout)
                    if rival is not None:
                        self.drop_with_descendants(rival)
        if change.disconnected:
            back = [tx for _, txs in reversed(change.disconnected) for tx in txs if not tx.is_coinbase]
            self._rebuild(back)
        if not self.entries:
            self._verified.clear()

    def _rebuild(self, first: list[Transaction]) -> None:
        times = {txid: entry.time for txid, entry in self.entries.items()}
        pending = first + [entry.tx for entry in self.entries.values()]
        listeners, self.added = self.added, []
        self.entries, self.spenders = {}, {}
        for tx in pending:
            if tx.txid in self.chain.positions:
                continue
            try:
                entry = self.accept(tx, minimum_fee=False)
            except Rejected:
                continue
            entry.time = times.get(tx.txid, entry.time)
        self.added = listeners

    # -- trying

    def trial(self) -> Trial:
        """A block in which transactions are accepted for the time of it only, unless it is told to keep them."""
        return Trial(self)


class Trial:
    def __init__(self, pool: Mempool) -> None:
        self._pool = pool
        self._kept = False
        self._added: list[Transaction] = []

    def keep(self) -> None:
        self._kept = True

    def __enter__(self) -> Trial:
        pool = self._pool
        self._before = (dict(pool.entries), dict(pool.spenders), pool.sequence, pool.added)
        self._links = {txid: (set(entry.parents), set(entry.children)) for txid, entry in pool.entries.items()}
        pool.added = [self._added.append]
        return self

    def __exit__(self, *_error: object) -> None:
        pool = self._pool
        entries, spenders, sequence, listeners = self._before
        pool.added = listeners
        if self._kept:
            for tx in self._added:
                for listener in listeners:
                    listener(tx)
            return
        pool.entries, pool.spenders, pool.sequence = entries, spenders, sequence
        for txid, (parents, children) in self._links.items():
            entries[txid].parents, entries[txid].children = parents, children
