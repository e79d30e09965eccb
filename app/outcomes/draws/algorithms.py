"""What a draw algorithm is: how it runs from what its draw was begun with, and what is recorded of its result.

Each belongs to a game, which brings it under its id.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol


class Progress(Protocol):
    """How far a run has come; another process goes on from its record."""

    def to_json(self) -> dict[str, Any]:
        """For a JSON column."""
        ...


OnProgress = Callable[[Progress], None]


@dataclass(frozen=True, slots=True)
class Algorithm:
    """`run` takes the seed, the frozen parameters, a recorded checkpoint and whom to tell of progress."""

    run: Callable[[str, Mapping[str, Any], Mapping[str, Any] | None, OnProgress], Any]
    record: Callable[[Any], dict[str, Any]]
