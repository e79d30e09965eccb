"""How a game draws, and what it means to a round."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, Generic, TypeAlias, TypeVar, final

from app.core.wire.schemas import Answer
from app.outcomes.draws.algorithms import Algorithm, OutcomeT_co, Record, Recorded
from app.outcomes.draws.models import Draw
from app.selling.windows.models import WindowRound
from app.selling.windows.rounds.schemas import WindowBundle
from app.selling.windows.tables import OrderT, RoundT

RoundT_contra = TypeVar("RoundT_contra", bound=WindowRound, contravariant=True)
ResultT = TypeVar("ResultT", bound=Recorded)
"""What the outcomes of all algorithms of one game have in common: all that decides who won."""
ViewT = TypeVar("ViewT")
ViewT_co = TypeVar("ViewT_co", covariant=True)
"""A draw as pages of its game watch it, whatever it is drawn by."""


class WindowAlgorithm(Algorithm[OutcomeT_co], Generic[RoundT_contra, OutcomeT_co, ViewT_co]):
    """An algorithm that draws rounds from their closing blocks, with all that pages, JSON and bundles say of it alone.

    `runs_on_pages`: the form of the verifier's page repeats it in the reader's browser. `wants_witnesses`: nothing is
    drawn, and the round is void, unless as many witnesses as it promised had seen its seal in time. `bundle`: the
    model of a settled round's bundle, in which its draw is told as `in_bundle` tells it.
    """

    runs_on_pages: bool = False
    wants_witnesses: bool = False
    bundle: type[WindowBundle]

    @abstractmethod
    def parameters_of(self, round_: RoundT_contra) -> dict[str, Any]:
        """What it wants to know of a round beside the closing hash, as it was frozen: a draw records it."""

    def work_of(self, round_: RoundT_contra) -> int:
        """All the hashing that a draw of the round takes, sealed or not."""
        return self.steps(self.parameters_of(round_))

    def agrees(self, record: Record, parameters: Record) -> bool:
        """Whether a record is consistent in itself; one that cannot even be read is not."""
        try:
            return self.fits(record, parameters)
        except ValueError:
            return False

    @abstractmethod
    def fits(self, record: Record, parameters: Record) -> bool:
        """Whether all parts of a record belong together. Raises ValueError for what cannot be read."""

    @abstractmethod
    def before(self, round_: RoundT_contra) -> str:
        """What will come out of the closing block, and by which work; in the reader's language."""

    @abstractmethod
    def meanwhile(self) -> str:
        """What goes on while it runs; in the reader's language."""

    @abstractmethod
    def view(self, round_: RoundT_contra, draw: Draw) -> ViewT_co:
        """How far a draw of the round has come."""

    def in_round(self, record: Record) -> Mapping[str, Any]:
        """What the JSON of a settled round has of its record beside what won, as keyword arguments."""
        return {}

    @abstractmethod
    def in_bundle(self, seed: str, record: Record) -> Answer:
        """A draw as a proof bundle tells it."""

    def beside(self, draw: Draw | None) -> Mapping[str, Any]:
        """What a bundle's first part has beside the draw's record: evidence that is too long to be repeated."""
        return {}


class Algorithms(dict[str, WindowAlgorithm[RoundT, ResultT, ViewT]], Generic[RoundT, ResultT, ViewT]):
    """Every algorithm that a round of a game was ever promised, by its id, and the one that new rounds are promised.

    None is ever taken out: rounds are drawn, shown and checked by theirs for as long as there are any.
    """

    def __init__(
        self,
        first: WindowAlgorithm[RoundT, ResultT, ViewT],
        *later: WindowAlgorithm[RoundT, ResultT, ViewT],
        of_new_rounds: WindowAlgorithm[RoundT, ResultT, ViewT],
    ) -> None:
        super().__init__({one.id: one for one in (first, *later)})
        self._first = first
        self.of_new_rounds = of_new_rounds

    def of_new_round(self, number: int | None, wanted: str | None) -> WindowAlgorithm[RoundT, ResultT, ViewT]:
        """Which one the round of that number is promised. `wanted`: those that the operator wants, by their ids, with
        spaces between; rounds take them in turn. `number` None: the first of all."""
        if number is None:
            return self._first
        names = (wanted or "").split()
        return self[names[(number - 1) % len(names)]] if names else self.of_new_rounds

    def of_round(self, round_: RoundT) -> WindowAlgorithm[RoundT, ResultT, ViewT]:
        """The round's own, for all that is told of it.

        Who writes a name that no algorithm has into a round breaks its promise: it is never drawn, but its pages and
        its bundle still tell everybody what became of it, as the first of all algorithms tells it.
        """
        return self.get(round_.winner_algorithm, self._first)

    def in_round(self, round_: RoundT, draw: Draw | None) -> Mapping[str, Any]:
        """What the JSON of a round has of its draw beside what won. What was drawn is told once the round is settled: a
        draw that runs may still be discarded."""
        if draw is None or draw.outcome is None or round_.status != "settled":
            return {}
        return self.of_round(round_).in_round(draw.outcome)

    def in_bundle(self, round_: RoundT, draw: Draw | None) -> Answer | None:
        """A settled round's draw, as its proof bundle tells it."""
        if draw is None or draw.outcome is None:
            return None
        return self.of_round(round_).in_bundle(draw.seed, draw.outcome)

    def beside(self, round_: RoundT, draw: Draw | None, *, is_first: bool) -> Mapping[str, Any]:
        """What a part of a bundle has beside the draw's record; only the first part has evidence in it."""
        told = self.of_round(round_).beside(draw)
        return told if is_first else dict.fromkeys(told)

    def run_on_pages(self) -> tuple[str, ...]:
        """The ids of those whose draws the verifier's form and the examples of scripts repeat."""
        return tuple(name for name, algorithm in self.items() if algorithm.runs_on_pages)


class Drawing(ABC, Generic[RoundT, OrderT, ResultT]):
    """Asked when the closing block is buried, and before a jackpot is paid.

    `algorithms`: every one that a round of this game was ever promised, by its id, for as long as its rounds are shown.
    """

    algorithms: Mapping[str, WindowAlgorithm[RoundT, ResultT, object]]

    @final
    def algorithm(self, round_: RoundT) -> WindowAlgorithm[RoundT, ResultT, object]:
        """The round's own, whatever newer rounds are drawn by. Raises ValueError if there is none."""
        if round_.winner_algorithm not in self.algorithms:
            raise ValueError("unknown draw algorithm")
        return self.algorithms[round_.winner_algorithm]

    @abstractmethod
    def columns(self, result: ResultT) -> Mapping[str, int]:
        """What was drawn as the columns of its round."""

    @abstractmethod
    def words(self, round_: RoundT, result: ResultT) -> str:
        """What was drawn, as people write it."""

    @abstractmethod
    def winner(self, round_: RoundT, result: ResultT) -> OrderT | None:
        """The one order that wins, or None: the house keeps the jackpot."""

    @abstractmethod
    def holder(self, round_: RoundT) -> OrderT | None:
        """Who holds what a settled round drew, by what was sealed alone; None: the house. Asked before it is paid."""

    @abstractmethod
    def record_win(self, round_: RoundT, order: OrderT, result: ResultT) -> Mapping[str, object]:
        """Write the win; the payload of its event. The rail owes the jackpot."""

    @abstractmethod
    def told(self, number: int) -> Mapping[str, object] | None:
        """The same payload, for the events of the win's payment; None: nobody won the round."""


AnyAlgorithm: TypeAlias = WindowAlgorithm[WindowRound, Recorded, object]
