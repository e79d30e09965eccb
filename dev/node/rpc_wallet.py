"""Wallet methods over the one development wallet."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from dev.node.chainstate import Coin
from dev.node.encoding import Amount
from dev.node.keys import KINDS
from dev.node.mempool import UNCONFIRMED
from dev.node.methods import (
    INVALID_ADDRESS_OR_KEY,
    INVALID_PARAMETER,
    TYPE_ERROR,
    WALLET_INSUFFICIENT_FUNDS,
    WALLET_NOT_FOUND,
    WALLET_NOT_SPECIFIED,
    RpcError,
    method,
    parse_hash,
)
from dev.node.rpc_transactions import amount, broadcast, spent_coins
from dev.node.scripts import address_script, describe, script_address, script_type, witness_program
from dev.node.transactions import shown
from dev.node.wallet import DEFAULT_RATE, CannotPay, Recipient

if TYPE_CHECKING:
    from dev.node.node import Node

_NO_WALLET = (
    "No wallet is loaded. Load a wallet using loadwallet or create a new one with createwallet. "
    "(Note: A default wallet is no longer automatically created)"
)
_WHICH_WALLET = (
    "Multiple wallets are loaded. Please select which wallet to use by requesting the RPC through the "
    "/wallet/<walletname> URI path."
)


@method(wallet=True)
def getnewaddress(node: Node, label: str = "", address_type: str = "bech32") -> str:
    if address_type not in KINDS:
        raise RpcError(INVALID_ADDRESS_OR_KEY, f"Unknown address type '{address_type}'")
    return node.wallet.new_address(address_type, label)


@method(wallet=True)
def getrawchangeaddress(node: Node, address_type: str = "bech32") -> str:
    if address_type not in KINDS:
        raise RpcError(INVALID_ADDRESS_OR_KEY, f"Unknown address type '{address_type}'")
    return node.wallet.new_address(address_type, change=True)


def _rate(fee_rate: Any) -> int:
    """sat/vB as number or string → sats per 1,000 vbytes."""
    if fee_rate is None:
        return DEFAULT_RATE
    try:
        rate = Decimal(str(fee_rate)) * 1000
        whole = int(rate)
    except (InvalidOperation, ValueError, OverflowError):
        raise RpcError(TYPE_ERROR, "Invalid amount") from None
    if rate != whole or whole < 0:
        raise RpcError(TYPE_ERROR, "Invalid amount")
    if whole < 100:
        message = f"Fee rate ({Decimal(whole) / 1000:.3f} sat/vB) is lower than the minimum fee rate setting"
        raise RpcError(WALLET_INSUFFICIENT_FUNDS, f"{message} (0.100 sat/vB)")
    return whole


def _recipient(address: str, value: Any, pays_fee: bool) -> Recipient:
    script = address_script(address)
    if script is None:
        raise RpcError(INVALID_ADDRESS_OR_KEY, f"Invalid Bitcoin address: {address}")
    return Recipient(script, amount(value), pays_fee)


def _send(node: Node, recipients: list[Recipient], rate: int, replaceable: bool, verbose: bool) -> Any:
    try:
        tx = node.wallet.pay(recipients, rate, replaceable)
    except CannotPay as failure:
        raise RpcError(WALLET_INSUFFICIENT_FUNDS, str(failure)) from None
    broadcast(node, tx)
    txid = shown(tx.txid)
    return {"txid": txid, "fee_reason": "Fallback fee"} if verbose else txid


@method(wallet=True)
def sendtoaddress(
    node: Node,
    address: str,
    amount: Any,
    comment: str = "",
    comment_to: str = "",
    subtractfeefromamount: bool = False,
    replaceable: bool = True,
    conf_target: int | None = None,
    estimate_mode: str = "unset",
    avoid_reuse: bool = True,
    fee_rate: Any = None,
    verbose: bool = False,
) -> Any:
    recipient = _recipient(address, amount, subtractfeefromamount)
    return _send(node, [recipient], _rate(fee_rate), replaceable, verbose)


@method(wallet=True)
def sendmany(
    node: Node,
    dummy: str = "",
    amounts: dict[str, Any] | None = None,
    minconf: int = 0,
    comment: str = "",
    subtractfeefrom: list[Any] | None = None,
    replaceable: bool = True,
    conf_target: int | None = None,
    estimate_mode: str = "unset",
    fee_rate: Any = None,
    verbose: bool = False,
) -> Any:
    if dummy:
        raise RpcError(INVALID_PARAMETER, 'Dummy value must be set to ""')
    if not amounts:
        raise RpcError(WALLET_INSUFFICIENT_FUNDS, "Transaction must have at least one recipient")
    charged = set(subtractfeefrom or [])
    recipients = [_recipient(address, value, address in charged) for address, value in amounts.items()]
    return _send(node, recipients, _rate(fee_rate), replaceable, verbose)


@method(wallet=True)
def getbalance(
    node: Node, dummy: str = "*", minconf: int = 0, include_watchonly: bool = False, avoid_reuse: bool = True
) -> Amount:
    if dummy != "*":
        raise RpcError(-32, 'dummy first argument must be excluded or set to "*".')
    return Amount(node.wallet.balance(minconf))


@method(wallet=True)
def getbalances(node: Node) -> dict[str, Any]:
    wallet, tip = node.wallet, node.chain.tip
    mine = {
        "trusted": Amount(wallet.balance()),
        "untrusted_pending": Amount(wallet.untrusted()),
        "immature": Amount(wallet.immature()),
    }
    return {"mine": mine, "lastprocessedblock": {"hash": tip.name, "height": tip.height}}


@method(wallet=True)
def getwalletinfo(node: Node) -> dict[str, Any]:
    wallet, tip = node.wallet, node.chain.tip
    return {
        "walletname": "",
        "walletversion": 169900,
        "format": "sqlite",
        "balance": Amount(wallet.balance()),
        "unconfirmed_balance": Amount(wallet.untrusted()),
        "immature_balance": Amount(wallet.immature()),
        "txcount": len(wallet.coins),
        "keypoolsize": len(wallet.scripts),
        "paytxfee": Amount(0),
        "private_keys_enabled": True,
        "avoid_reuse": False,
        "scanning": False,
        "descriptors": True,
        "external_signer": False,
        "blank": False,
        "lastprocessedblock": {"hash": tip.name, "height": tip.height},
    }


@method(wallet=True)
def listunspent(
    node: Node,
    minconf: int = 1,
    maxconf: int = 9999999,
    addresses: list[Any] | None = None,
    include_unsafe: bool = True,
    query_options: dict[str, Any] | None = None,
) -> list[dict[str, Any]]:
    wallet, tip = node.wallet, node.chain.tip
    coins = {key: (coin, True) for key, coin in wallet.confirmed().items()} | wallet.unconfirmed()
    wanted = set(addresses or [])
    found = []
    for key, (coin, safe) in coins.items():
        depth = 0 if coin.height == UNCONFIRMED else tip.height - coin.height + 1
        address = script_address(coin.script)
        if not minconf <= depth <= maxconf or (wanted and address not in wanted) or not (safe or include_unsafe):
            continue
        found.append(_unspent(node, key, coin, depth, safe))
    return found


def _unspent(node: Node, key: bytes, coin: Coin, depth: int, safe: bool) -> dict[str, Any]:
    address = script_address(coin.script) or ""
    view: dict[str, Any] = {"txid": shown(key[:32]), "vout": int.from_bytes(key[32:], "little"), "address": address}
    if address in node.wallet.labels:
        view["label"] = node.wallet.labels[address]
    return view | {
        "scriptPubKey": coin.script.hex(),
        "amount": Amount(coin.value),
        "confirmations": depth,
        "spendable": True,
        "solvable": True,
        "desc": describe(coin.script)["desc"],
        "parent_descs": [],
        "safe": safe,
    }


@method(wallet=True)
def gettransaction(node: Node, txid: str, include_watchonly: bool = False, verbose: bool = False) -> dict[str, Any]:
    key = parse_hash(txid, "txid")
    entry = node.mempool.entries.get(key)
    found = (entry.tx, None) if entry else node.chain.find_transaction(key)
    spent = spent_coins(node, found[0]) if found else {}
    coins = [spent[put.prevout] for put in found[0].vin if put.prevout in spent] if found else []
    credit, debit = node.wallet.effect(found[0], coins) if found else (0, 0)
    if found is None or not (credit or debit):
        raise RpcError(INVALID_ADDRESS_OR_KEY, "Invalid or non-wallet transaction id")
    tx, block = found
    paid = sum(coin.value for coin in coins) - sum(out.value for out in tx.vout) if debit else 0
    view: dict[str, Any] = {"amount": Amount(credit - debit + paid)}
    if debit:
        view["fee"] = Amount(-paid)
    view["confirmations"] = node.chain.tip.height - block.height + 1 if block else 0
    stamp = entry.time if entry else 0
    if block is not None:
        stamp = block.header.time
        if tx.is_coinbase:
            view["generated"] = True
        ids = [other.txid for other in node.chain.parsed(block)]
        view |= {"blockhash": block.name, "blockheight": block.height}
        view |= {"blockindex": ids.index(key), "blocktime": block.header.time}
    else:
        view["trusted"] = bool(debit)
    return view | {
        "txid": txid,
        "wtxid": shown(tx.wtxid),
        "walletconflicts": [],
        "mempoolconflicts": [],
        "time": stamp,
        "timereceived": stamp,
        "bip125-replaceable": "yes" if entry and entry.signals_replacement else "no",
        "details": _details(node, tx, bool(debit), paid),
        "hex": tx.raw.hex(),
        "lastprocessedblock": {"hash": node.chain.tip.name, "height": node.chain.tip.height},
    }


def _details(node: Node, tx: Any, sent: bool, fee: int) -> list[dict[str, Any]]:
    """One line for every output sent to others and every one received, change left out."""
    lines = []
    for vout, out in enumerate(tx.vout):
        place = node.wallet.scripts.get(out.script)
        if (place is not None and place[1] == 1 and sent) or out.script[:1] == b"\x6a":
            continue
        where = {"address": script_address(out.script)}
        if sent:
            value = {"category": "send", "amount": Amount(-out.value), "vout": vout, "fee": Amount(-fee)}
            lines.append(where | value | {"abandoned": False})
        if place is not None:
            mature = node.mempool.chain.coins.get(tx.txid + vout.to_bytes(4, "little"))
            coinbase = "generate" if mature is None or node.wallet.is_mature(mature) else "immature"
            category = coinbase if tx.is_coinbase else "receive"
            lines.append(where | {"category": category, "amount": Amount(out.value), "vout": vout})
    return lines


def _script_facts(address: str, script: bytes) -> dict[str, Any]:
    witness = witness_program(script)
    facts: dict[str, Any] = {"address": address, "scriptPubKey": script.hex()}
    facts["isscript"] = script_type(script) in ("scripthash", "witness_v0_scripthash", "witness_v1_taproot")
    facts["iswitness"] = witness is not None
    if witness is not None:
        facts |= {"witness_version": witness[0], "witness_program": witness[1].hex()}
    return facts


@method()
def validateaddress(node: Node, address: str) -> dict[str, Any]:
    script = address_script(address)
    if script is None:
        error = "Invalid or unsupported Segwit (Bech32) or Base58 encoding."
        return {"isvalid": False, "error_locations": [], "error": error}
    return {"isvalid": True} | _script_facts(address, script)


@method(wallet=True)
def getaddressinfo(node: Node, address: str) -> dict[str, Any]:
    script = address_script(address)
    if script is None:
        raise RpcError(INVALID_ADDRESS_OR_KEY, "Invalid or unsupported Segwit (Bech32) or Base58 encoding.")
    node.wallet.refresh()  # the command line may have reserved it a moment ago
    facts = _script_facts(address, script)
    place = node.wallet.scripts.get(script)
    facts |= {"ismine": place is not None, "solvable": place is not None, "iswatchonly": False}
    facts |= {"desc": describe(script)["desc"], "ischange": place is not None and place[1] == 1}
    if place is not None:
        facts["hdkeypath"] = node.wallet.path(script)
    label = node.wallet.labels.get(address)
    return facts | {"labels": [label or ""] if place is not None else []}


@method()
def createwallet(
    node: Node,
    wallet_name: str,
    disable_private_keys: bool = False,
    blank: bool = False,
    passphrase: str = "",
    avoid_reuse: bool = False,
    descriptors: bool = True,
    load_on_startup: bool | None = None,
    external_signer: bool = False,
) -> dict[str, Any]:
    """There is one wallet; any name opens it."""
    node.wallet_names.add(wallet_name)
    return {"name": wallet_name}


@method()
def loadwallet(node: Node, filename: str, load_on_startup: bool | None = None) -> dict[str, Any]:
    """There is one wallet; any name opens it, also twice."""
    node.wallet_names.add(filename)
    return {"name": filename}


@method()
def listwallets(node: Node) -> list[str]:
    return sorted(node.wallet_names)


@method()
def unloadwallet(node: Node, wallet_name: str, load_on_startup: bool | None = None) -> dict[str, Any]:
    """Its name opens it no more; with the last name nothing does."""
    check_wallet(node, wallet_name)
    node.wallet_names.discard(wallet_name)
    return {}


def check_wallet(node: Node, name: str | None) -> None:
    """-18 for a wallet path nobody created or loaded, or no wallet at all; -19 where one of several has to be named."""
    if name is not None:
        if name not in node.wallet_names:
            raise RpcError(WALLET_NOT_FOUND, "Requested wallet does not exist or is not loaded")
    elif not node.wallet_names:
        raise RpcError(WALLET_NOT_FOUND, _NO_WALLET)
    elif len(node.wallet_names) > 1:
        raise RpcError(WALLET_NOT_SPECIFIED, _WHICH_WALLET)
