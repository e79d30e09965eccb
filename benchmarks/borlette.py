"""What a draw of borlette costs at worst, over all ten million outcomes: how long that takes, and how close it is."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from app.games.borlette.engine import grid, odds
from app.games.borlette.engine.book import Book, weights
from app.games.borlette.engine.kinds import FORM_OF, FORMS, KINDS, LENGTH, OF_ONE_DIGIT, selection_of, tiers
from app.games.borlette.engine.lines import Bet
from app.games.borlette.engine.profiles import DRAWS, PROFILES, Profile

from .measuring import Row, alternate, goal
from .stage import Stage

_REFINED_MS: Final = 50.0
_USABLE: Final = 0.95
_PIECE: Final = 1_000_000
_BATCH: Final = 100
_LINES: Final = 5


@dataclass(frozen=True, slots=True)
class _Made:
    """A book with the lines that it was made of."""

    profile: Profile
    table: odds.Table
    book: Book


def run(stage: Stage) -> Iterator[Row]:
    """Ours against a look at each of the ten million outcomes, and against the sum of each table's largest figure.
    Times are the processor's."""
    for profile in PROFILES.values():
        count = stage.scale.borlette_lines
        made = _book(profile, random.Random(count), count)
        yield _time(stage, made, count)
        yield _batch(stage, made, count)
        yield _held(stage, profile)


def _time(stage: Stage, made: _Made, count: int) -> Row:
    payouts = made.book.payouts
    seconds = alternate(
        stage.scale.repeats,
        {
            "ours": lambda: _cpu(lambda: grid.worst(made.profile, payouts)),
            "each": lambda: _cpu(lambda: _each(made.profile, payouts)),
        },
        warm_up=False,
    )
    ours = seconds["ours"] * 1e3
    note = f"{made.profile.name}; {goal(ours, _REFINED_MS, 'ms')}"
    return Row(f"worst case of {count:,} lines", "ms", ours, seconds["each"] * 1e3, "each outcome looked at", note)


def _batch(stage: Stage, made: _Made, count: int) -> Row:
    """Tickets that come together, where their sum alone does not say that they fit."""
    chance = random.Random(1)
    tickets = [weights(made.table, bets(chance, _LINES)) for _ in range(_BATCH)]
    together = [line for ticket in tickets for line in ticket]
    seconds = alternate(
        stage.scale.repeats,
        {
            "together": lambda: _cpu(lambda: made.book.worst_with(together)),
            "alone": lambda: _cpu(lambda: [made.book.worst_with(ticket) for ticket in tickets]),
        },
        warm_up=False,
    )
    what = f"{_BATCH} tickets judged, after {count:,} lines"
    return Row(what, "ms", seconds["together"] * 1e3, seconds["alone"] * 1e3, "each by itself", made.profile.name)


def _held(stage: Stage, profile: Profile) -> Row:
    """How much is held for what a draw can cost, in a row of books from a hundred lines to the most."""
    shares, largest, slowest = [], [], 0.0
    for number in range(1, stage.scale.borlette_books + 1):
        count = round(100 * (stage.scale.borlette_lines / 100) ** (number / stage.scale.borlette_books))
        book = _book(profile, random.Random(number), count).book
        slowest = max(slowest, _cpu(book.dearest))
        truth = _each(profile, book.payouts)
        shares.append(truth / book.worst())
        largest.append(truth / _sum_of_largest(profile, book.payouts))
    usable = statistics.median(shares)
    note = (
        f"{profile.name}; {shares.count(1)} of {len(shares)} books exact, the slowest {slowest * 1e3:.0f} ms; "
        f"aim {_USABLE:.0%} of the capacity usable: {'met' if usable >= _USABLE else 'MISSED'}"
    )
    ours, theirs = 1 / usable, 1 / statistics.median(largest)
    return Row("held for a draw", "× its worst case", ours, theirs, "the sum of largest figures", note)


def _book(profile: Profile, chance: random.Random, count: int) -> _Made:
    table = odds.preset("house", profile)
    return _Made(profile, table, Book(profile, weights(table, bets(chance, count))))


def bets(chance: random.Random, count: int) -> list[Bet]:
    """As people bet: every third on a favourite, most stakes small."""
    found = []
    for _ in range(count):
        kind = chance.choice(KINDS)
        form = FORM_OF[kind]
        digits = "".join(chance.choice("0123456789" if chance.random() < 0.7 else "147") for _ in range(LENGTH[form]))
        if kind in OF_ONE_DIGIT:
            digits = digits[0] * len(digits)
        found.append(Bet(0, kind, selection_of(form, digits), 500 * min(1 + int(chance.paretovariate(1.2)), 1_000)))
    return found


def _each(profile: Profile, payouts: grid.Payouts) -> int:
    return max(int(grid.costs(profile, payouts, np.arange(at, at + _PIECE)).max()) for at in range(0, DRAWS, _PIECE))


def _sum_of_largest(profile: Profile, payouts: grid.Payouts) -> int:
    """What is never less than the worst case either, and needs no grid."""
    return sum(
        int(payouts[form][tier].max()) * len(places)
        for form in FORMS
        for tier, places in enumerate(tiers(profile, form))
    )


def _cpu(work: Callable[[], object]) -> float:
    """Seconds of the processor: nothing here waits, so that neighbours only make the clock slower."""
    begin = time.process_time()
    work()
    return time.process_time() - begin
