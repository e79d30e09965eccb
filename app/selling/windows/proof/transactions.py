"""That transactions stand in blocks, proven from the node's: the branch from each to its block's header."""

from __future__ import annotations

from collections.abc import Iterator

from app.chain.node import rpc
from app.chain.node.blocks import HEADER_BYTES, display, merkle_branch, raw_transactions
from app.core.errors import Unavailable
from app.selling.windows.rounds.schemas import TransactionProof


def proofs_of(client: rpc.NodeClient, height: int, hash_: str, txids: frozenset[str]) -> Iterator[TransactionProof]:
    """Proofs of a block's transactions `txids`, in block order.

    Raises Unavailable: `node_away`.
    """
    raw, transactions = _block(client, hash_)
    ids = [txid for txid, _ in transactions]
    for index, (txid, body) in enumerate(transactions):
        if display(txid) in txids:
            yield TransactionProof(
                txid=display(txid),
                block_height=height,
                block_hash=hash_,
                header=raw[:HEADER_BYTES].hex(),
                index=index,
                branch=[sibling.hex() for sibling in merkle_branch(ids, index)],
                raw_transaction=body.hex(),
            )


def coinbase_proof(client: rpc.NodeClient, height: int, hash_: str) -> TransactionProof:
    """A block's first transaction, which names the block's height (BIP 34)."""
    _, transactions = _block(client, hash_)
    return next(proofs_of(client, height, hash_, frozenset({display(transactions[0][0])})))


def _block(client: rpc.NodeClient, hash_: str) -> tuple[bytes, list[tuple[bytes, bytes]]]:
    try:
        raw = rpc.raw_block(client, hash_)
        return raw, raw_transactions(raw)
    except (rpc.NodeFailure, ValueError):
        raise Unavailable("node_away") from None
