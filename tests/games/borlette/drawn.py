"""All ten million draws at once, written down by hand for both profiles: what the engine is held against."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int64]

HOT = ("0000000", "1111111", "4728316", "4747474", "0101010", "1001001", "1221221", "4724712", "9090909", "4728472")
"""Draws in which places show the same, beside the specification's."""


class Draws(NamedTuple):
    """A hundred thousand draws with the same first two digits: what each place shows."""

    pairs: tuple[Numbers, Numbers, Numbers]
    loto3: tuple[Numbers, ...]
    loto4: tuple[Numbers, ...]


def all_draws(profile: str) -> Iterator[Draws]:
    rest = np.arange(100_000)
    c, d, e, f, g = (rest // 10**place % 10 for place in range(4, -1, -1))
    last = 100 * e + 10 * f + g
    for a, b in product(range(10), repeat=2):
        first = 100 * a + 10 * b + c
        if profile == "seed_v1":
            pairs = (10 * a + b + 0 * c, 10 * c + d, 10 * e + f)
            yield Draws(pairs, (first, last), (10 * first + d, 1000 * d + last))
        else:
            yield Draws((10 * b + c, 10 * d + e, 10 * f + g), (first,), (1000 * d + last,))


def winning_numbers(draws: Draws) -> dict[str, list[list[Numbers]]]:
    """By form and tier the number that wins on each draw; -1 where a better or earlier place shows the same."""
    one, two, three = draws.pairs
    first, again, third = one == one, two != one, (three != one) & (three != two)
    pairs = list(zip(draws.pairs, (first, again, third), strict=True))
    triples = list(zip(draws.loto3, (first, draws.loto3[0] != draws.loto3[-1]), strict=False))
    fours = list(zip(draws.loto4, (first, draws.loto4[0] != draws.loto4[-1]), strict=False))
    a, b, c = (np.minimum(x, y) * 100 + np.maximum(x, y) for x, y in ((one, two), (one, three), (two, three)))
    fives = [(100 * triple + pair, new & also) for triple, new in triples for pair, also in pairs]
    return {
        "pair": [[_where(new, pair)] for pair, new in pairs],
        "marriage": [[a, _where(b != a, b), _where((c != a) & (c != b), c)]],
        "loto3": [[_where(new, triple) for triple, new in triples]],
        "loto4": [[_where(new, four) for four, new in fours]],
        "loto5": [[_where(new, five) for five, new in fives]],
    }


def _where(new: npt.NDArray[np.bool_], number: Numbers) -> Numbers:
    return np.where(new, number, -1)


def draws_won(profile: str) -> dict[str, Numbers]:
    """By form an array of tiers by numbers: on how many draws each wins there."""
    sizes = {"pair": (3, 100), "marriage": (1, 10**4), "loto3": (1, 1000), "loto4": (1, 10**4), "loto5": (1, 10**5)}
    found = {form: np.zeros((tiers, size + 1), dtype=np.int64) for form, (tiers, size) in sizes.items()}
    for draws in all_draws(profile):
        for form, tiers in winning_numbers(draws).items():
            for tier, places in enumerate(tiers):
                for number in places:
                    found[form][tier] += np.bincount(number + 1, minlength=found[form].shape[1])
    return {form: counts[:, 1:] for form, counts in found.items()}


def dearest_by_ten(profile: str, books: list[Mapping[str, Numbers]]) -> list[Numbers]:
    """For each book, and for each first six digits, what the dearest of the ten draws costs, each draw looked at. A
    book has payouts by form, tier and number."""
    padded = [{form: np.pad(amounts, ((0, 0), (0, 1))) for form, amounts in book.items()} for book in books]
    found: list[list[Numbers]] = [[] for _ in books]
    for draws in all_draws(profile):
        winning = winning_numbers(draws)
        for dearest, book in zip(found, padded, strict=True):
            cost = sum(
                (
                    book[form][tier][number]
                    for form, tiers in winning.items()
                    for tier, places in enumerate(tiers)
                    if book[form][tier].any()
                    for number in places
                ),
                start=np.zeros(100_000, dtype=np.int64),
            )
            dearest.append(cost.reshape(-1, 10).max(axis=1))
    return [np.concatenate(dearest) for dearest in found]
