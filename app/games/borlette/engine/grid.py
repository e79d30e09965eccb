"""What a draw's book would cost at worst, over all ten million draws at once.

Pure. Amounts are in minor units. A book is a table of payouts for each form and tier, by the number that the selection
is. A draw costs the sum over all places of what stands there, but each selection once, at its best tier.

The draws are a grid of a million cells, one for each value of the first six digits. Of places that do not show the
seventh the cost is exact in every cell. Of those that do, places whose digits lie within another's are summed, and each
such sum has the best seventh digit by itself, as if it could choose its own, and counts what comes twice unless its own
digits show it: so a cell's bound is never below what its ten draws cost. Then the cells above the dearest draw found so
far are looked at, the highest bound first, until none is left or so many have been looked at; the next bound is the
answer then.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from .kinds import FORMS, LENGTH, Form, tiers
from .profiles import DIGITS, DRAWS, Position, Profile

Numbers: TypeAlias = npt.NDArray[np.int64]
Payouts: TypeAlias = Mapping[Form, Numbers]
"""By form an array of tiers by selections, each as the number that its digits are."""

MOST_CELLS: Final = 1 << 15
"""Looked at one by one before the bound is the answer: some fifty milliseconds."""
_LAST: Final = DIGITS - 1
_CELLS: Final = DRAWS // 10
_SIX: Final = (10,) * _LAST
_ROW: Final = 100
_FIRST_ROWS: Final = 64
_FIRST_PIECE: Final = 1 << 6
_LARGEST_PIECE: Final = 1 << 12
_ANY: Final = np.arange(10, dtype=np.int64)


class Worst(NamedTuple):
    """The dearest that can happen: what it costs, never less than the truth; whether it is the truth itself; and the
    dearest draw that was looked at, None in an empty book."""

    cost: int
    is_exact: bool
    outcome: int | None


def nothing(profile: Profile) -> dict[Form, Numbers]:
    """The payouts of an empty book."""
    return {form: np.zeros((len(tiers(profile, form)), 10 ** LENGTH[form]), dtype=np.int64) for form in FORMS}


def costs(profile: Profile, payouts: Payouts, outcomes: Numbers) -> Numbers:
    """What each of these draws costs, exactly."""
    digits = [outcomes // 10 ** (_LAST - place) % 10 for place in range(DIGITS)]
    total = np.zeros(len(outcomes), dtype=np.int64)
    for form in FORMS:
        met: list[Numbers] = []
        for tier, places in enumerate(tiers(profile, form)):
            for place in places:
                shown = _shown(form, [digits[one] for one in place])
                amounts = payouts[form][tier][shown]
                for before in met:
                    amounts[shown == before] = 0
                total += amounts
                met.append(shown)
    return total


def bounds(profile: Profile, payouts: Payouts) -> Numbers:
    """For each cell what none of its draws costs more than; cell n has the draws 10n to 10n + 9."""
    sums: dict[Position, Numbers] = {}
    for one in _plan(profile):
        total = sums.setdefault(one.group, np.zeros(_shape(one.group), dtype=np.int64))
        total += payouts[one.form][one.tier][one.shown]
        if one.is_last:
            total.reshape(-1)[one.again] -= payouts[one.form][one.tier][one.shown_again]
    cells = np.zeros(_CELLS, dtype=np.int64)
    grid = cells.reshape(_SIX)
    for total in sums.values():
        grid += total.max(axis=_LAST)
    for one in _plan(profile):
        if not one.is_last:
            cells[one.again] -= payouts[one.form][one.tier][one.shown_again]
    return cells


def worst(profile: Profile, payouts: Payouts, most_cells: int = MOST_CELLS) -> Worst:
    """The dearest draw of all."""
    search = _Search(profile, payouts, most_cells)
    search.among(_tops(search.bound))
    search.among(np.flatnonzero(search.bound > search.found.cost))
    return search.found


def where(profile: Profile, payouts: Payouts, form: Form, digits: str) -> tuple[int, ...]:
    """By tier what the dearest draw costs on which a selection, told by its digits, is shown there; -1 where it never
    is."""
    search = _Search(profile, payouts, MOST_CELLS)
    both = (digits, digits[2:] + digits[:2]) if form == "marriage" else (digits,)
    found = []
    for places in tiers(profile, form):
        search.found = Worst(-1, True, None)
        for place in places:
            for shown in both:
                if (chosen := _cells_that_show(place, shown)) is not None:
                    search.among(*chosen)
        found.append(search.found.cost)
    return tuple(found)


class _Search:
    """The dearest draw of a book that was found so far."""

    def __init__(self, profile: Profile, payouts: Payouts, most_cells: int) -> None:
        self.profile, self.payouts, self.most_cells = profile, payouts, most_cells
        self.bound = bounds(profile, payouts)
        self.found = Worst(0, True, None)

    def among(self, cells: Numbers, last: Numbers = _ANY) -> None:
        """Look at these cells, and in them at draws with these seventh digits."""
        cells, left = self._highest(cells[self.bound[cells] > self.found.cost])
        at, size = 0, _FIRST_PIECE
        while at < len(cells) and self.bound[cells[at]] > self.found.cost:
            piece = cells[at : at + size]
            piece = piece[self.bound[piece] > self.found.cost]
            self._look_at((piece[:, None] * 10 + last).ravel())
            at, size = at + size, min(4 * size, _LARGEST_PIECE)
        if left > self.found.cost:
            self.found = Worst(left, False, self.found.outcome)

    def _highest(self, cells: Numbers) -> tuple[Numbers, int]:
        """As many cells as may be looked at, the highest first, and the bound of what is left out."""
        left = -1
        if len(cells) > self.most_cells:
            order = np.argpartition(self.bound[cells], len(cells) - self.most_cells)
            left = int(self.bound[cells[order[: -self.most_cells]]].max())
            cells = cells[order[-self.most_cells :]]
        return cells[np.argsort(-self.bound[cells])], left

    def _look_at(self, outcomes: Numbers) -> None:
        found = costs(self.profile, self.payouts, outcomes)
        at = int(found.argmax())
        if found[at] > self.found.cost:
            self.found = Worst(int(found[at]), True, int(outcomes[at]))


def _tops(bound: Numbers) -> Numbers:
    """The highest cell of each of the highest rows: a good guess at the dearest draw."""
    rows = bound.reshape(-1, _ROW)
    chosen = np.argpartition(rows.max(axis=1), -_FIRST_ROWS)[-_FIRST_ROWS:]
    tops: Numbers = chosen * _ROW + rows[chosen].argmax(axis=1)
    return tops


def _cells_that_show(place: Position, digits: str) -> tuple[Numbers, Numbers] | None:
    """The cells, and their seventh digits, of all draws that show these digits at a place; None where none can."""
    fixed: dict[int, int] = {}
    for at, digit in zip(place, map(int, digits), strict=True):
        if fixed.setdefault(at, digit) != digit:
            return None
    cells = np.arange(_CELLS).reshape(_SIX)
    chosen = cells[tuple(fixed.get(at, slice(None)) for at in range(_LAST))]
    return chosen.ravel(), np.array([fixed[_LAST]]) if _LAST in fixed else _ANY


@dataclass(frozen=True, slots=True)
class _Place:
    """A place of the plan: the numbers that it shows, along an axis for each digit of the draw; the digits whose sum it
    belongs to, the last among them or not; where a better or earlier place shows the same, among that sum's values if
    it has the last digit and among the cells if not, and what both show there."""

    form: Form
    tier: int
    shown: Numbers
    group: Position
    is_last: bool
    again: Numbers
    shown_again: Numbers


@lru_cache(maxsize=8)
def _plan(profile: Profile) -> tuple[_Place, ...]:
    groups = _largest({frozenset(place) for form in FORMS for tier in tiers(profile, form) for place in tier})
    return tuple(one for form in FORMS for one in _places(profile, form, groups))


def _places(profile: Profile, form: Form, groups: Collection[frozenset[int]]) -> Iterator[_Place]:
    met: list[tuple[set[int], Numbers]] = []
    for tier, places in enumerate(tiers(profile, form)):
        for place in sorted(places, key=lambda one: (_LAST in one, len(set(one)))):
            digits, is_last = set(place), _LAST in place
            group = next(one for one in groups if one >= digits and (_LAST in one) == is_last)
            seen, space = (group, _shape(group)) if is_last else (set(range(_LAST)), (*_SIX, 1))
            shown = _shown(form, [_axis(digit) for digit in place])
            same = _any_same(shown, [before for known, before in met if known <= seen])
            again = np.flatnonzero(np.broadcast_to(same, space))
            shown_again = np.broadcast_to(shown, space).reshape(-1)[again]
            yield _Place(form, tier, shown, tuple(sorted(group)), is_last, again, shown_again)
            met.append((digits, shown))


def _any_same(shown: Numbers, met: Collection[Numbers]) -> npt.NDArray[np.bool_]:
    same = np.zeros((1,) * DIGITS, dtype=np.bool_)
    for before in met:
        same = same | (shown == before)
    return same


def _largest(sets: Collection[frozenset[int]]) -> list[frozenset[int]]:
    """Those that lie within no other that shows the last digit as they do or do not."""
    return sorted(
        (one for one in sets if not any(one < other and (_LAST in one) == (_LAST in other) for other in sets)),
        key=sorted,
    )


def _axis(digit: int) -> Numbers:
    return _ANY.reshape(_shape((digit,)))


def _shape(digits: Collection[int]) -> tuple[int, ...]:
    return tuple(10 if place in digits else 1 for place in range(DIGITS))


def _shown(form: Form, digits: list[Numbers]) -> Numbers:
    """The numbers that such digits are; a marriage's smaller number first."""
    if form == "marriage":
        one, other = digits[0] * 10 + digits[1], digits[2] * 10 + digits[3]
        both: Numbers = np.minimum(one, other) * 100 + np.maximum(one, other)
        return both
    number = digits[0]
    for digit in digits[1:]:
        number = number * 10 + digit
    return number
