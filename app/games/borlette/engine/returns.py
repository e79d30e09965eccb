"""What each kind of bet returns, for the page that says so: computed from a table, class by class. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from math import perm
from typing import Final, NamedTuple

from .kinds import FORM_OF, KINDS, Kind, Shape
from .odds import Priced, Table, price, sample, shapes

_LETTERS: Final = "ABCDE"


class Class(NamedTuple):
    """Selections of a kind that pay the same and win as often. `patterns` say which of their digits are equal, one
    letter for each, `ABCAB`; `sample` is the smallest of them, `selections` how many there are."""

    kind: Kind
    patterns: tuple[str, ...]
    sample: str
    selections: int
    priced: Priced


def classes(table: Table) -> Iterator[Class]:
    """Kind by kind; within one, those that return least first."""
    for kind in KINDS:
        yield from sorted(_of_kind(table, kind), key=lambda one: (one.priced.returns, one.sample))


def _of_kind(table: Table, kind: Kind) -> Iterator[Class]:
    alike: dict[Priced, list[Shape]] = {}
    for shape in shapes(kind):
        alike.setdefault(price(table, kind, sample(kind, shape)), []).append(shape)
    for priced, found in alike.items():
        patterns = tuple("".join(_LETTERS[value] for value in shape) for shape in found)
        selections = sum(_ordered(kind, shape) for shape in found)
        yield Class(kind, patterns, min(sample(kind, one) for one in found), selections // _orders(kind), priced)


def _ordered(kind: Kind, shape: Shape) -> int:
    """Selections of a shape; a marriage's in both orders, a double's twice."""
    is_double = FORM_OF[kind] == "marriage" and shape[:2] == shape[2:]
    return perm(10, max(shape) + 1) * (2 if is_double else 1)


def _orders(kind: Kind) -> int:
    return 2 if FORM_OF[kind] == "marriage" else 1
