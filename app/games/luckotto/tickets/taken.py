"""What a round's tickets leave free, while a block gives out more of them.

A few small sets in a round with many tickets are looked up in the index of combinations, all of a block in one query.
The round's sets are read, once a block, only when one of them collides, or when looking up all that is covered would
cost more than going through every ticket: when sets are large or many.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, TypeVar

import numpy as np
from sqlalchemy import text

from app.core.database.session import db
from app.games.luckotto.rules import combinations

from . import allocation, statements

LOOKED_UP_AT_MOST: Final = combinations(12)  # combinations of one set
# What it costs, in nanoseconds: a combination in the index; a ticket that is read; a ticket compared with one set.
_LOOKED_UP, _READ, _COMPARED = 2_000, 300, 2
_AT_ONCE: Final = 200_000  # combinations: a block may bring millions, and no statement may outlast its timeout

Item = TypeVar("Item")


def parts(items: Iterable[Item], combinations_of: Callable[[Item], int]) -> Iterator[list[Item]]:
    """The items in their order, cut so that each part but a single large item covers few enough combinations."""
    part: list[Item] = []
    covered = 0
    for item in items:
        if part and covered + combinations_of(item) > _AT_ONCE:
            yield part
            part, covered = [], 0
        part.append(item)
        covered += combinations_of(item)
    if part:
        yield part


class Taken:
    """The sets of one round's tickets; `give` adds to them."""

    def __init__(self, round_number: int, pool_size: int) -> None:
        self._round_number = round_number
        self._pool_size = pool_size
        self._sets: allocation.Masks | None = None  # the round's, once they were needed
        self._looked_up: frozenset[int] = frozenset()
        self._given: list[int] = []  # in this block
        self._colliding: frozenset[int] = frozenset()
        self._looked_at = 0  # candidates, in this block

    def give(self, requested: int, seed: bytes) -> int | None:
        """The set that an order gets, or None; from now on it is taken."""
        given = self._find(requested, seed)
        if given is not None:
            self._given.append(given)
        return given

    def _find(self, requested: int, seed: bytes) -> int | None:
        given = allocation.masks(self._given)
        known_free = requested in self._looked_up and requested not in self._colliding
        if known_free and allocation.is_free(requested, given):
            return requested
        taken = np.concatenate([self._all(), given])
        found, looked_at = allocation.search(requested, self._pool_size, taken, seed, self._looked_at)
        self._looked_at += looked_at
        return found

    def _all(self) -> allocation.Masks:
        if self._sets is None:
            self._sets = all_sets(self._round_number)
        return self._sets


def open_rounds(rounds: Iterable[tuple[int, int, int]], requested: Sequence[tuple[int, int]]) -> dict[int, Taken]:
    """One for each (round number, pool size, tickets); `requested`: the (round number, set) that may be given out."""
    found = {}
    wanted = []
    for number, pool_size, tickets in rounds:
        found[number] = taken = Taken(number, pool_size)
        small = [numbers for of, numbers in requested if of == number and _is_looked_up(numbers)]
        if _pays_to_look_up(small, tickets):
            taken._looked_up = frozenset(small)
            wanted += [(number, numbers) for numbers in small]
    which = _colliding(wanted)
    for number, taken in found.items():
        taken._colliding = frozenset(numbers for at, (of, numbers) in enumerate(wanted) if of == number and at in which)
    return found


def _pays_to_look_up(sets: Sequence[int], tickets: int) -> bool:
    covered = sum(combinations(numbers.bit_count()) for numbers in sets)
    return covered * _LOOKED_UP < tickets * (_READ + len(sets) * _COMPARED)


def is_free(round_number: int, numbers: int) -> bool:
    """Whether no ticket of the round shares six numbers with the set now."""
    if _is_looked_up(numbers):
        return not _colliding([(round_number, numbers)])
    return not db.session.scalar(text(statements.SHARES_SIX), {"round": round_number, "numbers": numbers})


def all_sets(round_number: int) -> allocation.Masks:
    """The sets of all tickets of a round, in the order in which they were given."""
    packed: bytes = db.session.execute(text(statements.TAKEN), {"round": round_number}).scalar_one()
    return allocation.masks(bytes(packed))


def _is_looked_up(numbers: int) -> bool:
    return combinations(numbers.bit_count()) <= LOOKED_UP_AT_MOST


def _colliding(wanted: list[tuple[int, int]]) -> set[int]:
    """Which of these (round number, set), by their places, share six numbers with a ticket."""
    found: set[int] = set()
    for part in parts(enumerate(wanted), lambda one: combinations(one[1][1].bit_count())):
        places = [at for at, _ in part]
        found |= {places[at] for at in _colliding_part([one for _, one in part])}
    return found


def _colliding_part(wanted: list[tuple[int, int]]) -> set[int]:
    covered = [allocation.combinations_of(numbers).tolist() for _, numbers in wanted]
    rows = db.session.execute(
        text(statements.COLLIDING),
        {
            "which": [at for at, sixes in enumerate(covered) for _ in sixes],
            "rounds": [number for (number, _), sixes in zip(wanted, covered, strict=True) for _ in sixes],
            "combinations": [six for sixes in covered for six in sixes],
        },
    )
    return {row.which for row in rows}
