"""What a line wins by, as the rail of bets keeps it: a form, a tier and a number, told as one number for ever.

Pure. `1002847` is the marriage of 28 and 47; `47`, `100047` and `200047` are 47 as the first, the second and the third
pair.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from .kinds import FORM_OF, FORMS, LENGTH, Form, Kind, Refused, canonical, digits_in, selection_of, tiers
from .profiles import Profile, read

Numbers = npt.NDArray[np.int64]
_OF_FORM: Final = 1_000_000
_OF_TIER: Final = 100_000
_PLACES: Final[Mapping[Form, int]] = {"pair": 0, "marriage": 1, "loto3": 2, "loto4": 3, "loto5": 4}
"""A form's place never changes: draws and lines that are kept are read by it."""
_FORMS: Final[Mapping[int, Form]] = {place: form for form, place in _PLACES.items()}
_BY_LENGTH: Final[Mapping[int, Kind]] = {2: "borlette", 3: "loto3", 4: "loto4", 5: "loto5"}


class Mark(NamedTuple):
    """`tier` 0 is the best; `digits` are those of the selection."""

    form: Form
    tier: int
    digits: str


def mark(form: Form, tier: int, digits: str) -> int:
    """The number that stands for a selection's digits in a tier."""
    return _PLACES[form] * _OF_FORM + tier * _OF_TIER + int(digits)


def marks_of(profile: Profile, kind: Kind, selection: str) -> tuple[int, ...]:
    """What a selection wins by, the best first. Raises Refused for what is none."""
    form, digits = FORM_OF[kind], digits_in(canonical(kind, selection))
    return tuple(mark(form, tier, digits) for tier in range(len(tiers(profile, form))))


def shown(profile: Profile, digits: str) -> list[int]:
    """What a draw shows, each once: some thirty."""
    found = {
        mark(form, tier, digits_in(selection_of(form, read(digits, place))))
        for form in FORMS
        for tier, places in enumerate(tiers(profile, form))
        for place in places
    }
    return sorted(found)


def told(number: int) -> Mark:
    """What a number stands for. Raises ValueError for what stands for nothing."""
    place, rest = divmod(number, _OF_FORM)
    tier, digits = divmod(rest, _OF_TIER)
    form = _FORMS.get(place)
    if form is None or digits >= 10 ** LENGTH[form]:
        raise ValueError(f"{number} is no mark")
    return Mark(form, tier, f"{digits:0{LENGTH[form]}}")


def mark_in(words: str) -> int:
    """What somebody looks for: `47`, `28-47`, `472`, `4728`, `472-47` or `47247`. Raises ValueError."""
    digits = digits_in(words)
    is_marriage = len(digits) == LENGTH["marriage"] and "-" in words
    kind = "marriage" if is_marriage else _BY_LENGTH.get(len(digits))
    if kind is None:
        raise Refused("number_not_a_number")
    return mark(FORM_OF[kind], 0, digits_in(canonical(kind, words if is_marriage else digits)))


def by_form(profile: Profile, marks: Numbers) -> Iterator[tuple[Form, Numbers, Numbers, npt.NDArray[np.bool_]]]:
    """Form by form which of these marks are of it, with their tiers and their numbers. Raises ValueError, before the
    first, for what is none."""
    places, rest = np.divmod(marks, _OF_FORM)
    found_tiers, numbers = np.divmod(rest, _OF_TIER)
    found = [(form, places == _PLACES[form]) for form in FORMS]
    good = sum(int(chosen.sum()) for _, chosen in found)
    for form, chosen in found:
        if (found_tiers[chosen] >= len(tiers(profile, form))).any() or (numbers[chosen] >= 10 ** LENGTH[form]).any():
            raise ValueError("no marks of this profile")
    if good < len(marks):
        raise ValueError("no marks of this game")
    for form, chosen in found:
        if chosen.any():
            yield form, found_tiers[chosen], numbers[chosen], chosen
