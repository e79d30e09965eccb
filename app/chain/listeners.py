"""What the scanner tells whoever listens: a block came, or went, with these payments to deposit addresses."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class BlockRef:
    """A block by its height and hash. `hash` is in internal byte order, `hash_hex` as explorers print it."""

    height: int
    hash: bytes
    hash_hex: str


class ChainPayment(NamedTuple):
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


class SpendPlanner(Protocol):
    """Whoever spends our coins on purpose. Called inside the block's own transaction, like a listener."""

    def known(self, txids: Collection[bytes]) -> set[bytes]:
        """Which of these transactions are of its making. Their outputs to the reserve are change, no new money."""

    def spent(self, block: BlockRef, txid: bytes) -> bool:
        """A known transaction is in `block`: book it whole. False, and nothing written, if that cannot be."""

    def advanced(self, block: BlockRef) -> None:
        """`block` has been applied with all that is in it; what is deep enough below it may be final."""

    def taken_back(self, block: BlockRef) -> None:
        """`block` leaves the chain; undo what `spent` booked for it."""


class NobodyPlans:
    """Without anybody who spends, every spend is unplanned."""

    def known(self, txids: Collection[bytes]) -> set[bytes]:
        return set()

    def spent(self, block: BlockRef, txid: bytes) -> bool:
        return False

    def advanced(self, block: BlockRef) -> None:
        pass

    def taken_back(self, block: BlockRef) -> None:
        pass
