"""Blockchain and control methods."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any

from dev.node import views
from dev.node.chainstate import BlockIndex, target_of
from dev.node.encoding import Amount
from dev.node.mempool import UNCONFIRMED
from dev.node.merkle import partial_tree, read_partial_tree
from dev.node.methods import (
    DATABASE_ERROR,
    DESERIALIZATION_ERROR,
    INVALID_ADDRESS_OR_KEY,
    INVALID_PARAMETER,
    METHODS,
    MISC_ERROR,
    RpcError,
    method,
    parse_hash,
)
from dev.node.policy import INCREMENTAL_RATE, MIN_RELAY_RATE
from dev.node.scripts import describe
from dev.node.transactions import DecodeError, outpoint, parse_header, shown

if TYPE_CHECKING:
    from dev.node.node import Node

VERSION, SUBVERSION, PROTOCOL = 300000, "/Satoshi:30.0.0(dev.node)/", 70016
DAY = 24 * 3600


def find_block(node: Node, blockhash: str, name: str = "blockhash", message: str = "Block not found") -> BlockIndex:
    block = node.chain.blocks.get(parse_hash(blockhash, name))
    if block is None:
        raise RpcError(INVALID_ADDRESS_OR_KEY, message)
    return block


@method()
def getblockchaininfo(node: Node) -> dict[str, Any]:
    tip = node.chain.tip
    bits = tip.header.bits
    return {
        "chain": "regtest",
        "blocks": tip.height,
        "headers": node.chain.best_header_height,
        "bestblockhash": tip.name,
        "bits": f"{bits:08x}",
        "target": f"{target_of(bits):064x}",
        "difficulty": views.difficulty(bits),
        "time": tip.header.time,
        "mediantime": tip.median_time,
        "verificationprogress": 1.0,
        "initialblockdownload": node.in_initial_download(),
        "chainwork": f"{tip.work:064x}",
        "size_on_disk": node.chain.size_on_disk,
        "pruned": False,
        "warnings": [],
    }


@method()
def getbestblockhash(node: Node) -> str:
    return node.chain.tip.name


@method()
def getblockcount(node: Node) -> int:
    return node.chain.tip.height


@method()
def getblockhash(node: Node, height: int) -> str:
    if not 0 <= height <= node.chain.tip.height:
        raise RpcError(INVALID_PARAMETER, "Block height out of range")
    return node.chain.active[height].name


@method()
def getblockheader(node: Node, blockhash: str, verbose: bool = True) -> Any:
    block = find_block(node, blockhash, "hash")
    return views.header(node.chain, block) if verbose else block.header.raw.hex()


@method(aliases={"verbose": "verbosity"})
def getblock(node: Node, blockhash: str, verbosity: Any = 1) -> Any:
    if not isinstance(verbosity, int):
        raise RpcError(-3, "JSON value of type string is not of expected type number")
    block = find_block(node, blockhash)
    if verbosity <= 0:
        return node.chain.raw(block).hex()
    return views.block(node.chain, block, int(verbosity))


@method()
def getchaintips(node: Node) -> list[dict[str, Any]]:
    tips = []
    for block in node.chain.tips():
        length, at = 0, block
        while not node.chain.is_active(at):
            assert at.previous is not None
            at, length = at.previous, length + 1
        invalid = node.chain.is_excluded(block)
        status = "invalid" if invalid else "active" if block is node.chain.tip else "valid-fork"
        tips.append({"height": block.height, "hash": block.name, "branchlen": length, "status": status})
    return tips


@method()
def invalidateblock(node: Node, blockhash: str) -> None:
    block = find_block(node, blockhash)
    if block.previous is None:
        raise RpcError(DATABASE_ERROR, "the genesis block cannot be invalidated")
    node.chain.invalidate(block)


@method()
def reconsiderblock(node: Node, blockhash: str) -> None:
    node.chain.reconsider(find_block(node, blockhash))


@method()
def gettxout(node: Node, txid: str, n: int, include_mempool: bool = True) -> Any:
    if n < 0:
        return None
    key = outpoint(parse_hash(txid, "txid"), n)
    coin = node.mempool.coin(key) if include_mempool else node.chain.coins.get(key)
    if coin is None or (include_mempool and key in node.mempool.spenders):
        return None
    tip = node.chain.tip
    return {
        "bestblock": tip.name,
        "confirmations": 0 if coin.height == UNCONFIRMED else tip.height - coin.height + 1,
        "value": Amount(coin.value),
        "scriptPubKey": describe(coin.script),
        "coinbase": coin.coinbase,
    }


@method()
def gettxoutproof(node: Node, txids: list[Any], blockhash: str | None = None) -> str:
    if not txids:
        raise RpcError(INVALID_PARAMETER, "Parameter 'txids' cannot be empty")
    wanted: set[bytes] = set()
    for txid in txids:
        key = parse_hash(txid, "txid")
        if key in wanted:
            raise RpcError(INVALID_PARAMETER, f"Invalid parameter, duplicated txid: {txid}")
        wanted.add(key)
    if blockhash is not None:
        block = find_block(node, blockhash)
    else:
        place = next((node.chain.positions[key] for key in wanted if key in node.chain.positions), None)
        if place is None:
            raise RpcError(INVALID_ADDRESS_OR_KEY, "Transaction not yet in block")
        block = place[0]
    ids = [tx.txid for tx in node.chain.parsed(block)]
    if not wanted <= set(ids):
        raise RpcError(INVALID_ADDRESS_OR_KEY, "Not all transactions found in specified or retrieved block")
    return partial_tree(block.header.raw, ids, wanted).hex()


@method()
def verifytxoutproof(node: Node, proof: str) -> list[str]:
    try:
        raw, root, found = read_partial_tree(bytes.fromhex(proof))
    except (ValueError, DecodeError):
        raise RpcError(DESERIALIZATION_ERROR, "Proof decode failed") from None
    header = parse_header(raw)
    if header.merkle_root != root:
        return []
    block = node.chain.blocks.get(header.hash)
    if block is None or not node.chain.is_active(block):
        raise RpcError(INVALID_ADDRESS_OR_KEY, "Block not found in chain")
    return [shown(txid) for txid in found]


@method()
def getindexinfo(node: Node, index_name: str = "") -> dict[str, Any]:
    if index_name not in ("", "txindex"):
        return {}
    return {"txindex": {"synced": True, "best_block_height": node.chain.tip.height}}


@method()
def getnetworkinfo(node: Node) -> dict[str, Any]:
    return {
        "version": VERSION,
        "subversion": SUBVERSION,
        "protocolversion": PROTOCOL,
        "localservices": "0000000000000009",
        "localservicesnames": ["NETWORK", "WITNESS"],
        "localrelay": True,
        "timeoffset": 0,
        "networkactive": False,
        "connections": 0,
        "connections_in": 0,
        "connections_out": 0,
        "networks": [],
        "relayfee": Amount(MIN_RELAY_RATE),
        "incrementalfee": Amount(INCREMENTAL_RATE),
        "localaddresses": [],
        "warnings": [],
    }


@method()
def getconnectioncount(node: Node) -> int:
    return 0


@method()
def uptime(node: Node) -> int:
    return int(time.time() - node.started)


@method()
def stop(node: Node) -> str:
    node.request_stop()
    return "Bitcoin Core stopping"


@method()
def help(node: Node, command: str = "") -> str:
    if not command:
        return "\n".join(METHODS[name].usage for name in sorted(METHODS))
    if command not in METHODS:
        return f"help: unknown command: {command}\n"
    return METHODS[command].usage


@method()
def getrpcinfo(node: Node) -> dict[str, Any]:
    return {"active_commands": [], "logpath": os.devnull}


@method()
def getzmqnotifications(node: Node) -> list[dict[str, Any]]:
    return node.publisher.describe() if node.publisher else []


@method()
def waitforblockheight(node: Node, height: int, timeout: int = 0) -> dict[str, Any]:
    """Waits until the chain has the height. `timeout` in milliseconds, 0 for none."""
    if timeout < 0:
        raise RpcError(MISC_ERROR, "Negative timeout")
    until = time.monotonic() + timeout / 1000 if timeout else None
    while node.chain.tip.height < height and (until is None or time.monotonic() < until) and not node.stopping:
        node.tip_moved.wait(0.2)
    return {"hash": node.chain.tip.name, "height": node.chain.tip.height}
