"""What of a game's own a round promises and an order's address commits to."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Generic, TypeAlias

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from app.chain.deposits.commitment import Term
from app.selling.windows.tables import OrderT, RoundT

Members: TypeAlias = Mapping[str, Term]
"""Members of terms by their names: canonical JSON is made of them."""


class OwnTerms(BaseModel):
    """What of an order's terms is a game's own, read back from the journal. A game's has a field for each."""

    model_config = ConfigDict(alias_generator=to_camel, extra="ignore", strict=True, frozen=True)


class Terms(ABC, Generic[RoundT, OrderT]):
    """Asked when an order is made, comes back from the journal, or is compared with its terms.

    `promised`: what of its own rounds' columns decides an outcome or an amount: names in their text, each with its
    column.
    """

    promised: Mapping[str, str]

    def promised_by(self, algorithm: str) -> Mapping[str, str]:
        """Those of them that a round drawn by this algorithm promises: each says its work its own way."""
        return self.promised

    @abstractmethod
    def of_round(self, round_: RoundT) -> Mapping[str, int]:
        """The game's own part of the terms that comes from the round and never differs between its orders."""

    @abstractmethod
    def of_order(self, order: OrderT) -> Members:
        """The game's own part of the terms that an address commits to: what the player was shown, nothing private."""

    @abstractmethod
    def columns(self, terms: Mapping[str, object]) -> Mapping[str, object]:
        """The inverse: its own columns of an order that only the terms journal remembers.

        Raises ValueError for terms that no order of this game has.
        """
