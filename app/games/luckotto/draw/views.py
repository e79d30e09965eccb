"""How a draw is watched, whatever it is drawn by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DrawView:
    """A draw as it is watched, whatever it is drawn by.

    `numbers` are in drawing order, and told once the round is settled, for a draw that runs may still be discarded.
    `digests` are the states that gave them, where the algorithm tells them; `state` is where the chain of hashes is;
    `root` is over the checkpoints of a draw that has some.
    """

    numbers: Sequence[int]
    digests: Sequence[str]
    state: str
    hashes_done: int
    hashes_total: int
    is_done: bool
    root: str | None = None
