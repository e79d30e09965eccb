"""Draw algorithms by id: how each runs from what its draw was begun with, and what is recorded of its result."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

from . import rules, six_numbers


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


def _hash_draw_1(
    seed: str, parameters: Mapping[str, Any], checkpoint: Mapping[str, Any] | None, tell: OnProgress
) -> rules.DrawResult:  # fmt: skip
    resume = rules.Checkpoint.from_json(checkpoint) if checkpoint else None
    return rules.hash_draw_1(seed, parameters["digits"], parameters["hashesPerDigit"], resume, tell)


def _luckotto_draw_1(
    seed: str, parameters: Mapping[str, Any], checkpoint: Mapping[str, Any] | None, tell: OnProgress
) -> six_numbers.SixNumbers:  # fmt: skip
    resume = six_numbers.WorkDone.from_json(checkpoint) if checkpoint else None
    return six_numbers.draw(seed, parameters["poolSize"], parameters["hashWork"], resume, tell)


ALGORITHMS: Final[Mapping[str, Algorithm]] = {
    "hash-draw-1": Algorithm(_hash_draw_1, rules.DrawResult.to_json),
    six_numbers.ALGORITHM: Algorithm(_luckotto_draw_1, six_numbers.SixNumbers.to_json),
}


def algorithm(name: str) -> Algorithm:
    """The algorithm of that id. Raises ValueError if there is none."""
    if name not in ALGORITHMS:
        raise ValueError("unknown draw algorithm")
    return ALGORITHMS[name]
