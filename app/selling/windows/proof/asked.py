"""Proofs that many ask for, of one transaction in one block: the node is asked once, for it never changes."""

from __future__ import annotations

from threading import Lock
from typing import Final

from app.chain.node import client as node
from app.core.database.session import end_reading, in_transaction
from app.core.errors import Unavailable
from app.selling.windows.rounds.schemas import TransactionProof

from .transactions import proofs_of

_MOST: Final = 100
"""Anchors come once a day or so: those of the last months."""

_known: dict[tuple[str, str], TransactionProof] = {}
_lock: Final = Lock()


def proof_asked(txid: str, height: int, hash_: str) -> TransactionProof | None:
    """That the block with this height and hash holds the transaction. None while the node does not answer, and inside
    of a transaction, in which nobody is asked: whoever asks again is told."""
    known = _known.get((txid, hash_))
    if known is not None or in_transaction():
        return known
    end_reading()
    try:
        found = next(proofs_of(node.client(), height, hash_, frozenset({txid})), None)
    except Unavailable:
        return None
    if found is not None:
        with _lock:
            while len(_known) >= _MOST:
                del _known[next(iter(_known))]
            _known[txid, hash_] = found
    return found
