"""What may be bet: eight kinds on five forms, and each selection in one spelling.

Pure. A selection is text: `47`, `472`, `4728`, `47247`; a marriage's smaller number first, `28-47`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from itertools import combinations
from typing import Final, Literal, TypeAlias, get_args

from .profiles import Position, Profile

Form: TypeAlias = Literal["pair", "marriage", "loto3", "loto4", "loto5"]
Kind: TypeAlias = Literal["borlette", "marriage", "loto3", "loto4", "loto5", "grap", "grap_pe_l3", "maryaj_combo"]
Shape: TypeAlias = tuple[int, ...]
"""Which digits of a selection are equal: each by the number of its first of the kind, 47247 → (0, 1, 2, 0, 1)."""
Tiers: TypeAlias = tuple[tuple[Position, ...], ...]
"""The places that a selection is held against, by what a match pays, the best first."""

KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
FORMS: Final[tuple[Form, ...]] = get_args(Form)
LENGTH: Final[Mapping[Form, int]] = {"pair": 2, "marriage": 4, "loto3": 3, "loto4": 4, "loto5": 5}
"""How many digits a selection has."""
FORM_OF: Final[Mapping[Kind, Form]] = {
    "borlette": "pair",
    "marriage": "marriage",
    "loto3": "loto3",
    "loto4": "loto4",
    "loto5": "loto5",
    "grap": "pair",
    "grap_pe_l3": "loto3",
    "maryaj_combo": "marriage",
}
OF_ONE_DIGIT: Final[frozenset[Kind]] = frozenset(("grap", "grap_pe_l3"))
"""Kinds whose selections are one digit repeated."""
_NUMBER: Final[Mapping[int, re.Pattern[str]]] = {
    length: re.compile(rf"[0-9]{{{length}}}", re.ASCII) for length in (2, 3, 4, 5)
}


class Refused(ValueError):
    """What was asked for is nothing that can be sold. `reason` is a code, `field` the input at fault under its name in
    the game's JSON, `line` its place among the lines, from 0."""

    def __init__(self, reason: str, field: str = "number_primary", line: int | None = None) -> None:
        super().__init__(reason)
        self.reason, self.field, self.line = reason, field, line


def kind_of(text: str) -> Kind:
    """Raises Refused `game_unknown`."""
    for kind in KINDS:
        if kind == text:
            return kind
    raise Refused("game_unknown", "game_type")


def number(text: str | None, length: int, field: str = "number_primary") -> str:
    """So many digits, leading zeros and all. Raises Refused `number_missing` or `number_not_a_number`."""
    if not text:
        raise Refused("number_missing", field)
    if _NUMBER[length].fullmatch(text) is None:
        raise Refused("number_not_a_number", field)
    return text


def marriage(first: str, second: str) -> str:
    """The selection of two numbers in either order."""
    return "-".join(sorted((first, second)))


def canonical(kind: Kind, text: str) -> str:
    """The one spelling of a selection: both orders of a marriage are the same.

    Raises Refused `number_not_a_number`: no selection of this kind.
    """
    form = FORM_OF[kind]
    if form == "marriage":
        first, dash, second = text.partition("-")
        if not dash:
            raise Refused("number_not_a_number")
        return marriage(number(first, 2), number(second, 2, "number_secondary"))
    found = number(text, LENGTH[form])
    if kind in OF_ONE_DIGIT and len(set(found)) > 1:
        raise Refused("number_not_a_number")
    return found


def digits_in(selection: str) -> str:
    """A selection's digits and nothing else."""
    return selection.replace("-", "")


def selection_of(form: Form, digits: str) -> str:
    """The selection that these digits are, in its one spelling."""
    return marriage(digits[:2], digits[2:]) if form == "marriage" else digits


def shape(selection: str) -> Shape:
    """Which of a selection's digits are equal: all that its chance depends on."""
    met: dict[str, int] = {}
    return tuple(met.setdefault(digit, len(met)) for digit in digits_in(selection))


@lru_cache(maxsize=64)
def tiers(profile: Profile, form: Form) -> Tiers:
    """Where a form's selections are held against a draw. A marriage is read in one order only: its selection is spelled
    anew before it is compared."""
    pairs = profile.pairs
    if form == "pair":
        return tuple((pair,) for pair in pairs)
    if form == "marriage":
        return (tuple(one + other for one, other in combinations(pairs, 2)),)
    if form == "loto3":
        return (profile.loto3,)
    if form == "loto4":
        return (profile.loto4,)
    return (tuple(triple + pair for triple in profile.loto3 for pair in pairs),)
