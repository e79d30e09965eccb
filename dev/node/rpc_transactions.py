"""Raw transactions and the mempool."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dev.node import views
from dev.node.chainstate import Coin
from dev.node.encoding import Amount, parse_amount
from dev.node.mempool import Entry
from dev.node.methods import (
    DESERIALIZATION_ERROR,
    INVALID_ADDRESS_OR_KEY,
    INVALID_PARAMETER,
    TYPE_ERROR,
    VERIFY_ALREADY_IN_UTXO_SET,
    VERIFY_ERROR,
    VERIFY_REJECTED,
    RpcError,
    method,
    parse_hash,
)
from dev.node.policy import INCREMENTAL_RATE, MIN_RELAY_RATE, Rejected, fee_at
from dev.node.rpc_chain import find_block
from dev.node.transactions import DecodeError, Transaction, outpoint, parse_transaction, shown

if TYPE_CHECKING:
    from dev.node.node import Node

DEFAULT_MAX_RATE = 10_000_000  # 0.1 BTC per 1,000 vbytes
DECODE_FAILED = "TX decode failed. Make sure the tx has at least one input."
NOT_FOUND = "No such mempool or blockchain transaction. Use gettransaction for wallet transactions."
MAX_FEE = "Fee exceeds maximum configured by user (e.g. -maxtxfee, maxfeerate)"


def decode(raw: Any, message: str = DECODE_FAILED) -> Transaction:
    try:
        return parse_transaction(bytes.fromhex(raw))
    except (ValueError, TypeError, DecodeError):
        raise RpcError(DESERIALIZATION_ERROR, message) from None


def amount(value: Any) -> int:
    try:
        return parse_amount(value)
    except ValueError as error:
        raise RpcError(TYPE_ERROR, str(error)) from None


def max_rate(value: Any) -> int:
    rate = DEFAULT_MAX_RATE if value is None else amount(value)
    if rate > 100_000_000:
        raise RpcError(INVALID_PARAMETER, "Fee rates larger than or equal to 1BTC/kvB are not accepted")
    return rate


def spent_coins(node: Node, tx: Transaction) -> dict[bytes, Coin]:
    """The coins a known transaction consumes, as far as they are at hand."""
    place = node.chain.positions.get(tx.txid)
    if place is not None:
        return dict(place[0].spent)
    found = {put.prevout: node.mempool.coin(put.prevout) for put in tx.vin}
    return {key: coin for key, coin in found.items() if coin is not None}


@method(aliases={"verbose": "verbosity"})
def getrawtransaction(node: Node, txid: str, verbosity: Any = 0, blockhash: str | None = None) -> Any:
    key = parse_hash(txid, "parameter 1")
    if not isinstance(verbosity, int):
        raise RpcError(TYPE_ERROR, "JSON value of type string is not of expected type number")
    if key == node.chain.active[0].header.merkle_root:
        message = "The genesis block coinbase is not considered an ordinary transaction and cannot be retrieved"
        raise RpcError(INVALID_ADDRESS_OR_KEY, message)
    tx, block = _locate(node, key, blockhash)
    if not verbosity:
        return tx.raw.hex()
    view: dict[str, Any] = {}
    if blockhash is not None and block is not None:
        view["in_active_chain"] = node.chain.is_active(block)
    view |= views.transaction(tx, spent_coins(node, tx) if verbosity >= 2 else None, with_prevout=verbosity >= 2)
    if block is not None:
        view["blockhash"] = block.name
        depth = views.confirmations(node.chain, block)
        view["confirmations"] = max(depth, 0)
        if depth > 0:
            view |= {"time": block.header.time, "blocktime": block.header.time}
    return view


def _locate(node: Node, key: bytes, blockhash: str | None) -> tuple[Transaction, Any]:
    if blockhash is not None:
        block = find_block(node, blockhash, "parameter 3", "Block hash not found")
        for tx in node.chain.parsed(block):
            if tx.txid == key:
                return tx, block
        message = "No such transaction found in the provided block. Use gettransaction for wallet transactions."
        raise RpcError(INVALID_ADDRESS_OR_KEY, message)
    if key in node.mempool.entries:
        return node.mempool.entries[key].tx, None
    found = node.chain.find_transaction(key)
    if found is None:
        raise RpcError(INVALID_ADDRESS_OR_KEY, NOT_FOUND)
    return found


@method()
def decoderawtransaction(node: Node, hexstring: str, iswitness: bool | None = None) -> dict[str, Any]:
    view = views.transaction(decode(hexstring, "TX decode failed"))
    del view["hex"]
    return view


@method()
def sendrawtransaction(node: Node, hexstring: str, maxfeerate: Any = None, maxburnamount: Any = 0) -> str:
    tx = decode(hexstring)
    burn = amount(maxburnamount)
    if any(out.script[:1] == b"\x6a" and out.value > burn for out in tx.vout):
        raise RpcError(VERIFY_ERROR, "Unspendable output exceeds maximum configured by user (maxburnamount)")
    broadcast(node, tx, max_rate(maxfeerate))
    return shown(tx.txid)


def broadcast(node: Node, tx: Transaction, rate: int = 0) -> None:
    """Adds a transaction to the mempool as `sendrawtransaction` does. `rate` 0: any fee."""
    if tx.txid in node.mempool.entries:
        return
    if any(outpoint(tx.txid, vout) in node.chain.coins for vout in range(len(tx.vout))):
        raise RpcError(VERIFY_ALREADY_IN_UTXO_SET, "Transaction outputs already in utxo set")
    try:
        if rate:
            trial = node.mempool.accept(tx, dry=True)
            if trial.fee > fee_at(rate, tx.vsize):
                raise RpcError(VERIFY_ERROR, MAX_FEE)
        node.mempool.accept(tx)
    except Rejected as rejected:
        raise RpcError(VERIFY_ERROR if rejected.missing_inputs else VERIFY_REJECTED, str(rejected)) from None


@method()
def testmempoolaccept(
    node: Node,
    rawtxs: list[Any],
    maxfeerate: Any = None,  # noqa: PT028 - an RPC's name, no test
) -> list[dict[str, Any]]:
    if not 1 <= len(rawtxs) <= 25:
        raise RpcError(INVALID_PARAMETER, "Array must contain between 1 and 25 transactions.")
    rate = max_rate(maxfeerate)
    message = "TX decode failed: {} Make sure the tx has at least one input."
    transactions = [decode(raw, message.format(raw)) for raw in rawtxs]
    with node.mempool.trial():
        return [_trial(node, tx, rate) for tx in transactions]


def _trial(node: Node, tx: Transaction, rate: int) -> dict[str, Any]:
    view: dict[str, Any] = {"txid": shown(tx.txid), "wtxid": shown(tx.wtxid)}
    try:
        entry = node.mempool.accept(tx)
    except Rejected as rejected:
        reason = "missing-inputs" if rejected.missing_inputs else rejected.reason
        return view | {"allowed": False, "reject-reason": reason, "reject-details": str(rejected)}
    if rate and entry.fee > fee_at(rate, tx.vsize):
        return view | {"allowed": False, "reject-reason": "max-fee-exceeded"}
    return view | {"allowed": True, "vsize": tx.vsize, "fees": _fees(entry)}


def _fees(entry: Entry) -> dict[str, Any]:
    return {
        "base": Amount(entry.fee),
        "effective-feerate": Amount(entry.fee * 1000 // entry.tx.vsize),
        "effective-includes": [shown(entry.tx.wtxid)],
    }


@method()
def submitpackage(node: Node, package: list[Any], maxfeerate: Any = None, maxburnamount: Any = 0) -> dict[str, Any]:
    """Parents first, their child last: parents below the minimum fee enter when the child pays for them."""
    if not 1 <= len(package) <= 25:
        raise RpcError(INVALID_PARAMETER, "Array must contain between 1 and 25 transactions.")
    rate = max_rate(maxfeerate)
    message = "TX decode failed: {} Make sure the tx has at least one input."
    transactions = [decode(raw, message.format(raw)) for raw in package]
    child = transactions[-1]
    spends = {put.prevout[:32] for put in child.vin}
    if len(transactions) > 1 and any(parent.txid not in spends for parent in transactions[:-1]):
        raise RpcError(-25, "package topology disallowed. not child-with-parents or parents depend on each other.")
    results, failed = _package_results(node, transactions, rate)
    return {
        "package_msg": "transaction failed" if failed else "success",
        "tx-results": results,
        "replaced-transactions": [],
    }


def _package_results(node: Node, transactions: list[Transaction], rate: int) -> tuple[dict[str, Any], bool]:
    errors: dict[bytes, str] = {}
    entries: dict[bytes, Entry] = {}
    with node.mempool.trial() as trial:
        for tx in transactions:
            try:
                entries[tx.txid] = node.mempool.entries.get(tx.txid) or node.mempool.accept(tx, minimum_fee=False)
            except Rejected as rejected:
                errors[tx.txid] = str(rejected)
        fee = sum(entry.fee for entry in entries.values())
        size = sum(entry.tx.vsize for entry in entries.values())
        low = fee < fee_at(MIN_RELAY_RATE, size)
        for txid, entry in entries.items():
            alone = entry.fee < fee_at(MIN_RELAY_RATE, entry.tx.vsize)
            if alone and (low or errors):
                errors[txid] = f"min relay fee not met, {entry.fee} < {fee_at(MIN_RELAY_RATE, entry.tx.vsize)}"
            elif rate and entry.fee > fee_at(rate, entry.tx.vsize):
                errors[txid] = "max feerate exceeded"
        if not errors:
            trial.keep()
    views_by_id: dict[str, Any] = {}
    for tx in transactions:
        view: dict[str, Any] = {"txid": shown(tx.txid)}
        if tx.txid in errors:
            view["error"] = errors[tx.txid]
        elif errors:
            view["error"] = "package-not-validated"
        else:
            package_rate = Amount(fee * 1000 // size)
            shares = {"effective-feerate": package_rate, "effective-includes": [shown(t.wtxid) for t in transactions]}
            view |= {"vsize": tx.vsize, "fees": {"base": Amount(entries[tx.txid].fee)} | shares}
        views_by_id[shown(tx.wtxid)] = view
    return views_by_id, bool(errors)


@method()
def getrawmempool(node: Node, verbose: bool = False, mempool_sequence: bool = False) -> Any:
    if verbose and mempool_sequence:
        raise RpcError(INVALID_PARAMETER, "Verbose results cannot contain mempool sequence values.")
    if verbose:
        return {shown(txid): views.mempool_entry(node.mempool, txid) for txid in node.mempool.entries}
    ids = [shown(txid) for txid in node.mempool.entries]
    return {"txids": ids, "mempool_sequence": node.mempool.sequence} if mempool_sequence else ids


def _pooled(node: Node, txid: str) -> bytes:
    key = parse_hash(txid, "txid")
    if key not in node.mempool.entries:
        raise RpcError(INVALID_ADDRESS_OR_KEY, "Transaction not in mempool")
    return key


@method()
def getmempoolentry(node: Node, txid: str) -> dict[str, Any]:
    return views.mempool_entry(node.mempool, _pooled(node, txid))


@method()
def getmempoolancestors(node: Node, txid: str, verbose: bool = False) -> Any:
    key = _pooled(node, txid)
    return _relatives(node, node.mempool.ancestors([key]) - {key}, verbose)


@method()
def getmempooldescendants(node: Node, txid: str, verbose: bool = False) -> Any:
    key = _pooled(node, txid)
    return _relatives(node, node.mempool.descendants(key) - {key}, verbose)


def _relatives(node: Node, ids: set[bytes], verbose: bool) -> Any:
    if verbose:
        return {shown(txid): views.mempool_entry(node.mempool, txid) for txid in ids}
    return [shown(txid) for txid in ids]


@method()
def getmempoolinfo(node: Node) -> dict[str, Any]:
    entries = node.mempool.entries.values()
    size = sum(entry.tx.vsize for entry in entries)
    return {
        "loaded": True,
        "size": len(entries),
        "bytes": size,
        "usage": size * 3,
        "total_fee": Amount(sum(entry.fee for entry in entries)),
        "maxmempool": 300_000_000,
        "mempoolminfee": Amount(MIN_RELAY_RATE),
        "minrelaytxfee": Amount(MIN_RELAY_RATE),
        "incrementalrelayfee": Amount(INCREMENTAL_RATE),
        "unbroadcastcount": 0,
        "fullrbf": True,
        "permitbaremultisig": True,
        "maxdatacarriersize": 100_000,
    }


@method()
def estimatesmartfee(node: Node, conf_target: int, estimate_mode: str = "economical") -> dict[str, Any]:
    if not 1 <= conf_target <= 1008:
        raise RpcError(INVALID_PARAMETER, "Invalid conf_target, must be between 1 and 1008")
    if estimate_mode.lower() not in ("unset", "economical", "conservative"):
        modes = '"unset", "economical", "conservative"'
        raise RpcError(INVALID_PARAMETER, f"Invalid estimate_mode parameter, must be one of: {modes}")
    # no estimate without traffic: a Core node on regtest answers the same
    return {"errors": ["Insufficient data or no feerate found"], "blocks": conf_target}
