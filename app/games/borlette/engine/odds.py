"""What each selection pays: a table of multiples, and a greatest return that lowers those whose chance is too good.

Pure. Chances are exact counts of ten million draws, so nothing here is rounded but what is meant to be.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, NamedTuple

from app.selling.bets.rules import Odds

from .chances import draws_won
from .kinds import FORM_OF, KINDS, LENGTH, OF_ONE_DIGIT, Form, Kind, Refused, Shape, canonical, kind_of, selection_of
from .kinds import shape as shape_of
from .profiles import DRAWS, PROFILES, Profile

FOLLOWS: Final[Mapping[Kind, Kind]] = {"grap": "borlette", "grap_pe_l3": "loto3", "maryaj_combo": "marriage"}
"""Whose multiples a kind has that is given none of its own."""
_ALWAYS_FOLLOWS: Final[frozenset[Kind]] = frozenset(("maryaj_combo",))
_STEP: Final = 50
"""A multiple that has to be lowered is a whole number of these."""
MOST_MULTIPLE: Final = 1_000_000
_TIERS: Final[Mapping[Form, int]] = {"pair": 3, "marriage": 1, "loto3": 1, "loto4": 1, "loto5": 1}


class TableRefused(ValueError):
    """A table that must not be played by. `selection`: the one that breaks it, and `returns` what it would return on
    average of what is staked, where the reason is `return_too_high`."""

    def __init__(self, reason: str, kind: str, selection: str = "", returns: Fraction | None = None) -> None:
        super().__init__(f"{reason}: {kind} {selection}".strip())
        self.reason, self.kind, self.selection, self.returns = reason, kind, selection, returns


@dataclass(frozen=True, slots=True)
class Table:
    """What a draw is played by: `profile`, multiples by kind, for each position where there are several, the best
    first; and the most per cent of what is staked that any selection may return on average."""

    profile: Profile
    multiples: Mapping[Kind, tuple[int, ...]]
    greatest_return: int

    def of(self, kind: Kind) -> tuple[int, ...]:
        """The multiples that a kind is configured with, its own or those that it follows."""
        return self.multiples[kind] if kind in self.multiples else self.multiples[FOLLOWS[kind]]


class Priced(NamedTuple):
    """A selection by a table: what it pays for one unit in each tier, the best first, and the number of draws, of ten
    million, on which that is what it wins."""

    tiers: tuple[Odds, ...]
    draws: tuple[int, ...]

    @property
    def chance(self) -> Fraction:
        """That it wins at all."""
        return Fraction(sum(self.draws), DRAWS)

    @property
    def returns(self) -> Fraction:
        """What comes back on average of what is staked: 1 is all of it."""
        paid = sum(Fraction(*odds) * draws for odds, draws in zip(self.tiers, self.draws, strict=True))
        return Fraction(paid) / DRAWS


MULTIPLES: Final[Mapping[Kind, tuple[int, ...]]] = {
    "borlette": (50, 20, 10),
    "marriage": (1_000,),
    "loto3": (500,),
    "loto4": (5_000,),
    "loto5": (25_000,),
}
"""As the game was first described."""
PRESETS: Final[Mapping[str, int]] = {"house": 90, "document": 100}
"""The greatest return, in per cent, of each preset: at 100 the described multiples are paid as they are, but loto 5's,
and a house that pays fees loses."""


def preset(name: str, profile: Profile) -> Table:
    """Raises KeyError for a preset that is none."""
    return Table(profile, MULTIPLES, PRESETS[name])


def price(table: Table, kind: str, selection: str) -> Priced:
    """What a selection pays by a table. Raises Refused for what is none."""
    known = kind_of(kind)
    return _priced(table, known, shape_of(canonical(known, selection)))


def checked(table: Table) -> Table:
    """A table that may be played by. Raises TableRefused otherwise."""
    well_formed(table)
    for kind in KINDS:
        for shape in shapes(kind):
            priced = _priced(table, kind, shape)
            if priced.returns * 100 > table.greatest_return or not all(odds.numerator for odds in priced.tiers):
                raise TableRefused("return_too_high", kind, sample(kind, shape), _unlowered(table, kind, shape).returns)
    return table


def well_formed(table: Table) -> Table:
    """A table of which it can be told what a selection pays, whether or not it should be played by. Raises
    TableRefused."""
    if not 1 <= table.greatest_return <= 100:
        raise TableRefused("return_out_of_range", "")
    for kind in KINDS:
        _check_multiples(table, kind)
    return table


def shapes(kind: Kind) -> Iterator[Shape]:
    """Every way in which digits of a selection of this kind can be equal."""
    if kind in OF_ONE_DIGIT:
        yield (0,) * LENGTH[FORM_OF[kind]]
    else:
        yield from _shapes(LENGTH[FORM_OF[kind]])


def sample(kind: Kind, shape: Shape) -> str:
    """The smallest selection of a shape."""
    return selection_of(FORM_OF[kind], "".join(map(str, shape)))


def terms(table: Table) -> dict[str, object]:
    """What a draw promises of its odds, as JSON."""
    multiples = {kind: list(table.multiples[kind]) for kind in KINDS if kind in table.multiples}
    return {"profile": table.profile.name, "multiples": multiples, "greatestReturn": table.greatest_return}


def read(found: Mapping[str, object]) -> Table:
    """The table that a promise was made with, by whatever was allowed then. Raises ValueError for a promise that lacks
    it."""
    profile, multiples, greatest = (found.get(name) for name in ("profile", "multiples", "greatestReturn"))
    if not isinstance(profile, str) or profile not in PROFILES or type(greatest) is not int:
        raise ValueError("the promise has no profile or no greatest return")
    if not isinstance(multiples, dict):
        raise ValueError("the promise has no multiples")
    try:
        known = {kind_of(str(kind)): tuple(values) for kind, values in multiples.items()}
    except (Refused, TypeError) as error:
        raise ValueError(f"the promise's multiples: {error}") from None
    return well_formed(Table(PROFILES[profile], known, greatest))


def _check_multiples(table: Table, kind: Kind) -> None:
    if kind in _ALWAYS_FOLLOWS and kind in table.multiples:
        raise TableRefused("multiples_follow", kind)
    if kind not in table.multiples and FOLLOWS.get(kind) not in table.multiples:
        raise TableRefused("multiples_missing", kind)
    found = table.of(kind)
    if len(found) != _TIERS[FORM_OF[kind]]:
        raise TableRefused("multiples_count", kind)
    if not all(type(one) is int and 1 <= one <= MOST_MULTIPLE for one in found):
        raise TableRefused("multiple_out_of_range", kind)
    if list(found) != sorted(found, reverse=True):
        raise TableRefused("multiples_rise", kind)


def _priced(table: Table, kind: Kind, shape: Shape) -> Priced:
    plain = _unlowered(table, kind, shape)
    if len(plain.tiers) > 1:  # paid by position: never lowered, but refused with its table
        return plain
    (odds,), (draws,) = plain
    most = table.greatest_return * DRAWS // (100 * draws)
    paid = odds.numerator if odds.numerator <= most else most // _STEP * _STEP
    return Priced((Odds(paid),), plain.draws)


def _unlowered(table: Table, kind: Kind, shape: Shape) -> Priced:
    tiers = tuple(Odds(multiple) for multiple in table.of(kind))
    return Priced(tiers, draws_won(table.profile, FORM_OF[kind], shape))


def _shapes(length: int) -> Iterator[Shape]:
    if length == 0:
        yield ()
        return
    for before in _shapes(length - 1):
        for value in range(max(before, default=-1) + 2):
            yield (*before, value)
