"""Pure: how much each outcome of a draw weighs, as squares of a picture in ten rows: those that end alike stand below
each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

STEPS: Final = 5
ROWS: Final = 10


class Band(NamedTuple):
    """A draw's picture: its width in squares, and a path of SVG for each step of weight, the lightest first."""

    width: int
    paths: Sequence[tuple[int, str]]


def band(steps: Mapping[int, Sequence[int]], classes: int) -> Band:
    """Of so many outcomes those that weigh, by their step; each step's are in their order."""
    width = -(-classes // ROWS)
    return Band(width, [(step, _path(outcomes, width)) for step, outcomes in sorted(steps.items())])


def _path(outcomes: Sequence[int], width: int) -> str:
    """A square for each outcome, those side by side as one."""
    runs: list[list[int]] = []
    for outcome in outcomes:
        if runs and outcome == runs[-1][0] + runs[-1][1] and outcome % width:
            runs[-1][1] += 1
        else:
            runs.append([outcome, 1])
    return "".join(f"M{first % width} {first // width}h{wide}v1h-{wide}z" for first, wide in runs)
