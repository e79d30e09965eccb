"""The development wallet: knows its coins from the chain, spends them, and keeps them in a useful number of pieces."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from dev.node.chainstate import COINBASE_MATURITY, Chainstate, Change, Coin
from dev.node.keys import CHANGE, KINDS, RECEIVE, KeyChain, sign
from dev.node.mempool import UNCONFIRMED, Mempool
from dev.node.policy import dust_threshold, fee_at
from dev.node.receive_indexes import ReceiveIndexes
from dev.node.scripts import script_address
from dev.node.transactions import Transaction, TxIn, TxOut, outpoint

LOOKAHEAD = 20
CHANGE_BATCH = 50
MOST_INPUTS = 1_000  # stays below the standard weight
DEFAULT_RATE = 2_000  # sats per 1,000 vbytes, where no fee_rate is given
REPLACEABLE, NOT_REPLACEABLE = 0xFFFFFFFD, 0xFFFFFFFE
MANY_COINS, SWEEP = 400, 40
FEW_COINS, PIECES, PIECE_WORTH = 24, 8, 10_000_000
UNCONFIRMED_DEPTH = 20  # below the mempool's limit of 25
BRANCHES = {f"{kind}/{name}": (kind, branch) for kind in KINDS for name, branch in (("receive", 0), ("change", 1))}


class CannotPay(Exception):
    """The wallet cannot make this transaction; the text is bitcoind's."""


@dataclass(frozen=True)
class Recipient:
    script: bytes
    value: int
    pays_fee: bool = False


