"""What a game gives to those who doubt: its part of a round's bundle, its claims, and its crediting once more."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeAlias
from uuid import UUID

from app.core.money import Sats
from app.outcomes.draws.merkle_sum import Leaf
from app.outcomes.draws.models import Draw
from app.selling.windows.rounds.schemas import WindowBundle
from app.selling.windows.tables import RoundT


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a game puts into a part of a round's proof bundle: the fields that are its own, and what of the seal belongs
    here, so that the leaves of all parts together are in the seal's order."""

    bundle: type[WindowBundle]
    records: Mapping[str, Any]
    leaves: Sequence[Leaf]


@dataclass(frozen=True, slots=True)
class Paid:
    """One payment to an order of a round, as the chain has it."""

    order_id: UUID
    txid: str
    vout: int
    tx_index: int
    sats: Sats
    height: int


Comparison: TypeAlias = Callable[[Sequence[Paid]], Iterable[str]]


class Proof(ABC, Generic[RoundT]):
    """Asked for a round's bundle, by the page that checks one, and by `flask rounds replay`."""

    @abstractmethod
    def claims(self) -> Mapping[str, str]:
        """What claims of its bundles are called that are its own, by their names; in the reader's language."""

    @abstractmethod
    def evidence(self, round_: RoundT, draw: Draw | None, begin: int, last: int) -> Evidence:
        """The part of a round's evidence whose payments are in the blocks `begin` to `last`. An order belongs where its
        first payment is; orders that were never paid nowhere. `draw` is a settled round's."""

    @abstractmethod
    def replay(self, round_: RoundT) -> Comparison:
        """Read what is stored of a round's payments and tickets; what is returned asks the database no more. It credits
        every payment, given in chain order, again, and says each difference in words."""
