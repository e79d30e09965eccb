"""Who gets which numbers: no two tickets can both win, the nearest set is given, and a script of its own agrees."""

from __future__ import annotations

import hashlib
import importlib.util
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.games.luckotto.rules import mask_of
from app.games.luckotto.tickets import allocation

SCRIPT = Path(__file__).parents[3] / "utilities" / "bin" / "luckotto_allocate.py"


def script():
    specification = importlib.util.spec_from_file_location("luckotto_allocate", SCRIPT)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


SECOND = script()


def seed_of(at):
    return hashlib.sha256(at.to_bytes(4, "big")).digest()


def play(requests, pool, search=None):
    """Give each request its set, one after the other."""
    given = []
    for at, request in enumerate(requests):
        found = allocation.nearest_free(request, pool, allocation.masks(given), seed_of(at))
        if search is not None:
            assert search(request, pool, given, seed_of(at)) == found
        if found is not None:
            given.append(found)
    return given


def all_sets(pool):
    return [mask_of(chosen) for size in range(6, pool + 1) for chosen in combinations(range(1, pool + 1), size)]


def shared(first, second):
    return (first & second).bit_count()


@pytest.mark.parametrize("pool", [9, 10])
@pytest.mark.parametrize("order", ["small first", "large first", "scattered"])
def test_every_set_of_a_small_pool_in_turn(pool, order):
    requests = all_sets(pool)
    if order == "large first":
        requests.reverse()
    if order == "scattered":
        requests.sort(key=lambda mask: hashlib.sha256(mask.to_bytes(8, "big")).digest())
    given = play(requests, pool)
    assert all(shared(first, second) < 6 for first, second in combinations(given, 2))
    for drawn in combinations(range(1, pool + 1), 6):
        six = mask_of(drawn)
        assert sum(ticket & six == six for ticket in given) <= 1
    covered = sum(len(list(combinations(range(ticket.bit_count()), 6))) for ticket in given)
    assert covered <= len(list(combinations(range(pool), 6)))
    if order == "small first":  # every six was asked for alone before anything larger
        assert covered == len(list(combinations(range(pool), 6)))


def nearest_by_looking_at_all(request, pool, given):
    free = [
        mask
        for mask in (mask_of(chosen) for chosen in combinations(range(1, pool + 1), request.bit_count()))
        if all(shared(mask, ticket) < 6 for ticket in given)
    ]
    return min(((request & ~mask).bit_count() for mask in free), default=None)


requests_of = lambda pool, most: st.lists(  # noqa: E731
    st.sets(st.integers(1, pool), min_size=6, max_size=most).map(mask_of), min_size=1, max_size=14
)


@settings(max_examples=60, deadline=None)
@given(requests_of(10, 10))
def test_nothing_nearer_is_free(requests):
    given = []
    for at, request in enumerate(requests):
        found = allocation.nearest_free(request, 10, allocation.masks(given), seed_of(at))
        nearest = nearest_by_looking_at_all(request, 10, given)
        assert (None if found is None else (request & ~found).bit_count()) == nearest
        if found is not None:
            assert found.bit_count() == request.bit_count()
            assert found < 1 << 10
            given.append(found)


@settings(max_examples=60, deadline=None)
@given(st.integers(9, 14).flatmap(lambda pool: st.tuples(st.just(pool), requests_of(pool, min(pool, 12)))))
def test_the_script_finds_the_same(played):
    pool, requests = played
    given = play(requests, pool, SECOND.nearest_free)
    assert all(shared(first, second) < 6 for first, second in combinations(given, 2))


@pytest.mark.parametrize(
    ("pool", "size", "players"), [(49, 6, 300), (49, 10, 25), (30, 8, 30), (63, 25, 3), (49, 25, 3)]
)
def test_everybody_asks_for_the_same_numbers(pool, size, players):
    request = mask_of(range(2, 2 + size))
    given = play([request] * players, pool, SECOND.nearest_free)
    assert given[0] == request
    assert len(given) >= 2
    assert all(shared(first, second) < 6 for first, second in combinations(given, 2))


def test_two_of_the_largest_tickets_share_five_numbers():
    request = mask_of(range(1, 26))
    given = play([request] * 3, 49)
    assert len(given) == 2  # a third would need 15 numbers that neither has, and there are four
    assert shared(*given) == 5


def test_where_no_set_can_be_free_none_is_found():
    assert (
        allocation.nearest_free(mask_of(range(1, 10)), 9, allocation.masks([mask_of(range(1, 7))]), bytes(32)) is None
    )
    full = mask_of(range(1, 64))
    assert allocation.nearest_free(mask_of(range(1, 26)), 63, allocation.masks([full & ~1]), bytes(32)) is None


def test_the_bounds_bound_the_search(monkeypatch):
    request = mask_of(range(1, 7))
    taken = [request]
    seed = bytes(32)
    first = allocation.nearest_free(request, 49, allocation.masks(taken), seed)
    blocked = allocation.masks([request, first])
    monkeypatch.setattr(allocation, "ORDER_CANDIDATES", 1)
    assert allocation.nearest_free(request, 49, blocked, seed) is None
    monkeypatch.setattr(allocation, "ORDER_CANDIDATES", 1000)
    monkeypatch.setattr(allocation, "LEVEL_CANDIDATES", 1)
    found = allocation.nearest_free(request, 49, blocked, seed)
    assert (request & ~found).bit_count() == 2  # the one candidate of the first level was taken


def test_other_orders_are_sent_to_other_places():
    request = mask_of(range(1, 7))
    found = {allocation.nearest_free(request, 49, allocation.masks([request]), seed_of(at)) for at in range(200)}
    assert len(found) > 100


@settings(max_examples=30, deadline=None)
@given(st.sets(st.integers(1, 63), min_size=6, max_size=11))
def test_what_a_set_covers(chosen):
    covered = allocation.combinations_of(mask_of(chosen)).tolist()
    assert sorted(covered) == sorted(mask_of(six) for six in combinations(sorted(chosen), 6))


def test_what_the_largest_set_covers():
    covered = allocation.combinations_of(mask_of(range(30, 55)))
    assert len(np.unique(covered)) == 177_100
    assert set(np.bitwise_count(covered).tolist()) == {6}


def test_packed_masks():
    assert allocation.masks(bytes(7) + b"\x3f" + b"\x40" + bytes(7)).tolist() == [63, 1 << 62]
    assert allocation.masks(b"").tolist() == []


def test_a_block_of_hopeless_requests_is_soon_done_and_the_script_knows_when(monkeypatch):
    """What one block's orders look at together is bounded; after that each has little left, and still finds a set."""
    taken = [mask_of(range(1, 10))]
    blocked = allocation.masks(taken)
    hopeless = mask_of(range(1, 10))
    for module in (allocation, SECOND):
        monkeypatch.setattr(module, "BLOCK_CANDIDATES", 4_000)
        monkeypatch.setattr(module, "LEAST_CANDIDATES", 3)
        monkeypatch.setattr(module, "LEVEL_CANDIDATES", 1_500)
    full = mask_of(range(1, 26))
    for request, pool, tickets in (
        (hopeless, 9, blocked),
        (full, 63, allocation.masks([full & ~1])),
        (mask_of([1, 2, 3, 4, 5, 6, 20]), 49, blocked),
    ):
        used = 0
        for at in range(8):
            found, looked_at = allocation.search(request, pool, tickets, seed_of(at), used)
            assert SECOND.search(request, pool, tickets.tolist(), seed_of(at), used) == (found, looked_at)
            assert looked_at <= max(3, 4_000 - used)
            used += looked_at
