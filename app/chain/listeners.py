"""What the scanner tells whoever listens: a block came, or went, with these payments to deposit addresses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class BlockRef:
    """A block by its height and hash. `hash` is in internal byte order, `hash_hex` as explorers print it."""

    height: int
    hash: bytes
    hash_hex: str


@dataclass(frozen=True, slots=True)
class ChainPayment:
    """One output of the block to a deposit address. `txid` is as explorers print it."""

    payment_id: UUID
    deposit_address_id: UUID
    txid: str
    vout: int
    tx_index: int
    amount_sats: int


class ChainListener(Protocol):
    """Called inside the block's own transaction, so it must neither commit nor call the network."""

    def connect(self, block: BlockRef, payments: Sequence[ChainPayment]) -> None:
        """`block` is now the tip; `payments` come in chain order."""

    def disconnect(self, block: BlockRef, payments: Sequence[ChainPayment]) -> None:
        """`block` was the tip and is no longer on the chain; undo what `connect` did for it."""
