"""How a game draws, and what it means to a round."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, Generic, TypeAlias, TypeVar

from app.outcomes.draws.algorithms import Algorithm, OutcomeT_co, Recorded
from app.selling.windows.models import WindowRound
from app.selling.windows.tables import OrderT, RoundT

RoundT_contra = TypeVar("RoundT_contra", bound=WindowRound, contravariant=True)
ResultT = TypeVar("ResultT", bound=Recorded)
"""What the outcomes of all algorithms of one game have in common: all that decides who won."""


class WindowAlgorithm(Algorithm[OutcomeT_co], Generic[RoundT_contra, OutcomeT_co]):
    """An algorithm that draws rounds from their closing blocks."""

    @abstractmethod
    def parameters_of(self, round_: RoundT_contra) -> dict[str, Any]:
        """What it wants to know of a round beside the closing hash, as it was frozen: a draw records it."""


class Drawing(ABC, Generic[RoundT, OrderT, ResultT]):
    """Asked when the closing block is buried, and before a jackpot is paid.

    `algorithms`: every one that a round of this game was ever promised, by its id, for as long as its rounds are shown.
    """

    algorithms: Mapping[str, WindowAlgorithm[RoundT, ResultT]]

    def algorithm(self, round_: RoundT) -> WindowAlgorithm[RoundT, ResultT]:
        """The round's own, whatever newer rounds are drawn by. Raises ValueError if there is none."""
        if round_.winner_algorithm not in self.algorithms:
            raise ValueError("unknown draw algorithm")
        return self.algorithms[round_.winner_algorithm]

    @abstractmethod
    def columns(self, result: ResultT) -> Mapping[str, int]:
        """What was drawn as the columns of its round."""

    @abstractmethod
    def winner(self, round_: RoundT, result: ResultT) -> OrderT | None:
        """The one order that wins, or None: the house keeps the jackpot."""

    @abstractmethod
    def holder(self, round_: RoundT) -> OrderT | None:
        """Who holds what a settled round drew, by what was sealed alone; None: the house. Asked before it is paid."""

    @abstractmethod
    def record_win(self, round_: RoundT, order: OrderT, result: ResultT) -> Mapping[str, object]:
        """Write the win; the payload of its event. The rail owes the jackpot."""


AnyAlgorithm: TypeAlias = WindowAlgorithm[Any, Recorded]
