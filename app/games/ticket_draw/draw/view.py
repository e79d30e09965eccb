"""A draw of the main game as it is watched, whatever it is drawn by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DrawView:
    """`digits` drawn so far (most significant first), the state of the chain of hashes, and (place, digit, state) of
    each digit in drawing order, where it is drawn digit by digit."""

    digits: str
    total_digits: int
    state: str
    hashes_done: int
    hashes_total: int
    drawn: Sequence[tuple[int, str, str]]
    is_done: bool