class Wallet:
    def __init__(self, datadir: Path, chain: Chainstate, mempool: Mempool) -> None:
        self.chain, self.mempool = chain, mempool
        self.indexes = ReceiveIndexes(datadir)
        self.keys = KeyChain(self.indexes.seed())
        self.scripts: dict[bytes, tuple[str, int, int]] = {}
        self.coins: dict[bytes, Coin] = {}
        self._unconfirmed: dict[bytes, tuple[Coin, bool]] = {}
        self._derived: dict[str, int] = {}
        self._change_indexes: list[int] = []
        self._labels_file = datadir / "wallet" / "labels.jsonl"
        self.labels = self._load_labels()
        self.refresh()
        self.coins = {key: coin for key, coin in chain.coins.items() if coin.script in self.scripts}

    # -- addresses

    def refresh(self) -> None:
        """Derives scripts up to a little beyond what was given out, by this process or another."""
        used = self.indexes.used()
        for name, (kind, branch) in BRANCHES.items():
            for index in range(self._derived.get(name, 0), used.get(name, 0) + LOOKAHEAD):
                self.scripts[self.keys.script(kind, branch, index)] = (kind, branch, index)
                self._derived[name] = index + 1

    def new_address(self, kind: str = "bech32", label: str = "", change: bool = False) -> str:
        name = f"{kind}/{'change' if change else 'receive'}"
        index = self.indexes.reserve(name)[0]
        self.refresh()
        address = script_address(self.keys.script(kind, CHANGE if change else RECEIVE, index))
        assert address is not None
        if label:
            self.labels[address] = label
            with self._labels_file.open("a") as file:
                file.write(json.dumps([address, label]) + "\n")
        return address

    def _load_labels(self) -> dict[str, str]:
        labels = {}
        try:
            for line in self._labels_file.read_text().splitlines():
                address, label = json.loads(line)
                labels[address] = label
        except (OSError, ValueError):
            return labels  # a torn last line loses one label
        return labels

    def path(self, script: bytes) -> str:
        kind, branch, index = self.scripts[script]
        return f"m/{KINDS[kind]}h/1h/0h/{branch}/{index}"

    # -- following the chain and the mempool

    def chain_changed(self, change: Change) -> None:
        self.refresh()
        for block, transactions in change.disconnected:
            for prevout, coin in block.spent:
                if coin.script in self.scripts:
                    self.coins[prevout] = coin
            for tx in transactions:  # after what they spent: some of it came out of this very block
                for vout in range(len(tx.vout)):
                    self.coins.pop(outpoint(tx.txid, vout), None)
        for block, transactions in change.connected:
            for tx in transactions:
                for put in tx.vin:
                    self.coins.pop(put.prevout, None)
                self._receive(tx, block.height)
        if change.disconnected:
            self._unconfirmed.clear()
            for entry in self.mempool.entries.values():
                self.transaction_added(entry.tx)

    def _receive(self, tx: Transaction, height: int) -> None:
        for vout, out in enumerate(tx.vout):
            if out.script in self.scripts:
                key = outpoint(tx.txid, vout)
                # spent already where a later block of the same step spends it: that block comes after
                self.coins[key] = Coin(out.value, out.script, height, tx.is_coinbase)

    def transaction_added(self, tx: Transaction) -> None:
        """Notes an unconfirmed transaction's outputs to this wallet."""
        self.refresh()
        ours = [(vout, out) for vout, out in enumerate(tx.vout) if out.script in self.scripts]
        if ours:
            spent = [self.mempool.coin(put.prevout) for put in tx.vin]
            trusted = all(coin is not None and coin.script in self.scripts for coin in spent)
            for vout, out in ours:
                coin = Coin(out.value, out.script, UNCONFIRMED, False)
                self._unconfirmed[outpoint(tx.txid, vout)] = (coin, trusted)

    def unconfirmed(self) -> dict[bytes, tuple[Coin, bool]]:
        """Outputs of the mempool to this wallet nobody spends yet, each with whether it is its own change."""
        pool = self.mempool
        self._unconfirmed = {key: held for key, held in self._unconfirmed.items() if key[:32] in pool.entries}
        return {key: held for key, held in self._unconfirmed.items() if key not in pool.spenders}

    def is_mature(self, coin: Coin) -> bool:
        return not coin.coinbase or self.chain.tip.height + 1 - coin.height > COINBASE_MATURITY

    def confirmed(self) -> dict[bytes, Coin]:
        spenders = self.mempool.spenders
        return {key: coin for key, coin in self.coins.items() if key not in spenders and self.is_mature(coin)}

    def balance(self, minconf: int = 0) -> int:
        deep = self.chain.tip.height + 1 - minconf
        total = sum(coin.value for coin in self.confirmed().values() if coin.height <= deep)
        if minconf == 0:
            total += sum(coin.value for coin, trusted in self.unconfirmed().values() if trusted)
        return total

    def untrusted(self) -> int:
        return sum(coin.value for coin, trusted in self.unconfirmed().values() if not trusted)

    def immature(self) -> int:
        return sum(coin.value for coin in self.coins.values() if not self.is_mature(coin))

    # -- paying

    def pay(self, recipients: Sequence[Recipient], rate: int = DEFAULT_RATE, replaceable: bool = True) -> Transaction:
        """A signed transaction paying the recipients at `rate` sats per 1,000 vbytes; CannotPay."""
        for recipient in recipients:
            if recipient.value < dust_threshold(recipient.script):
                raise CannotPay("Transaction amount too small")
        confirmed = self.confirmed()
        chosen = self._choose(confirmed, recipients, rate)
        outputs = [TxOut(recipient.value, recipient.script) for recipient in recipients]
        total, target = sum(coin.value for coin in chosen.values()), sum(out.value for out in outputs)
        payers = [i for i, recipient in enumerate(recipients) if recipient.pays_fee]
        change = self._change(total - target, len(confirmed))
        while True:
            fee = fee_at(rate, _vsize(chosen.values(), [*outputs, *change]))
            left = total - target - (0 if payers else fee)
            if not change or left >= len(change) * dust_threshold(change[0].script):
                break
            change = change[:-1] if len(change) == 1 else change[:1]
        if payers:
            outputs = _charge(outputs, payers, fee)
        if change:
            share, odd = divmod(left, len(change))
            change = [TxOut(share + (odd if i == 0 else 0), out.script) for i, out in enumerate(change)]
        sequence = REPLACEABLE if replaceable else NOT_REPLACEABLE
        vin = tuple(TxIn(key, b"", sequence) for key in chosen)
        tx = Transaction(2, vin, (*outputs, *change))
        coins = list(chosen.values())
        return sign(tx, coins, [self.keys.secret(*self.scripts[coin.script]) for coin in coins])

    def _change(self, value: int, held: int) -> list[TxOut]:
        """Change outputs without their values. Several while the wallet has few coins: payments of one block must
        not hang on one another."""
        pieces = PIECES if held < FEW_COINS and value > PIECES * PIECE_WORTH else 1
        if value <= dust_threshold(b"\x00\x14" + b"\x00" * 20):
            return []
        return [TxOut(0, self._change_script()) for _ in range(pieces)]

    def _change_script(self) -> bytes:
        if not self._change_indexes:  # many at once: each reservation waits for the disk
            self._change_indexes = list(self.indexes.reserve("bech32/change", CHANGE_BATCH))
            self.refresh()
        return self.keys.script("bech32", CHANGE, self._change_indexes.pop(0))

    def _choose(self, confirmed: dict[bytes, Coin], recipients: Sequence[Recipient], rate: int) -> dict[bytes, Coin]:
        """One coin where one is enough, else the largest; while there are very many coins, some of the smallest
        come along."""
        outputs = [TxOut(recipient.value, recipient.script) for recipient in recipients]
        target = sum(out.value for out in outputs)
        charged = any(recipient.pays_fee for recipient in recipients)
        worth = fee_at(rate, 68)
        usable = sorted((item for item in confirmed.items() if item[1].value > worth), key=lambda item: item[1].value)
        spare = usable[:SWEEP] if len(usable) > MANY_COINS else []
        room = fee_at(rate, _vsize([coin for _, coin in spare[:1]], outputs) + 150 + 68)
        need = target + (0 if charged else room)
        single = next((item for item in usable if item[1].value >= need), None)
        if single is not None:
            return dict([single, *(item for item in spare if item is not single)])
        chosen: dict[bytes, Coin] = {}
        total, vsize, none = 0, _vsize([], outputs), _vsize([], [])
        for key, coin in [*reversed(usable), *self._own_change()][:MOST_INPUTS]:
            chosen[key] = coin
            total += coin.value
            vsize += _vsize([coin], []) - none
            if total >= target + (0 if charged else fee_at(rate, vsize)):
                return chosen
        raise CannotPay("Insufficient funds")

    def _own_change(self) -> list[tuple[bytes, Coin]]:
        """Unconfirmed change short enough in its chain to be spent on, largest first."""
        held = [(key, coin) for key, (coin, trusted) in self.unconfirmed().items() if trusted]
        pool = self.mempool

        def short(txid: bytes) -> bool:
            above = pool.ancestors([txid])
            return len(above) < UNCONFIRMED_DEPTH and all(
                len(pool.descendants(ancestor)) < UNCONFIRMED_DEPTH for ancestor in above
            )

        return sorted((item for item in held if short(item[0][:32])), key=lambda item: -item[1].value)

    # -- history

    def effect(self, tx: Transaction, spent: Iterable[Coin]) -> tuple[int, int]:
        """(sats received, sats spent) by this wallet in a transaction."""
        credit = sum(out.value for out in tx.vout if out.script in self.scripts)
        return credit, sum(coin.value for coin in spent if coin.script in self.scripts)


def _charge(outputs: list[TxOut], payers: list[int], fee: int) -> list[TxOut]:
    """Takes the fee from the paying outputs in equal parts, the odd sats from the first."""
    share, odd = divmod(fee, len(payers))
    charged = list(outputs)
    for position, i in enumerate(payers):
        value = outputs[i].value - share - (odd if position == 0 else 0)
        if value < dust_threshold(outputs[i].script):
            raise CannotPay("The transaction amount is too small to pay the fee")
        charged[i] = TxOut(value, outputs[i].script)
    return charged


def _vsize(coins: Iterable[Coin], outputs: Sequence[TxOut]) -> int:
    """Size of a signed transaction; at most a few bytes too large."""
    weight = 42 + 16
    for coin in coins:
        weight += 164 + (108 if coin.script[0] == 0 else 66)
    for out in outputs:
        weight += 4 * (8 + (1 if len(out.script) < 253 else 3) + len(out.script))
    return (weight + 3) // 4
