"""What a draw algorithm is: one object with all that is its own, from what it is begun with to what is recorded of it.

Each belongs to a game, which keeps it for ever: whatever was drawn by it is read, shown and checked by it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, Protocol, Self, TypeAlias, TypeVar, runtime_checkable

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

Record: TypeAlias = Mapping[str, Any]
"""JSON as a draw's columns keep it. What reads it trusts nothing in it."""


class Recorded(Protocol):
    """What goes into a JSON column."""

    def to_json(self) -> dict[str, Any]:
        """What is recorded."""
        ...


@runtime_checkable
class WithStates(Protocol):
    """A checkpoint or an outcome with states of its chain of hashes that are kept in rows of their own, for everybody
    to check the chain piece by piece; the record has what tells whether they are the right ones."""

    def states(self) -> tuple[int, Sequence[bytes]]:
        """Those that this run came past, in order, after the number of the first of them."""
        ...


OnProgress: TypeAlias = Callable[[Recorded], None]
OutcomeT_co = TypeVar("OutcomeT_co", bound=Recorded, covariant=True)


class Parameters(BaseModel):
    """What an algorithm wants to know beside its seed, as a draw records it: exactly these members, of these types."""

    model_config = ConfigDict(alias_generator=to_camel, validate_by_name=True, extra="forbid", strict=True, frozen=True)

    @classmethod
    def of(cls, record: Record) -> Self:
        """Raises ValueError for a record that is none."""
        return cls.model_validate(dict(record))

    def to_json(self) -> dict[str, Any]:
        """What is recorded."""
        return self.model_dump(by_alias=True)


class Algorithm(ABC, Generic[OutcomeT_co]):
    """One way to draw. `id` is what draws name it by; `script`, among the utilities, repeats it without us.

    `for_the_audit` are members of its record that are evidence: the audit has them, events leave them out.
    """

    id: str
    script: str
    for_the_audit: frozenset[str] = frozenset()

    @abstractmethod
    def run(self, seed: str, parameters: Record, checkpoint: Record | None, tell: OnProgress) -> OutcomeT_co:
        """Draw, telling of progress; what `tell` raises stops it, and a checkpoint that it told of goes on from there.

        Raises ValueError for what no draw of this algorithm can have been begun with.
        """

    @abstractmethod
    def steps(self, parameters: Record) -> int:
        """All the hashing that a draw takes: what makes it dear to bend."""

    @abstractmethod
    def read(self, record: Record) -> OutcomeT_co:
        """What a draw's record says was drawn. Raises ValueError for a record that is not of this algorithm."""

    @abstractmethod
    def agrees(self, record: Record, parameters: Record) -> bool:
        """Whether a record is consistent in itself. The hashing before it is not repeated."""

    @abstractmethod
    def arguments(self, seed: str, parameters: Record, record: Record) -> str:
        """What its script is called with, to compare its own result with the recorded one."""

    def lines(self, base_url: str, seed: str, parameters: Record, record: Record) -> str:
        """What a reader types who repeats a recorded draw without us."""
        arguments = self.arguments(seed, parameters, record)
        return f"curl -fO {base_url}/utilities/{self.script}\npython3 {self.script} {arguments}"

    def told(self, outcome: Recorded) -> dict[str, Any]:
        """What everybody is told of an outcome at once: its record, but for the evidence."""
        return {name: value for name, value in outcome.to_json().items() if name not in self.for_the_audit}
