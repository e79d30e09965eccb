"""Mining methods."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dev.node import miner, views
from dev.node.encoding import Amount
from dev.node.kernel import BlockRejected
from dev.node.methods import (
    DESERIALIZATION_ERROR,
    INVALID_ADDRESS_OR_KEY,
    METHOD_NOT_FOUND,
    VERIFY_ERROR,
    RpcError,
    method,
)
from dev.node.rpc_transactions import decode
from dev.node.scripts import address_script
from dev.node.transactions import DecodeError, Transaction, parse_block

if TYPE_CHECKING:
    from dev.node.node import Node


def _output_script(output: str) -> bytes:
    text = output.split("#")[0]
    if text.startswith("raw(") and text.endswith(")"):
        try:
            return bytes.fromhex(text[4:-1])
        except ValueError:
            pass
    if text.startswith("addr(") and text.endswith(")"):
        text = text[5:-1]
    script = address_script(text)
    if script is None:
        raise RpcError(INVALID_ADDRESS_OR_KEY, "Error: Invalid address or descriptor")
    return script


@method()
def generatetoaddress(node: Node, nblocks: int, address: str, maxtries: int = 1_000_000) -> list[str]:
    script = address_script(address)
    if script is None:
        raise RpcError(INVALID_ADDRESS_OR_KEY, "Error: Invalid address")
    return miner.mine(node.chain, node.mempool, script, nblocks)


@method()
def generatetodescriptor(node: Node, num_blocks: int, descriptor: str, maxtries: int = 1_000_000) -> list[str]:
    return miner.mine(node.chain, node.mempool, _output_script(descriptor), num_blocks)


@method()
def generate(node: Node) -> None:
    raise RpcError(
        METHOD_NOT_FOUND,
        "generate\n\nhas been replaced by the -generate cli option. Refer to -help for more information.\n",
    )


@method()
def generateblock(node: Node, output: str, transactions: list[Any], submit: bool = True) -> dict[str, Any]:
    script = _output_script(output)
    chosen = [_chosen(node, item) for item in transactions]
    raw = miner.assemble(node.chain.tip, script, chosen, _fees(node, chosen))
    header, _ = parse_block(raw)
    name = header.hash[::-1].hex()
    if not submit:
        return {"hash": name, "hex": raw.hex()}
    try:
        node.chain.submit(raw)
    except BlockRejected as rejected:
        raise RpcError(VERIFY_ERROR, f"TestBlockValidity failed: {rejected}") from None
    return {"hash": name}


def _chosen(node: Node, item: Any) -> Transaction:
    if isinstance(item, str) and len(item) == 64:
        try:
            entry = node.mempool.entries.get(bytes.fromhex(item)[::-1])
        except ValueError:
            entry = None
        if entry is None:
            raise RpcError(INVALID_ADDRESS_OR_KEY, f"Transaction {item} not in mempool.")
        return entry.tx
    return decode(item, f"Transaction decode failed for {item}. Make sure the tx has at least one input.")


def _fees(node: Node, transactions: list[Transaction]) -> int:
    """Fees of the transactions as far as their coins are known; what the consensus rules refuse counts nothing."""
    made = {tx.txid: tx for tx in transactions}
    total = 0
    for tx in transactions:
        value = 0
        for put in tx.vin:
            parent, coin = made.get(put.prevout[:32]), node.mempool.coin(put.prevout)
            vout = int.from_bytes(put.prevout[32:], "little")
            if parent is not None and vout < len(parent.vout):
                value += parent.vout[vout].value
            elif coin is not None:
                value += coin.value
        total += max(value - sum(out.value for out in tx.vout), 0)
    return total


@method()
def submitblock(node: Node, hexdata: str, dummy: Any = None) -> Any:
    try:
        raw = bytes.fromhex(hexdata)
        parse_block(raw)
    except (ValueError, DecodeError):
        raise RpcError(DESERIALIZATION_ERROR, "Block decode failed") from None
    tip = node.chain.tip
    try:
        block = node.chain.submit(raw)
    except BlockRejected as rejected:
        return str(rejected)
    # Core says so for a block it stored without having to check it against the coins
    return "inconclusive" if block is not node.chain.tip and node.chain.tip is tip else None


@method()
def getmininginfo(node: Node) -> dict[str, Any]:
    bits = node.chain.tip.header.bits
    return {
        "blocks": node.chain.tip.height,
        "bits": f"{bits:08x}",
        "difficulty": views.difficulty(bits),
        "networkhashps": 0,
        "pooledtx": len(node.mempool.entries),
        "blockmintxfee": Amount(1),
        "chain": "regtest",
        "warnings": [],
    }
