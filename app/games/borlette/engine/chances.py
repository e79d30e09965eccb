"""On how many of all ten million draws a selection wins, tier by tier: exact, counted without looking at each.

Pure. A selection wins where any of some places shows it. That one of them does fixes digits of the draw, and leaves the
others free; that several do at once fixes more, or cannot be. So the draws on which any does are counted by inclusion
and exclusion: at most 63 sets of places, and only which of a selection's digits are equal matters.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import combinations

from .kinds import Form, Shape, tiers
from .profiles import DRAWS, Position, Profile


@lru_cache(maxsize=4096)
def draws_won(profile: Profile, form: Form, shape: Shape) -> tuple[int, ...]:
    """By tier on how many draws, of ten million, it is the best that a selection of this shape wins."""
    counts: list[int] = []
    places: list[Position] = []
    for tier in tiers(profile, form):
        places += _both_ways(tier) if form == "marriage" else tier
        counts.append(_draws_with_any(places, shape) - sum(counts))
    return tuple(counts)


def _both_ways(places: Iterable[Position]) -> list[Position]:
    """A marriage's numbers may come in either order."""
    return [order for place in places for order in (place, place[2:] + place[:2])]


def _draws_with_any(places: Sequence[Position], shape: Shape) -> int:
    return sum(
        (1 if size % 2 else -1) * _draws_with_all(some, shape)
        for size in range(1, len(places) + 1)
        for some in combinations(places, size)
    )


def _draws_with_all(places: Iterable[Position], shape: Shape) -> int:
    """Draws on which each of the places shows the selection."""
    fixed: dict[int, int] = {}
    for place in places:
        for digit, value in zip(place, shape, strict=True):
            if fixed.setdefault(digit, value) != value:
                return 0
    return int(DRAWS // 10 ** len(fixed))
