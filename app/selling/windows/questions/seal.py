"""What of a round takes part in its draw, once its last sale is buried."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import Generic
from uuid import UUID

from app.outcomes.draws.merkle_sum import Leaf
from app.record.ledger.entries import Posting
from app.selling.windows.tables import RoundT


class Seal(ABC, Generic[RoundT]):
    """Asked when a round is sealed or voided, and whenever its seal is compared with the tables."""

    def before(self, round_: RoundT) -> None:
        """The last sale is buried and nothing changes any more: decide what could not be decided before."""

    @abstractmethod
    def leaves(self, number: int) -> Sequence[Leaf]:
        """All that takes part in the round's draw, in an order that everybody can repeat."""

    def sold(self, round_: RoundT) -> Mapping[str, int]:
        """What a sealed round sold, for its event and the audit."""
        return {}

    @abstractmethod
    def voids(self, number: int) -> Iterable[tuple[UUID, list[Posting]]]:
        """Every credited payment of a round that is being voided, with the recipe that sends it to suspense."""

    def voided(self, round_: RoundT) -> None:
        """A round's payments are in suspense; mark what they had bought."""
