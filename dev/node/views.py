"""Blocks and transactions in the shapes of bitcoind's JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dev.node.chainstate import BlockIndex, Chainstate, Coin, target_of
from dev.node.encoding import Amount
from dev.node.mempool import Entry, Mempool
from dev.node.scripts import describe, disassemble
from dev.node.transactions import Transaction, shown


def difficulty(bits: int) -> float:
    """Core's GetDifficulty, in its order of floating point steps."""
    shift = bits >> 24
    value = 0x0000FFFF / (bits & 0x00FFFFFF)
    while shift < 29:
        value *= 256.0
        shift += 1
    while shift > 29:
        value /= 256.0
        shift -= 1
    return value


def confirmations(chain: Chainstate, block: BlockIndex) -> int:
    return chain.tip.height - block.height + 1 if chain.is_active(block) else -1


def header(chain: Chainstate, block: BlockIndex) -> dict[str, Any]:
    head = block.header
    view: dict[str, Any] = {
        "hash": block.name,
        "confirmations": confirmations(chain, block),
        "height": block.height,
        "version": head.version if head.version < 1 << 31 else head.version - (1 << 32),
        "versionHex": f"{head.version:08x}",
        "merkleroot": shown(head.merkle_root),
        "time": head.time,
        "mediantime": block.median_time,
        "nonce": head.nonce,
        "bits": f"{head.bits:08x}",
        "target": f"{target_of(head.bits):064x}",
        "difficulty": difficulty(head.bits),
        "chainwork": f"{block.work:064x}",
        "nTx": block.transactions,
    }
    if block.previous is not None:
        view["previousblockhash"] = block.previous.name
    if chain.is_active(block) and block is not chain.tip:
        view["nextblockhash"] = chain.active[block.height + 1].name
    return view


def block(chain: Chainstate, index: BlockIndex, verbosity: int) -> dict[str, Any]:
    transactions = chain.parsed(index)
    size = len(chain.raw(index))
    witness = sum(len(tx.raw) - len(tx.stripped) for tx in transactions)
    view = header(chain, index)
    view["nTx"] = len(transactions)
    view |= {"strippedsize": size - witness, "size": size, "weight": (size - witness) * 3 + size}
    if verbosity == 1:
        view["tx"] = [shown(tx.txid) for tx in transactions]
        return view
    spent = dict(index.spent)
    view["tx"] = [transaction(tx, spent, with_prevout=verbosity >= 3) for tx in transactions]
    return view


def transaction(
    tx: Transaction, spent: Mapping[bytes, Coin] | None = None, with_prevout: bool = False
) -> dict[str, Any]:
    """Core's TxToUniv. `spent`: the coins its inputs consume, for fee and prevouts."""
    spent = spent or {}
    view: dict[str, Any] = {
        "txid": shown(tx.txid),
        "hash": shown(tx.wtxid),
        "version": tx.version,
        "size": len(tx.raw),
        "vsize": tx.vsize,
        "weight": tx.weight,
        "locktime": tx.locktime,
        "vin": [_input(tx, i, spent, with_prevout) for i in range(len(tx.vin))],
        "vout": [
            {"value": Amount(out.value), "n": n, "scriptPubKey": describe(out.script)} for n, out in enumerate(tx.vout)
        ],
    }
    if not tx.is_coinbase and all(put.prevout in spent for put in tx.vin):
        paid = sum(spent[put.prevout].value for put in tx.vin) - sum(out.value for out in tx.vout)
        view["fee"] = Amount(paid)
    view["hex"] = tx.raw.hex()
    return view


def _input(tx: Transaction, i: int, spent: Mapping[bytes, Coin], with_prevout: bool) -> dict[str, Any]:
    put = tx.vin[i]
    view: dict[str, Any] = {}
    if tx.is_coinbase:
        view["coinbase"] = put.script.hex()
    else:
        view["txid"] = shown(put.prevout[:32])
        view["vout"] = int.from_bytes(put.prevout[32:], "little")
        view["scriptSig"] = {"asm": disassemble(put.script), "hex": put.script.hex()}
    if tx.witness and tx.witness[i]:
        view["txinwitness"] = [item.hex() for item in tx.witness[i]]
    if with_prevout and put.prevout in spent:
        coin = spent[put.prevout]
        view["prevout"] = {
            "generated": coin.coinbase,
            "height": coin.height,
            "value": Amount(coin.value),
            "scriptPubKey": describe(coin.script),
        }
    view["sequence"] = put.sequence
    return view


def mempool_entry(pool: Mempool, txid: bytes) -> dict[str, Any]:
    entry = pool.entries[txid]
    above = [pool.entries[t] for t in pool.ancestors([txid])]
    below = [pool.entries[t] for t in pool.descendants(txid)]

    def fees(entries: list[Entry]) -> Amount:
        return Amount(sum(other.fee for other in entries))

    return {
        "vsize": entry.tx.vsize,
        "weight": entry.tx.weight,
        "time": entry.time,
        "height": entry.height,
        "descendantcount": len(below),
        "descendantsize": sum(other.tx.vsize for other in below),
        "ancestorcount": len(above),
        "ancestorsize": sum(other.tx.vsize for other in above),
        "wtxid": shown(entry.tx.wtxid),
        "fees": {
            "base": Amount(entry.fee),
            "modified": Amount(entry.fee),
            "ancestor": fees(above),
            "descendant": fees(below),
        },
        "depends": [shown(parent) for parent in sorted(entry.parents)],
        "spentby": [shown(child) for child in sorted(entry.children)],
        "bip125-replaceable": any(other.signals_replacement for other in above),
        "unbroadcast": False,
    }
