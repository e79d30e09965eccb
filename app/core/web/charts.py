"""Pure: figures as shapes of a picture, in a box that the page stretches to its width. `shared/_chart.html` draws
them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

HEIGHT: Final = 100
STEP: Final = 10
"""Units of the box: how high it is, and how wide a step."""


@dataclass(frozen=True, slots=True)
class Bar:
    """Left edge, top and height."""

    x: int
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Bars:
    """Two bars a step, the smaller part before the whole it is of; only where there is something."""

    width: int
    whole: Sequence[Bar]
    part: Sequence[Bar]
    most: int


@dataclass(frozen=True, slots=True)
class Stairs:
    """SVG paths of what stands at the end of each step: its outline, and the area below."""

    width: int
    outline: str
    area: str


def bars(whole: Sequence[int], part: Sequence[int]) -> Bars:
    """The bars of these steps, in one measure."""
    most = max((*whole, *part, 0))
    return Bars(len(whole) * STEP, bars_of(whole, most), bars_of(part, most), most)


def bars_of(values: Sequence[int], most: int) -> list[Bar]:
    """Bars of what is above zero; `most` is as high as the box."""
    return [
        Bar(index * STEP + 1, _round(HEIGHT - high(value, most)), _round(high(value, most)))
        for index, value in enumerate(values)
        if value > 0
    ]


def stairs(values: Sequence[int]) -> Stairs:
    """The same as a line; nothing is drawn of what is zero or below."""
    most, width = max(values), len(values) * STEP
    steps = " ".join(
        f"V{_round(HEIGHT - high(value, most)):g} H{(index + 1) * STEP}" for index, value in enumerate(values)
    )
    first = f"{_round(HEIGHT - high(values[0], most)):g}"
    return Stairs(width, f"M0 {first} {steps}", f"M0 {HEIGHT} {steps} V{HEIGHT} Z")


def high(part: int, whole: int) -> float:
    """How high a part is in the box, if the whole is as high as that."""
    return HEIGHT * max(part, 0) / whole if whole > 0 else 0.0


def _round(value: float) -> float:
    return round(value, 2)
