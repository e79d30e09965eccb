"""How a draw is watched, whatever it is drawn by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DrawView:
    """A draw as it is watched, whatever it is drawn by.

    `digits` drawn so far (most significant first), the state of the chain of hashes, and (place, digit, state) of each
    digit in drawing order, where it is drawn digit by digit; `root` is over the checkpoints of a draw that has some.
    """

    digits: str
    total_digits: int
    state: str
    hashes_done: int
    hashes_total: int
    drawn: Sequence[tuple[int, str, str]]
    is_done: bool
    root: str | None = None
