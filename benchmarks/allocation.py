"""Luckotto's search: does a set collide with any of a million, and which set does a colliding order get instead."""

from __future__ import annotations

import random
from collections.abc import Iterator

import numpy as np

from app.games.luckotto.rules import mask_of
from app.games.luckotto.tickets import allocation

from .measuring import Row, alternate, goal
from .stage import Stage

_POOL = 49
_CHECK_MS = 5.0
_ALLOCATE_MS = 200.0
_CHECKS = 10


def run(stage: Stage) -> Iterator[Row]:
    """Ours against a plain loop over Python's integers, and against only reading the same memory once."""
    taken = _tickets(stage.scale.many_slips)
    plain = taken.tolist()
    chance = random.Random(49)
    free = mask_of(chance.sample(range(1, _POOL + 1), 8))
    seconds = alternate(
        stage.scale.repeats,
        {
            "ours": lambda: _drop([allocation.is_free(free, taken) for _ in range(_CHECKS)]),
            "memory": lambda: _drop([int(np.bitwise_xor.reduce(taken)) for _ in range(_CHECKS)]),
            "loop": lambda: _drop(all((free & ticket).bit_count() < 6 for ticket in plain)),
        },
    )
    note = f"{len(taken):,} sets"
    ours = seconds["ours"] / _CHECKS * 1e3
    yield Row(
        "collision check",
        "ms",
        ours,
        seconds["memory"] / _CHECKS * 1e3,
        "reading the memory",
        f"{note}; {goal(ours, _CHECK_MS, 'ms')}",
    )
    yield Row("collision check", "ms", ours, seconds["loop"] * 1e3, "plain loop", note)
    for size, what in ((6, "allocation, 6 numbers taken"), (8, "allocation, 8 numbers"), (10, "allocation, none free")):
        request = int(taken[7]) if size == 6 else _colliding(chance, size, taken)
        yield from _allocation(stage, what, request, taken, plain)


def _allocation(stage: Stage, what: str, request: int, taken: allocation.Masks, plain: list[int]) -> Iterator[Row]:
    seed = bytes(range(32))
    found = allocation.nearest_free(request, _POOL, taken, seed)
    seconds = alternate(
        stage.scale.repeats,
        {
            "ours": lambda: _drop(allocation.nearest_free(request, _POOL, taken, seed)),
            "loop": lambda: _drop(all((request & ticket).bit_count() < 6 for ticket in reversed(plain))),
        },
    )
    changed = "no set is free" if found is None else f"{(request & ~found).bit_count()} numbers changed"
    ours = seconds["ours"] * 1e3
    yield Row(
        what, "ms", ours, seconds["loop"] * 1e3, "plain loop, one set", f"{changed}; {goal(ours, _ALLOCATE_MS, 'ms')}"
    )


def _tickets(count: int) -> allocation.Masks:
    """That many different sets of six: none of them shares six numbers with another."""
    chance = np.random.default_rng(49)
    found = np.empty(0, dtype=np.uint64)
    while len(found) < count:
        places = np.argpartition(chance.random((count, _POOL)), 6, axis=1)[:, :6].astype(np.uint64)
        found = np.unique(np.concatenate([found, np.bitwise_or.reduce(np.uint64(1) << places, axis=1)]))
    chance.shuffle(found)
    return found[:count]


def _colliding(chance: random.Random, size: int, taken: allocation.Masks) -> int:
    """A request that holds a ticket's six numbers and some others."""
    request = int(taken[chance.randrange(len(taken))])
    while request.bit_count() < size:
        request |= 1 << chance.randrange(_POOL)
    return request


def _drop(_: object) -> None:
    """What was found is not returned: a returned number would count as seconds."""
