"""What a block brings a game, what leaves with it, and what is thereby held for whom."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Generic, NamedTuple
from uuid import UUID

from app.chain.listeners import BlockRef, ChainPayment
from app.core.money import Sats
from app.selling.windows.orders.leaves import Held
from app.selling.windows.tables import RoundT


class Orphan(NamedTuple):
    """A payment whose block left the chain, with its order and that one's round as they stand."""

    id: UUID
    order_id: UUID
    txid: str
    vout: int
    round_number: int
    partner_site_id: UUID
    round_status: str


class Crediting(ABC, Generic[RoundT]):
    """Asked inside the block's own transaction, and when a round is settled."""

    @abstractmethod
    def credit(self, block: BlockRef, payments: Sequence[ChainPayment]) -> None:
        """Give each of `payments` that is this game's its fate; they come in chain order, other games' among them."""

    @abstractmethod
    def take_back(self, payments: Sequence[Orphan]) -> None:
        """Take back what these payments bought. Their rows are orphaned already, their postings are mirrored by the
        rail."""

    @abstractmethod
    def bought_nothing(self, order_id: UUID) -> Held:
        """What the public log names of a payment to an order of the game, where that brought nothing."""

    @abstractmethod
    def pool_sats(self, round_: RoundT) -> Sats:
        """Base prices of all that was sold."""

    @abstractmethod
    def held_by_site(self, number: int) -> Mapping[UUID, Sats]:
        """What each partner's players paid beyond base prices, in the round that is being settled."""

    @abstractmethod
    def unsettled_sats(self, site_id: UUID) -> Sats:
        """The same of one partner in all rounds that are not drawn, for its dashboard."""
